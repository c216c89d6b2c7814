"""What was released, whether it still stands, and what would come out differently today. No page gets exact counts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from casework.core.db import db
from casework.core.scope import principal
from casework.disclosure import tables as exact
from casework.disclosure.tables import At, Facts, Hidden
from casework.releases import counting, declared, rules
from casework.releases.models import AddedTable, Explanation, PatternSeed, Release, ReleaseFacts, Step
from casework.releases.policy import may_read

Publication = dict[str, Any]


# -- which there are ---------------------------------------------------------------------------------------------


def releases() -> list[Release]:
    """What the principal may read: the newest day first, and of a day the newest edition."""
    found = db.session.scalars(select(Release).order_by(Release.as_of.desc(), Release.edition.desc()))
    return [one for one in found if may_read(principal(), one)]


def release(release_id: UUID) -> Release | None:
    return _readable(db.session.get(Release, release_id))


def release_by_code(code: str) -> Release | None:
    """The release of this code: KAZ-2025-01-01-e1."""
    return next((one for one in releases() if one.code == code), None)


def _readable(found: Release | None) -> Release | None:
    return found if found is not None and may_read(principal(), found) else None


def frozen() -> list[Release]:
    """Every frozen release, in the order in which they were frozen."""
    statement = select(Release).where(Release.step == Step.FROZEN)
    return list(db.session.scalars(statement.order_by(Release.frozen_at, Release.as_of, Release.edition)))


def latest_frozen(as_of: date | None = None) -> Release | None:
    """The latest edition of the latest day that has a frozen release, or of this day."""
    found = [one for one in frozen() if as_of in (None, one.as_of)]
    return max(found, key=lambda one: (one.as_of, one.edition), default=None)


def frozen_days() -> dict[date, date]:
    """The days that have a frozen release, each with the day since when it tells what happened."""
    return {one.as_of: one.since for one in frozen()}


def corrected_by(release: Release) -> Release | None:
    """The frozen release that this one corrects."""
    return db.session.get(Release, release.corrects_id) if release.corrects_id is not None else None


def latest_before(since: date, cut: datetime | None) -> Release | None:
    """The latest edition as of a day that was frozen before a data cut: its closing is the opening of what follows."""
    found = [one for one in frozen() if one.as_of == since and (cut is None or (one.frozen_at or cut) <= cut)]
    return max(found, key=lambda one: one.edition, default=None)


def lowest_edition(as_of: date) -> int:
    """Below 0 when drafts of this day were discarded, else 0."""
    return min(0, db.session.scalar(select(func.min(Release.edition)).where(Release.as_of == as_of)) or 0)


def open_draft() -> Release | None:
    """The draft that is being worked on; there is never more than one."""
    statement = select(Release).where(Release.step.not_in([Step.FROZEN, Step.DISCARDED]))
    return db.session.scalars(statement.order_by(Release.created_at)).first()


# -- what they say -----------------------------------------------------------------------------------------------


def publication(release: Release) -> Publication:
    """What a release says. Raises LookupError for a draft that is not ready, or that is not safe to be read."""
    if release.publication is None:
        raise LookupError(release.code)
    content: Publication = json.loads(release.publication)
    return content


def explanations(release: Release) -> dict[str, str]:
    """What was signed, by kind and figure."""
    rows = db.session.scalars(select(Explanation).where(Explanation.release_id == release.id))
    return {one.finding: one.text for one in rows}


def explanation(release: Release, finding: str) -> Explanation | None:
    """What was signed for one finding."""
    statement = select(Explanation).where(Explanation.release_id == release.id, Explanation.finding == finding)
    return db.session.scalars(statement).one_or_none()


def table_names(release: Release) -> dict[str, str]:
    """The tables of a release by code, as the page's language calls them."""
    return {code: str(declared.named(code).name) for code in release.tables}


def findings_to_sign(release: Release) -> list[str]:
    """What has to be explained and signed before this draft can be frozen, by kind and figure."""
    if release.publication is None:
        return []
    signed = explanations(release)
    keys = [f"{one['kind']}:{one['figure']}" for one in publication(release)["findings"]]
    return [key for key in keys if key.split(":")[0] in rules.BLOCKING and key not in signed]


def difference(older: Release, newer: Release) -> tuple[rules.Difference, ...]:
    """Why every population counts otherwise in the newer of two frozen releases; read from publications only."""
    between = [one for one in frozen() if older.as_of < one.as_of < newer.as_of]
    latest = {one.as_of: one for one in sorted(between, key=lambda one: one.edition)}
    chain = [older, *(latest[day] for day in sorted(latest)), newer]
    return rules.difference([publication(one) for one in chain])


