"""Whose persons a figure covers."""

from uuid import UUID

from casework.core.scope import Principal


def coverage(who: Principal) -> UUID | None:
    """The organisation whose persons this principal may see counted; None for those who keep the national sheet."""
    return None if who.may("edition:see") else who.organisation_id
