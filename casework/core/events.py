"""What a lower feature announces for higher ones to hear."""

from blinker import signal

person_changed = signal("person-changed")
"""Sent with a Person after anything that its stock cell depends on has changed."""
