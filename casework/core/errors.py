"""What can go wrong, as the domain says it."""


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


class ConfigurationError(Exception):
    """A setting, a key or a file is wrong. The message says which and why, and the start stops."""
