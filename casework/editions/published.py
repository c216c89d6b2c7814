"""What the published editions of an area are to one another: which one an address means, and what came after it."""

from collections.abc import Iterable
from datetime import date

from casework.core.config import LANGUAGES
from casework.editions import queries
from casework.editions.models import EditionLanguage, Step


def place(area: str) -> str:
    """An area as it stands in an address: CENTRAL_ASIA is central-asia."""
    return area.lower().replace("_", "-")


def area_of(place: str) -> str:
    """The area that an address names; nothing for any other spelling, so that every page has one address."""
    area = place.upper().replace("-", "_")
    return area if place.isascii() and place == area.lower().replace("_", "-") else ""


def is_standing(row: EditionLanguage) -> bool:
    return row.step == Step.PUBLISHED


def shelf(area: str | None = None) -> "Shelf":
    """All that was ever published of an area, or of all."""
    return Shelf(queries.public_index(area))


class Shelf:
    """Editions in their languages, published or withdrawn, the newest first: of one area or of all."""

    def __init__(self, rows: Iterable[EditionLanguage]) -> None:
        self.rows = tuple(sorted((one for one in rows if one.is_public), key=_newest_first))

    @property
    def standing(self) -> tuple[EditionLanguage, ...]:
        """Those that were not withdrawn."""
        return tuple(one for one in self.rows if is_standing(one))

    def found(self, as_of: date, language: str, number: int | None = None) -> EditionLanguage | None:
        """What stands at an address of one area: this edition, or without a number the newest of its day and language.

        It may be withdrawn: then its notice stands there, and never the edition that it corrected.
        """
        named = (one for one in self.rows if one.as_of == as_of and one.language == language)
        return next((one for one in named if number in (None, one.number)), None)

    def beside(self, row: EditionLanguage) -> dict[str, EditionLanguage]:
        """The same edition by language, where it stands; itself in any case."""
        same = {one.language: one for one in self._same_day(row) if one.number == row.number and is_standing(one)}
        same[row.language] = row
        return {language: same[language] for language in LANGUAGES if language in same}

    def earlier_in_others(self, row: EditionLanguage) -> list[EditionLanguage]:
        """What stands of the same day in the languages that this edition is not in: editions that it corrects."""
        absent = [language for language in LANGUAGES if language not in self.beside(row)]
        return [
            one for one in self._same_day(row) if one.language in absent and is_standing(one) and self.is_newest(one)
        ]

    def later_of_day(self, row: EditionLanguage) -> EditionLanguage | None:
        """The newest edition of the same day, if it is a later one: in this language, else in another."""
        return _in(row.language, [one for one in self._same_day(row) if one.number > row.number])

    def later_day(self, row: EditionLanguage) -> EditionLanguage | None:
        """The newest standing edition of a later day: in this language, else in another."""
        later = (one for one in self.rows if one.area == row.area and one.as_of > row.as_of)
        return _in(row.language, [one for one in later if is_standing(one)])

    def newest(self, language: str) -> EditionLanguage | None:
        """The newest that stands at the address of its day: in this language, else in another."""
        return _in(language, [one for one in self.standing if self.is_newest(one)])

    def of_day(self, as_of: date, language: str) -> EditionLanguage | None:
        """The newest edition of a day, withdrawn or not: in this language, else in another."""
        return _in(language, [one for one in self.rows if one.as_of == as_of])

    def is_newest(self, row: EditionLanguage) -> bool:
        """Whether it is what stands at the address of its day."""
        return next(one for one in self._same_day(row) if one.language == row.language) == row

    def _same_day(self, row: EditionLanguage) -> list[EditionLanguage]:
        return [one for one in self.rows if (one.area, one.as_of) == (row.area, row.as_of)]


def _newest_first(row: EditionLanguage) -> tuple[int, str, int, int]:
    return (-row.as_of.toordinal(), row.area, -row.number, LANGUAGES.index(row.language))


def _in(language: str, rows: list[EditionLanguage]) -> EditionLanguage | None:
    """The first in a language; where none is, the first of all."""
    return next((one for one in rows if one.language == language), rows[0] if rows else None)
