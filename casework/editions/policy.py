"""Who may see editions that are being worked on. What is published is public."""

from casework.core.scope import Principal


def may_see(who: Principal | None) -> bool:
    return who is not None and (who.is_system or who.may("edition:see"))
