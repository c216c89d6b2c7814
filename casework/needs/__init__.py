"""Specific needs of a person, best-interest flags of children, and who needs urgent protection."""
