"""What a person agreed to: for which purpose, with which recipient, until when; and what follows when that ends."""
