"""The keys that seal what identifies a person: counted, rotated, sealed anew, retired and destroyed."""