# -- what later releases reckon with -----------------------------------------------------------------------------


def shown_before(release: Release | None = None) -> list[Release]:
    """Every release that somebody may have read, without this one: what is frozen, and drafts of any day.

    In the order in which they were shown.
    """
    rows = db.session.scalars(select(Release).where(Release.publication.is_not(None)))
    found = [one for one in rows if one.is_shown and one is not release]
    return sorted(found, key=order)


def order(release: Release) -> tuple[datetime, str]:
    """By which shown releases are put in the order in which they were shown."""
    return release.data_cut or release.created_at, release.code


def facts_of(release: Release) -> Facts:
    """The exact counts behind a release: for the protection of later ones and for comparing, never for a page."""
    rows = select(ReleaseFacts.facts).where(ReleaseFacts.release_id == release.id)
    return exact.from_json(db.session.scalars(rows).one())


def shown_with_facts(release: Release | None = None) -> list[tuple[Facts, Hidden]]:
    """What was shown before this one, with what each of them withholds."""
    return [(facts, _withheld(facts, one)) for one in shown_before(release) for facts in [facts_of(one)]]


def _withheld(facts: Facts, release: Release) -> dict[str, frozenset[At]]:
    """The pattern, also of tables that are one number and so stand among figures and accounts."""
    pattern = rules.pattern(publication(release))
    return {table.code: pattern.get(table.code, frozenset()) for table in facts.tables if table.is_published}


def pattern_seed() -> PatternSeed | None:
    return db.session.get(PatternSeed, 1)


# -- counted again -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verification:
    """Whether a frozen release is what it was. `tables`: those that its own records no longer give, by code."""

    code: str
    is_untouched: bool
    """Its hash is that of its publication."""
    tables: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return self.is_untouched and not self.tables


def recount(release: Release, cut: datetime | None) -> Facts:
    """The tables of a release counted again, from what was recorded until then; None: from all that is recorded now."""
    return count(release.as_of, release.since, release.tables, release.listed, release.data_cut, cut)


def count(
    as_of: date,
    since: date,
    tables: Sequence[str],
    listed: Mapping[str, Sequence[str]],
    drawn_up: datetime | None,
    cut: datetime | None,
    **listing: Any,
) -> Facts:
    """Count tables by code. `drawn_up`: when the release was, for it goes on from what the one before had counted."""
    before = latest_before(since, drawn_up)
    return counting.facts(
        as_of,
        since,
        [declared.named(code) for code in tables],
        listed,
        cut=cut,
        earlier=before.data_cut if before is not None else None,
        **listing,
    )


def verify(release: Release) -> Verification:
    """Compare a frozen release with its hash and the counts behind it, and those with the ledger as of its data cut."""
    stored = facts_of(release)
    kept = _counts(stored)
    shown = {table["code"]: _shown(table) for table in publication(release)["tables"]}
    behind = {code: {at: kept.get(code, {}).get(at, 0) for at in cells} for code, cells in shown.items()}
    differing = {*rules.differing(shown, behind)}
    differing.update(rules.differing(_of_the_ledger(stored), _of_the_ledger(recount(release, release.data_cut))))
    content = release.publication or ""
    return Verification(release.code, rules.digest(content.encode()) == release.digest, tuple(sorted(differing)))


def corrected_since(release: Release) -> tuple[str, ...]:
    """The codes of the published tables that would come out differently from what is recorded now. No number leaves."""
    return rules.differing(_counts(facts_of(release)), _counts(recount(release, None)))


def _counts(facts: Facts) -> dict[str, Mapping[At, int]]:
    return {table.code: table.counts for table in facts.tables if table.is_published}


def _of_the_ledger(facts: Facts) -> dict[str, Mapping[At, int]]:
    """Stocks, and who came and left: what the ledger can give again as of any moment."""
    return {table.code: table.counts for table in facts.tables if declared.is_of_the_ledger(table.population)}


def _shown(table: Mapping[str, Any]) -> dict[At, int]:
    return {tuple(cell["at"]): cell["value"] for cell in table["cells"] if "value" in cell}


# -- tables that officers add ------------------------------------------------------------------------------------


def added_tables() -> list[AddedTable]:
    """All of them, the retired too, by code."""
    return list(db.session.scalars(select(AddedTable).order_by(AddedTable.code)))


def added_table(table_id: UUID) -> AddedTable | None:
    return db.session.get(AddedTable, table_id)


def offered_tables() -> list[declared.DeclaredTable]:
    """What a new release may have: every declared table and those that were added and not retired."""
    added = [one for one in added_tables() if one.retired_at is None]
    return [*declared.TABLES.values(), *(declared.named(one.code) for one in added)]
