"""How a letter stands, and when its answer is due."""

from enum import StrEnum


class State(StrEnum):
    """How a letter stands on a day."""

    DRAFT = "DRAFT"
    WRITTEN = "WRITTEN"
    """Numbered and kept, but not sent yet."""
    SENT = "SENT"
    """Sent; nobody waits for an answer."""
    WAITING = "WAITING"
    LATE = "LATE"
    """Its answer is overdue."""
    REPLIED = "REPLIED"
    VOID = "VOID"


class Addressee(StrEnum):
    """Whom a letter goes to: the codes of the list `letter_addressee` that rules know."""

    AUTHORITY = "AUTHORITY"
    STATE = "STATE"
    PERSON = "PERSON"
    OTHER = "OTHER"
