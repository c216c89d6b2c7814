"""Referring a person to another partner or an outside service: what is shared is chosen, previewed, and ends."""
