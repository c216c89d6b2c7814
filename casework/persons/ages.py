"""From which age on a person answers for themselves. Plain Python: no database, no clock."""

ADULT_FROM = 18


def is_child(age: int | None) -> bool:
    """Whether somebody else answers for a person of this age; of an unknown age nobody does."""
    return age is not None and age < ADULT_FROM
