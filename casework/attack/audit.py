"""What a reader with patience works out from publications: the verdict before anything is frozen.

It gets what a reader gets, and what partners know of their own persons. It knows the method and neither the database
nor the protection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from casework.attack.certificates import Certificates
from casework.attack.geometry import build
from casework.attack.reading import TOTAL, At, Publication, Spot, Table, read
from casework.attack.report import Interval, Note, Reason, Report, Unsafe
from casework.attack.space import Space, Terms
from casework.attack.unknowns import Geometry, scope

Own = Mapping[str, Sequence[Mapping[str, Mapping[str, int]]]]
"""own[partner][i][table]["ASR|AFG"]: what a partner counts itself in publication i; what is left out is 0."""


def attack(
    publications: Sequence[Mapping[str, Any]],
    own: Own | None = None,
    *,
    progress: Callable[[float], None] | None = None,
) -> Report:
    """Find what each withheld cell can be, for any reader and for each partner.

    `publications`: oldest first, as read from their JSON; the last is the one judged, and what it adds to earlier ones.
    `progress` is called with 0 … 1. ValueError, KeyError or TypeError if one is no publication.
    """
    found = [read(one, number) for number, one in enumerate(publications)]
    geometry, space = _consistent(found)
    audit = _Audit(found, geometry, space, progress or (lambda share: None))
    audit.judge_shown()
    audit.judge(_Reader(None, space, {}, audit.threshold))
    for partner in sorted(own or {}):
        audit.judge_partner(partner, (own or {})[partner])
    return audit.report()


def _consistent(found: Sequence[Publication]) -> tuple[Geometry, Space]:
    """Read publications together. Where no caseload can have printed both, the later is of a corrected population."""
    geometry, space, wrong = _together(found, frozenset())
    if not wrong or len(found) < 2:
        return geometry, space
    apart: set[tuple[int, str]] = set()
    for number in range(1, len(found)):
        while True:
            geometry, space, wrong = _together(found[: number + 1], apart)
            blame = {
                (number, base + kind)
                for terms, _ in geometry.rows
                if not wrong.isdisjoint(one for one, _ in terms)
                for unknown, _ in terms
                if number in geometry.seen_in[unknown]
                for base in [geometry.keys[unknown][1].population.split(":")[0]]
                for kind in ("", ":in", ":out")
            }
            if blame <= apart:
                break
            apart |= blame
    return geometry, space


def _together(found: Sequence[Publication], apart: Collection[tuple[int, str]]) -> tuple[Geometry, Space, set[int]]:
    """All that is known, the caseloads that fit, and the unknowns for which none does."""
    geometry = build(found, apart)
    space = Space(geometry, {})
    space.exclude_infeasible()
    return geometry, space, space.impossible


class _Reader(NamedTuple):
    """Somebody who reads: any reader, or a partner that knows its own persons, by unknown."""

    code: str | None
    space: Space
    own: Mapping[int, int]
    threshold: int

    def rest(self, unknown: int, value: int) -> int:
        return value - self.own.get(unknown, 0)


class _Audit:
    def __init__(
        self, found: Sequence[Publication], geometry: Geometry, space: Space, progress: Callable[[float], None]
    ) -> None:
        self.found, self.geometry, self.space, self.progress = found, geometry, space, progress
        self.threshold = found[-1].threshold if found else 0
        self.certificates = Certificates(geometry, space)
        self.intervals: list[Interval] = []
        self.unsafe: dict[Unsafe, None] = {}
        self.certified = 0
        self.hidden = 0
        self.harmless = 0
        self.is_open = False
        self.notes: set[Note] = set()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def judge_shown(self) -> None:
        """Numbers that should not have been shown at all, and publications that contradict themselves."""
        for publication, table, at, unknown in self._cells():
            value = table.values[at]
            if publication is self.found[-1] and value is not None and 0 < value < self.threshold:
                self._blame(publication, table, at, Reason.SMALL)
            if unknown in self.space.impossible:
                self._blame(publication, table, table.top, Reason.CONTRADICTION)
            if value is None:
                self.hidden += 1
                if self._is_shown_later(publication.number, table.spot(at)):
                    self._blame(publication, table, at, Reason.SHOWN_LATER)
        if self.geometry.is_corrected:
            self.notes.add(Note.CORRECTED)
        if any(one.has_medians for one in self.found):
            self.notes.add(Note.MEDIANS)
        if any(group.is_relaxed for group in self.geometry.groups.values()):
            self.notes.add(Note.CELLS_ONLY)
        if self._links_days():
            self.notes.add(Note.DAYS_APART)

    def _is_shown_later(self, number: int, spot: Spot) -> bool:
        """The same place, of a population that was corrected meanwhile, with a number in a later publication."""
        mine = self.geometry.variants[number].get(scope(spot), 0)
        for later in range(number + 1, len(self.found)):
            variant = self.geometry.variants[later].get(scope(spot), 0)
            if variant != mine and self.geometry.index.get((variant, spot)) in self.geometry.shown:
                return True
        return False

    def _links_days(self) -> bool:
        days = {
            (spot.population, spot.when)
            for one, (_, spot) in enumerate(self.geometry.keys)
            if isinstance(spot.when, str) and one in self.geometry.published and spot.traits
        }
        return len({population for population, _ in days}) < len(days)

    # -- what can be worked out ------------------------------------------------------------------------------------

    def judge_partner(self, code: str, counts: Sequence[Mapping[str, Mapping[str, int]]]) -> None:
        """What is left when a partner takes its own persons out, in whatever it contributes to."""
        own: dict[int, int] = {}
        for publication, table, at, unknown in self._cells():
            mine = counts[publication.number] if publication.number < len(counts) else {}
            count = mine.get(table.code, {}).get("|".join(at), 0)
            if count:
                own[unknown] = max(count, own.get(unknown, 0))
        if own:
            space = Space(self.geometry, own)
            space.exclude_infeasible()
            self.judge(_Reader(code, space, own, self.threshold))

    def judge(self, reader: _Reader) -> None:
        concerned = self._concerned(reader)
        ranges: dict[tuple[int, int], tuple[int, int, bool] | None] = {}
        cells = list(self._cells())
        for number, (publication, table, at, unknown) in enumerate(cells):
            if number % 50 == 0:
                self.progress(number / len(cells))
            if unknown in self.space.impossible:
                continue
            if unknown in reader.space.impossible:
                self._blame(publication, table, table.top, Reason.CONTRADICTION, reader)
                continue
            threshold = self._threshold(reader, publication, table)
            if table.values[at] is not None:
                is_own = reader.own.get(unknown, 0) > 0 and publication is self.found[-1]
                if is_own and 0 < reader.rest(unknown, table.values[at] or 0) < threshold:
                    self._blame(publication, table, at, Reason.REST, reader)
                continue
            if unknown not in concerned:
                continue
            if (unknown, threshold) not in ranges:
                ranges[unknown, threshold] = self._range(reader, unknown, threshold)
            found = ranges[unknown, threshold]
            if found is None:
                self._blame(publication, table, table.top, Reason.CONTRADICTION, reader)
                continue
            low, high, is_certified = found
            is_safe = _is_safe(low, high, threshold)
            self.intervals.append(
                Interval(
                    publication.number,
                    table.code,
                    at,
                    low,
                    None if high >= reader.space.cap // 2 else high,
                    reader.code,
                    is_safe,
                )
            )
            if reader.code is None:
                self.certified += is_certified
                self.harmless += is_safe and not _needs_proof(low, high, threshold)
            if not is_safe:
                self._blame(publication, table, at, Reason.EXACT if low == high else Reason.NARROW, reader)
        for publication, table, line, position in self._lines():
            self._judge_line(reader, publication, table, line, position)
        if reader.code is None:
            self._judge_derived(reader)

    def _concerned(self, reader: _Reader) -> set[int]:
        """Unknowns about which this reader may know more than any other."""
        if reader.code is None:
            return set(range(len(self.geometry.keys)))
        return {
            unknown
            for component in self.space.components
            # Of the parts, too, it knows its own persons, even where it has none in a cell that is withheld.
            if not (reader.own.keys() | self.geometry.parts).isdisjoint(component.unknowns)
            for unknown in component.unknowns
        } | set(reader.own)

    def _threshold(self, reader: _Reader, publication: Publication, table: Table) -> int:
        """A partner that sees that only two persons are elsewhere cannot be kept from knowing that they are two."""
        top = self._unknown(publication, table, table.top)
        total = self.geometry.shown.get(top)
        if reader.code is None or total is None:
            return reader.threshold
        rest = max(0, reader.rest(top, total))
        if 0 < rest < reader.threshold:
            self.notes.add(Note.PARTNER_ALMOST_ALL)
        return min(reader.threshold, rest)

    def _range(self, reader: _Reader, unknown: int, threshold: int) -> tuple[int, int, bool] | None:
        """The smallest and largest rest that fit, and whether two caseloads prove that it is safe.

        None when it turns out that no whole numbers fit.
        """
        space = reader.space
        if space.is_fixed(unknown):
            value = reader.rest(unknown, space.low[unknown])
            return value, value, False
        own = reader.own.get(unknown, 0)
        component = space.place[unknown]
        low, high = component.range(unknown)
        terms = ((unknown, 1),)
        if not _needs_proof(low - own, high - own, threshold):
            return low - own, high - own, False
        for is_largest in (True, False):
            if self._is_proven(reader, unknown, threshold):
                break
            bound = component.search(terms, is_largest=is_largest)
            if bound is None:
                return None
            if is_largest:
                high = min(high, bound)
            else:
                low = max(low, bound)
        if not _needs_proof(low - own, high - own, threshold):
            return low - own, high - own, False
        if not self._is_proven(reader, unknown, threshold):
            self.is_open = True
            return low - own, high - own, False
        is_certified = reader.code is None and self.certificates.pair(unknown, threshold)
        self.is_open = self.is_open or (reader.code is None and not is_certified)
        return low - own, high - own, is_certified

    def _is_proven(self, reader: _Reader, unknown: int, threshold: int) -> bool:
        """Whether whole numbers were found that are far enough apart."""
        values = reader.space.place[unknown].values(((unknown, 1),)) - reader.own.get(unknown, 0)
        return bool(len(values) and values.max() >= threshold and values.max() - values.min() >= threshold - 1)

    def _judge_line(self, reader: _Reader, publication: Publication, table: Table, line: At, position: int) -> None:
        """Whether a group can be proven to be in one category, all of it or nearly."""
        threshold = self._threshold(reader, publication, table)
        parts = table.parts(line, position)
        whole = self._unknown(publication, table, line)
        unknowns = {part: self._unknown(publication, table, part) for part in parts}
        if threshold < 2 or (reader.code is not None and not reader.own.get(whole)):
            return
        if not reader.space.impossible.isdisjoint({whole, *unknowns.values()}):
            return
        for part, unknown in unknowns.items():
            if all(other in table.structural for other in parts if other != part):
                continue
            others = ((whole, 1), (unknown, -1))
            own = reader.own.get(whole, 0) - reader.own.get(unknown, 0)
            if self._reaches(reader, others, threshold - 1 + own):
                continue
            if self._edge(reader, others, is_largest=False) - own > 0:
                continue
            if self._edge(reader, ((whole, 1),), is_largest=False) - reader.own.get(whole, 0) >= 1:
                self._blame(publication, table, part, Reason.GROUP, reader)

    def _reaches(self, reader: _Reader, terms: Terms, value: int) -> bool:
        """Whether a sum can be `value` or more: a world shows it, or no programme can exclude it."""
        known, left = self._parted(reader, terms)
        if not left:
            return known >= value
        component = reader.space.place[left[0][0]]
        values = component.values(left)
        if len(values) and known + values.max() >= value:
            return True
        if known + component.largest(left) < value:
            return False
        values = component.values(left)
        if known + values.max(initial=0) >= value:
            return True
        bound = component.search(left, is_largest=True)
        if bound is None or known + bound < value:
            return False
        self.is_open = self.is_open or known + component.values(left).max(initial=0) < value
        return True

    def _edge(self, reader: _Reader, terms: Terms, *, is_largest: bool) -> int:
        known, left = self._parted(reader, terms)
        if not left:
            return known
        component = reader.space.place[left[0][0]]
        values = component.values(left)
        if not is_largest and len(values) and known + values.min() == 0:
            return 0
        return known + (component.largest(left) if is_largest else component.smallest(left))

    def _parted(self, reader: _Reader, terms: Terms) -> tuple[int, Terms]:
        """What is known of a sum, and what is not; a line's unknowns are always linked with each other."""
        space = reader.space
        known = sum(factor * space.low[one] for one, factor in terms if space.is_fixed(one))
        return known, tuple((one, factor) for one, factor in terms if not space.is_fixed(one))

    def _judge_derived(self, reader: _Reader) -> None:
        """Numbers that nobody published: parts of periods and of categories, who came and went by trait."""
        for unknown in self.geometry.derived():
            space = reader.space
            if unknown in space.impossible or not self.geometry.seen_in[unknown]:
                continue
            if not space.is_fixed(unknown):
                component = space.place[unknown]
                if component.has_seen(unknown, reader.threshold) or component.is_impossible:
                    continue
                high = component.range(unknown)[1]
            else:
                high = space.high[unknown]
            if 1 <= high < reader.threshold:
                self._blame_derived(unknown)

    def _blame_derived(self, unknown: int) -> None:
        """Point to a table that speaks of the population, and there as near as it comes."""
        spot = self.geometry.keys[unknown][1]
        traits = dict(spot.traits)
        tables = [
            (publication, table)
            for publication in self.found
            if publication.number in self.geometry.seen_in[unknown]
            for table in publication.tables
            if table.population.split(":")[0] == spot.population.split(":")[0]
        ]
        if not tables:
            publication = self.found[-1]
            self.unsafe[Unsafe(publication.number, spot.population, (), Reason.DERIVED)] = None
            return

        def nearness(one: tuple[Publication, Table]) -> tuple[bool, int, int]:
            publication, table = one
            shared = sum(dimension.code in traits for dimension in table.dimensions)
            return table.population == spot.population, publication.number, shared

        publication, table = max(tables, key=nearness)
        at = []
        for dimension in table.dimensions:
            named = {identity: code for code, identity in dimension.identities.items()}
            at.append(named.get(traits.get(dimension.code, ""), TOTAL))
        self._blame(publication, table, tuple(at), Reason.DERIVED)

    # -- the cells -------------------------------------------------------------------------------------------------

    def _cells(self) -> Iterator[tuple[Publication, Table, At, int]]:
        for publication in self.found:
            for table in publication.tables:
                for at in table.values:
                    yield publication, table, at, self._unknown(publication, table, at)

    def _lines(self) -> Iterator[tuple[Publication, Table, At, int]]:
        for publication in self.found:
            for table in publication.tables:
                for at, position in table.lines():
                    if table.dimensions[position].is_sensitive:
                        yield publication, table, at, position

    def _unknown(self, publication: Publication, table: Table, at: At) -> int:
        return self.geometry.of(publication.number, table.spot(at))

    def _blame(
        self, publication: Publication, table: Table, at: At, reason: Reason, reader: _Reader | None = None
    ) -> None:
        self.unsafe[Unsafe(publication.number, table.code, at, reason, reader.code if reader else None)] = None

    def report(self) -> Report:
        self.progress(1.0)
        if self.is_open and Note.CELLS_ONLY not in self.notes:
            self.notes.add(Note.NOT_CERTIFIED)
        return Report(
            intervals=tuple(self.intervals),
            unsafe=tuple(self.unsafe),
            certified=self.certified,
            hidden=self.hidden,
            harmless=self.harmless,
            rests_on_relaxation=self.is_open,
            notes=tuple(sorted(self.notes)),
        )


def _is_safe(low: int, high: int, threshold: int) -> bool:
    """Nothing is told by a zero known to be one, by a number known to be large, or by a wide choice."""
    if high <= 0 or low >= threshold:
        return True
    return high >= threshold and high - low >= threshold - 1


def _needs_proof(low: int, high: int, threshold: int) -> bool:
    """Safe because of what the number could be, not because of what it cannot."""
    return _is_safe(low, high, threshold) and high > 0 and low < threshold and threshold > 1
