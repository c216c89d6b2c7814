"""What is tidied up every day."""

from casework.documents import actions


def sweep() -> int:
    """Forget abandoned uploads of the acting organisation, and files that no record names; how many went."""
    return actions.sweep()
