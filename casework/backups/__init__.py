"""Sealed copies of everything, to a key that this machine does not hold; putting one back; trying that out."""
