"""Keeping the ledger: posting what changed about a person, opening months, and entering what others count."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, insert, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

import casework.reference
from casework.core import clock, config
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import known_elsewhere, person_changed
from casework.core.scope import principal, unscoped
from casework.figures import indicators, queries, rules, sums
from casework.figures.models import Balance, ExternalFigure, LedgerMonth, Movement, Offset
from casework.persons.models import Person
from casework.persons.rules import Flow

SEED = Path(casework.reference.__file__).parent / "seed" / "external_figures.csv"

# Two advisory locks (PostgreSQL; SQLite has one writer anyway). Whoever posts shares OPENING, so that no month is
# opened past a movement that is not committed yet. Whoever posts into opened months, or opens earlier ones, takes
# BALANCES, so that two writers never wait for each other's rows. OPENING always comes first, and opening only tries:
# nothing can deadlock.
_OPENING, _BALANCES = 0x0CA5E001, 0x0CA5E002


def listen() -> None:
    """Post to the ledger whatever changes about a person, and about who is known to several partners."""
    person_changed.connect(post_movements)
    known_elsewhere.connect(_post_offsets_of)


# -- movements -----------------------------------------------------------------------------------------------


def post_movements(person: Person) -> None:
    """Bring the ledger in line with a person's histories: append what is missing, take nothing away.

    Age crossings of the future are posted at once, for they follow from the birth month alone: no job has to
    come round on birthdays. Of a person recorded twice and merged, the records are counted one after the other, each
    only where those before it do not count.
    """
    db.session.flush()
    open_months(clock.today())
    _lock(_OPENING, "pg_advisory_xact_lock_shared")
    counted: list[rules.Move] = []
    for record in queries.records(person):
        want = rules.movements(queries.person_facts(record), horizon=date.max)
        want += rules.taken_back(counted, want, Flow.MERGED)
        _post(record, want)
        counted += want


def _post(person: Person, want: list[rules.Move]) -> None:
    missing = rules.difference(want, queries.posted_moves(person))
    db.session.add_all(
        Movement(
            organisation_id=person.organisation_id,
            person_id=person.id,
            effective_on=move.effective_on,
            quantity=move.quantity,
            flow=move.flow,
            recorded_at=clock.now(),
            **move.cell._asdict(),
        )
        for move in missing
    )
    db.session.flush()
    past = [move for move in missing if move.effective_on <= clock.today()]
    if past:
        _open_earlier_months(min(move.effective_on for move in past))
    _add_to_balances(person.organisation_id, missing)


def _post_offsets_of(sender: object, person_ids: set[UUID]) -> None:
    post_offsets(person_ids)


def settle_offsets() -> None:
    """Bring the offsets in line with what changed about persons of the acting organisation.

    Never in the request that changes a person: one that takes longer would tell that another partner has them, too.
    """
    post_offsets(queries.asked_about())


def post_offsets(person_ids: Iterable[UUID]) -> None:
    """Bring the offsets in line for these persons and all who are taken for the same at other partners.

    National figures then count each of them once, where the record registered first counts; every partner's own count
    stays whole.
    """
    db.session.flush()
    pending = set(person_ids)
    while pending:
        known = queries.known_as(next(iter(pending)))
        counted: list[rules.Move] = []
        for records in known:
            moves = queries.moves_of(records)
            want = rules.taken_back(counted, moves, Flow.ELSEWHERE)
            missing = rules.difference(want, queries.offset_moves(records))
            db.session.add_all(
                Offset(
                    person_id=records[0],
                    effective_on=move.effective_on,
                    quantity=move.quantity,
                    flow=move.flow,
                    recorded_at=clock.now(),
                    **move.cell._asdict(),
                )
                for move in missing
            )
            counted += moves + want
            pending -= set(records)
    db.session.flush()


def _add_to_balances(organisation_id: UUID, moves: list[rules.Move]) -> None:
    """Carry moves into the opening balances of every month after them that is open."""
    last = _last_month()
    added: Counter[tuple[rules.Cell, date]] = Counter()
    for move in moves:
        added[move.cell, next_month(move.effective_on)] += move.quantity
    rows = [
        {
            **{f"of_{name}": value for name, value in cell._asdict().items()},
            "from_month": month,
            "change": change,
        }
        for (cell, month), change in sorted(added.items())
        if change and last is not None and month <= last
    ]
    if not rows:
        return
    _lock(_BALANCES, "pg_advisory_xact_lock")
    months = (
        select(
            LedgerMonth.month,
            *(bindparam(f"of_{column.key}", type_=column.type) for column in queries.CELL[Balance]),
            literal(organisation_id, Balance.organisation_id.type),
            bindparam("change", type_=Balance.quantity.type),
        )
        .where(LedgerMonth.month >= bindparam("from_month", type_=LedgerMonth.month.type))
        .order_by(LedgerMonth.month)
    )
    # Through the connection: the session would take a list of rows for a bulk insert of objects.
    db.session.connection().execute(_adding(months), rows)


def _adding(rows: Select[Any]) -> Any:
    """Insert these balances, adding to those that are there."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Balance).from_select([column.key for column in queries.BALANCE_COLUMNS], rows)
    return statement.on_conflict_do_update(
        index_elements=[column.key for column in queries.BALANCE_COLUMNS if column.key != "quantity"],
        set_={"quantity": Balance.quantity + statement.excluded.quantity},
    )


