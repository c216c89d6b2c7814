"""What can go wrong, as the domain says it."""

from uuid import UUID


class DomainError(Exception):
    """A rule of the domain refuses. The message is for the user, in their language; `field` names the form field."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Hidden(Exception):
    """The row does not exist, or not for this principal: the two are never told apart (404)."""


class Refused(Exception):
    """The principal's role may not do this (403)."""


class Restricted(Refused):
    """Only the team of these persons may open this (403). The page says how to reach them in an emergency."""

    def __init__(self, person_ids: frozenset[UUID]) -> None:
        super().__init__()
        self.person_ids = person_ids


class ConfigurationError(Exception):
    """A setting, a key or a file is wrong. The message says which and why, and the start stops."""
