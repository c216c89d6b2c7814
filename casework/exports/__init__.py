"""Files of one's own caseload that leave the system: for a purpose, counted, and noticed."""