# -- months --------------------------------------------------------------------------------------------------


def next_month(day: date) -> date:
    """The first of the month after a day's month: the first opening balance that a change on the day is in."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _last_month() -> date | None:
    return db.session.scalar(select(func.max(LedgerMonth.month)))


def open_months(until: date) -> int:
    """Keep an opening balance for every month up to the one of `until`; how many were opened.

    Each is the one before plus that month's movements. Figures are exact without (they add up movements since the
    last opened month), so when others are posting this very moment it is left to the next who comes.
    """
    last = _last_month()
    if last is None or last >= until.replace(day=1) or not _lock(_OPENING, "pg_try_advisory_xact_lock"):
        return 0
    opened = 0
    last = _last_month() or last
    while last < until.replace(day=1):
        month = next_month(last)
        db.session.execute(
            insert(Balance)
            .from_select([column.key for column in queries.BALANCE_COLUMNS], _opening_balances(last, month))
            .execution_options(**unscoped("opening balances"))
        )
        db.session.add(LedgerMonth(month=month))
        db.session.flush()
        last = month
        opened += 1
    return opened


def _opening_balances(last: date, month: date) -> Select[Any]:
    keys = (*queries.CELL[Balance], Balance.organisation_id)
    before = select(*keys, Balance.quantity).where(Balance.month == last)
    since = select(*queries.CELL[Movement], Movement.organisation_id, Movement.quantity).where(
        Movement.effective_on >= last, Movement.effective_on < month
    )
    both = union_all(before, since).subquery()
    cells = [both.c[column.key] for column in keys]
    return (
        select(literal(month, Balance.month.type), *cells, func.sum(both.c.quantity))
        .group_by(*cells)
        .having(func.sum(both.c.quantity) != 0)
    )


def _open_earlier_months(day: date) -> None:
    """Open the months from a day's own up to those that are open, or to the current one when none is.

    Nothing had moved before the first opened month, so their balances start empty.
    """
    first = select(func.min(LedgerMonth.month))
    opened = db.session.scalar(first)
    if opened is not None and day >= opened:
        return
    _lock(_BALANCES, "pg_advisory_xact_lock")
    opened = db.session.scalar(first)  # someone else may just have opened them
    month, months = day.replace(day=1), []
    while month < opened if opened else month <= clock.today():
        months.append(LedgerMonth(month=month))
        month = next_month(month)
    db.session.add_all(months)
    db.session.flush()


def data_cut() -> datetime:
    """This moment, once everyone who was posting has finished: all that was recorded until then can be read."""
    _lock(_OPENING, "pg_advisory_lock")
    moment = clock.now()
    _lock(_OPENING, "pg_advisory_unlock")
    return moment


def _lock(key: int, function: str) -> bool:
    """Take an advisory lock until the transaction ends; False when it was only tried and someone else holds it."""
    if db.session.get_bind().dialect.name != "postgresql":
        return True
    return db.session.scalar(select(getattr(func, function)(key))) is not False


# -- figures that come from elsewhere ------------------------------------------------------------------------


def enter_external(
    *,
    series: str,
    as_of: date,
    value: Decimal,
    source: str,
    category: str = "",
    scope: str | None = None,
    qualifier: str = "",
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    document: str | None = None,
    note: str | None = None,
) -> ExternalFigure:
    """Enter a number that others count, of this country unless a `scope` is given. Somebody else has to verify it."""
    scope = scope or config.country()
    known = indicators.SERIES.get(series)
    if known is None:
        raise DomainError(_("Choose which figure this is."), "series")
    if value < 0:
        raise DomainError(_("A figure cannot be negative."), "value")
    if known.unit in indicators.WHOLE and value != value.to_integral_value():
        raise DomainError(_("Enter a whole number: this figure counts."), "value")
    if (numerator is not None or denominator is not None) and known.unit is not indicators.Unit.PERCENT:
        raise DomainError(_("Part and whole belong to a figure in per cent only."), "numerator")
    _check_share(value, numerator, denominator)
    if as_of > clock.today():
        raise DomainError(_("This date is in the future. Enter the day that the figure is about."), "as_of")
    same = select(ExternalFigure.id).where(
        ExternalFigure.series == series,
        ExternalFigure.category == category,
        ExternalFigure.as_of == as_of,
        ExternalFigure.scope == scope,
        ExternalFigure.source == source,
        ExternalFigure.voided_at.is_(None),
    )
    if db.session.scalar(same) is not None:
        raise DomainError(
            _("This source's figure for this day has been entered already. If it is wrong, void it first."), "as_of"
        )
    who = principal()
    figure = ExternalFigure(
        series=series,
        category=category,
        as_of=as_of,
        value=value,
        numerator=numerator,
        denominator=denominator,
        qualifier=qualifier,
        unit=known.unit,
        scope=scope,
        source=source,
        document=document,
        note=note,
        entered_by_id=who.user_id if who else None,
        entered_at=clock.now(),
    )
    db.session.add(figure)
    db.session.flush()
    return figure


def _check_share(value: Decimal, numerator: Decimal | None, denominator: Decimal | None) -> None:
    """A share is computed from its part and its whole, and what was printed must be that: rounded, or cut off."""
    if denominator == 0:
        raise DomainError(_("The whole of a share cannot be nought."), "denominator")
    if numerator is None or denominator is None:
        return
    if sums.printed_as(value, numerator, denominator) is sums.Printed.OTHERWISE:
        raise DomainError(
            _(
                "The part is %(share)s of the whole. That is not the value, neither rounded nor cut off.",
                share=f"{sums.percent(numerator, denominator).quantize(Decimal('0.01'))} %",
            ),
            "value",
        )


def verify_external(figure: ExternalFigure) -> None:
    """Confirm that a figure says what its source says. Not for the one who entered it."""
    _must_stand(figure)
    if figure.import_id is not None:
        raise DomainError(_("This figure came with a file, which is verified as a whole."))
    who = principal()
    if who is None or who.user_id is None:
        raise DomainError(_("Only a signed-in person can verify a figure."))
    if figure.entered_by_id == who.user_id:
        raise DomainError(_("You entered this figure, so somebody else has to verify it."))
    if figure.verified_at is not None:
        raise DomainError(_("This figure has been verified already."))
    figure.verified_by_id = who.user_id
    figure.verified_at = clock.now()
    db.session.flush()


def void_external(figure: ExternalFigure, reason: str) -> None:
    """Take back a wrong figure, verified or not. Nothing uses it; who voided it, when and why stays readable."""
    _must_stand(figure)
    who = principal()
    figure.voided_by_id = who.user_id if who else None
    figure.voided_at = clock.now()
    figure.void_reason = reason
    db.session.flush()


def _must_stand(figure: ExternalFigure) -> None:
    if figure.is_void:
        raise DomainError(_("This figure is void. Enter the right one anew."))


def seed_external() -> int:
    """Add the published figures that Casework ships with and that are not there yet. Counts new ones.

    One that was voided is there: it does not come back.
    """
    key = (
        ExternalFigure.series,
        ExternalFigure.category,
        ExternalFigure.as_of,
        ExternalFigure.scope,
        ExternalFigure.source,
    )
    have = {tuple(row) for row in db.session.execute(select(*key))}
    added = 0
    with SEED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            as_of = date.fromisoformat(row["as_of"])
            if (row["series"], row["category"], as_of, row["scope"], row["source"]) in have:
                continue
            db.session.add(
                ExternalFigure(
                    series=row["series"],
                    category=row["category"],
                    as_of=as_of,
                    value=Decimal(row["value"]),
                    numerator=_decimal(row["numerator"]),
                    denominator=_decimal(row["denominator"]),
                    qualifier=row["qualifier"],
                    unit=row["unit"],
                    scope=row["scope"],
                    source=row["source"],
                    document=row["document"] or None,
                    note=row["note"] or None,
                    entered_by_id=None,
                    entered_at=clock.now(),
                )
            )
            added += 1
    db.session.flush()
    return added


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
