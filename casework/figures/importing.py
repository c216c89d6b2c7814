"""Bringing in a file of published figures: kept until confirmed, compared, entered, verified and voided as one."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete

from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.forms import clean
from casework.core.scope import principal
from casework.figures import external_queries, imports, indicators
from casework.figures.external_queries import Key
from casework.figures.imports import Cell, Reading
from casework.figures.layouts import SMALL, Layout
from casework.figures.models import ExternalFigure, ExternalFile, ExternalImport

SOURCE = "UNHCR Refugee Population Statistics Database"
KEPT = timedelta(days=7)
"""How long a file waits that nobody confirms."""


@dataclass(frozen=True)
class Pair:
    """What the file says of a cell, and what stands for it."""

    cell: Cell
    standing: ExternalFigure


@dataclass(frozen=True)
class Total:
    """A standing total, and what the origins of the file add up to. `tolerance`: what rounding small cells explains."""

    standing: ExternalFigure
    summed: int
    tolerance: int

    @property
    def difference(self) -> int:
        return self.summed - int(self.standing.value)

    @property
    def is_explained(self) -> bool:
        return abs(self.difference) <= self.tolerance


@dataclass
class Plan:
    """What confirming a file would do, compared with what stands now."""

    reading: Reading
    new: list[Cell] = field(default_factory=list)
    equal: int = 0
    noughts: int = 0
    drift: list[Pair] = field(default_factory=list)
    different: list[Pair] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)

    @property
    def can_be_entered(self) -> bool:
        return self.reading.is_sound and bool(self.new or self.different)

    @property
    def digest(self) -> str:
        """What whoever confirms has seen: another one means that something else was entered or voided meanwhile."""
        seen = [str((one.series, one.category, one.as_of, one.value)) for one in self.new]
        seen += [str((one.standing.id, one.standing.value, one.cell.value)) for one in self.different]
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:32]


def receive(content: bytes, name: str) -> ExternalFile:
    """Keep a file until somebody confirms what would come of it; a refusal when it is none that can be read."""
    text = imports.decoded(content)
    imports.read(text, external_queries.origins(), clock.today())
    db.session.execute(delete(ExternalFile).where(ExternalFile.sent_at < clock.now() - KEPT))
    who = principal()
    file = ExternalFile(
        file_name=(clean(" ".join(name.split())) or _("File"))[-120:],
        content=text,
        sha256=hashlib.sha256(content).hexdigest(),
        sent_by_id=who.user_id if who else None,
        sent_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    return file


def plan(file: ExternalFile) -> Plan:
    """What the file says, beside what stands."""
    reading = imports.read(file.content, external_queries.origins(), clock.today())
    found = Plan(reading)
    series = {cell.series for cell in reading.cells}
    standing = external_queries.standing_of(SOURCE, indicators.KAZAKHSTAN, series)
    for cell in reading.cells:
        there = standing.get((cell.series, cell.category, cell.as_of))
        if there is not None and there.value == cell.value:
            found.equal += 1
        elif there is None and cell.value:
            found.new.append(cell)
        elif there is None:
            found.noughts += 1
        elif imports.is_drift(int(there.value), cell.value):
            found.drift.append(Pair(cell, there))
        else:
            found.different.append(Pair(cell, there))
    found.totals = _totals(reading, standing)
    return found


def _totals(reading: Reading, standing: Mapping[Key, ExternalFigure]) -> list[Total]:
    """The standing totals beside the sums over all origins; of the other layouts nothing adds up to them."""
    if reading.layout is not Layout.POPULATION:
        return []
    summed: Counter[tuple[str, date]] = Counter()
    small: defaultdict[tuple[str, date], int] = defaultdict(int)
    for cell in reading.cells:
        summed[cell.series, cell.as_of] += cell.value
        small[cell.series, cell.as_of] += 0 < cell.value <= SMALL
    return [
        Total(one, summed[series, as_of], SMALL * small[series, as_of])
        for (series, category, as_of), one in sorted(standing.items())
        if not category and (series, as_of) in summed
    ]


def confirm(file: ExternalFile, seen: str, *, replaces: bool = False) -> ExternalImport:
    """Enter what is new in the file, as one import. Somebody else has to verify it.

    `seen`: the digest of the plan that was looked at. `replaces`: void what stands where the file says otherwise, and
    enter what the file says; else it stays as it is.
    """
    found = plan(file)
    if not found.reading.is_sound:
        raise DomainError(_("Nothing of this file can be entered before it is put right."))
    if seen != found.digest:
        raise DomainError(
            _("Meanwhile somebody has entered or voided figures of this source. Look at the comparison again.")
        )
    cells = [*found.new, *(pair.cell for pair in found.different if replaces)]
    if not cells:
        raise DomainError(_("There is nothing to enter: all that this file says stands already."))
    who = principal()
    me, now = (who.user_id if who else None), clock.now()
    made = ExternalImport(
        id=file.id,
        file_name=file.file_name,
        sha256=file.sha256,
        layout=found.reading.layout,
        source=SOURCE,
        figures=len(cells),
        entered_by_id=me,
        entered_at=now,
    )
    db.session.add(made)
    for pair in found.different if replaces else ():
        reason = _("Replaced by the file %(name)s.", name=file.file_name)
        _void(pair.standing, me, reason)
    db.session.delete(file)
    db.session.flush()  # what is voided must be so before the same is entered again
    db.session.add_all(_figure(cell, made) for cell in cells)
    db.session.flush()
    return made


def _figure(cell: Cell, made: ExternalImport) -> ExternalFigure:
    return ExternalFigure(
        series=cell.series,
        category=cell.category,
        as_of=cell.as_of,
        value=Decimal(cell.value),
        qualifier="",
        unit=indicators.SERIES[cell.series].unit,
        scope=indicators.KAZAKHSTAN,
        source=SOURCE,
        document=f"Refugee Data Finder, {made.layout}, year {cell.as_of.year - 1}",
        import_id=made.id,
        entered_by_id=made.entered_by_id,
        entered_at=made.entered_at,
    )


def discard(file: ExternalFile) -> None:
    """Forget a file of which nothing was entered."""
    db.session.delete(file)
    db.session.flush()


def verify(one: ExternalImport) -> None:
    """Confirm that all figures of a file are what the source says. Not for the one who entered them."""
    _must_stand(one)
    who = principal()
    if who is None or who.user_id is None:
        raise DomainError(_("Only a signed-in person can verify a figure."))
    if one.entered_by_id == who.user_id:
        raise DomainError(_("You entered these figures, so somebody else has to verify them."))
    if one.verified_at is not None:
        raise DomainError(_("These figures have been verified already."))
    one.verified_by_id, one.verified_at = who.user_id, clock.now()
    for figure in external_queries.standing_in(one.id):
        figure.verified_by_id, figure.verified_at = one.verified_by_id, one.verified_at
    db.session.flush()


def void(one: ExternalImport, reason: str) -> None:
    """Take back all figures of a file. Those that they had replaced stay void: nothing comes back by itself."""
    _must_stand(one)
    who = principal()
    one.voided_at = clock.now()
    for figure in external_queries.standing_in(one.id):
        _void(figure, who.user_id if who else None, reason)
    db.session.flush()


def _void(figure: ExternalFigure, by: UUID | None, reason: str) -> None:
    figure.voided_by_id, figure.voided_at, figure.void_reason = by, clock.now(), reason


def _must_stand(one: ExternalImport) -> None:
    if one.voided_at is not None:
        raise DomainError(_("This import is void. Send the file again if its figures are right."))
