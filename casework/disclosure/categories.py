"""Groups of codes: some codes, or all but some. Which lie in which, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.disclosure.tables import Category, Dimension


@dataclass(frozen=True)
class Group:
    """These codes, or (`is_rest`) all but these."""

    codes: frozenset[str]
    is_rest: bool = False

    @staticmethod
    def everyone() -> Group:
        return Group(frozenset(), is_rest=True)

    @property
    def identity(self) -> str:
        """As Dimension.identity says it."""
        return ("!" if self.is_rest else "") + "|".join(sorted(self.codes))

    @property
    def is_empty(self) -> bool:
        return not self.is_rest and not self.codes

    def is_within(self, other: Group) -> bool:
        if not other.is_rest:
            return not self.is_rest and self.codes <= other.codes
        return self.codes >= other.codes if self.is_rest else not self.codes & other.codes

    def without(self, parts: Iterable[Group]) -> Group:
        """What is left when parts that lie within it are taken away."""
        left = self
        for part in parts:
            if not part.is_rest:
                left = Group(left.codes | part.codes, True) if left.is_rest else Group(left.codes - part.codes)
            else:
                left = Group(part.codes - left.codes) if left.is_rest else Group(left.codes & part.codes)
        return left


def group_of(dimension: Dimension, category: Category) -> Group:
    """The codes that a category puts together."""
    if category.members is None:
        others = (one.members or {one.code} for one in dimension.categories if one is not category)
        return Group(frozenset().union(*others), is_rest=True)
    return Group(category.members or frozenset({category.code}))
