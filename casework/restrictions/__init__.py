"""Records that only their team may open, and emergency access to them."""
