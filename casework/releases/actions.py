"""Drawing up a release: count, protect, attack, then sign and freeze. What is frozen never changes."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from casework.attack.audit import attack
from casework.attack.report import Report
from casework.core import clock, i18n
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import principal
from casework.disclosure import tables as exact
from casework.disclosure.protection import Effort, Protected, protect
from casework.disclosure.tables import At, Facts, Hidden
from casework.figures import actions as figures
from casework.releases import counting, declared, publication, queries, refusals, rules
from casework.releases.models import AddedTable, Explanation, PatternSeed, Release, ReleaseFacts, Step

ROUNDS = 3
"""How often cells that the attack finds unsafe go back to the protection."""

Progress = Callable[[float], None]


def begin(as_of: date, since: date | None, tables: Sequence[str], listed_from: int = rules.LISTED_FROM[0]) -> Release:
    """Begin a release, or a correction of the one that is frozen as of this day. One draft at a time."""
    draft = queries.open_draft()
    if draft is not None:
        raise DomainError(
            _(
                "A release as of %(day)s is being drawn up already. Freeze or discard it first.",
                day=i18n.day(draft.as_of),
            ),
            "as_of",
        )
    days = _days(as_of, since)
    if listed_from not in rules.LISTED_FROM:
        raise DomainError(_("Choose from how many persons a country is listed by name."), "listed_from")
    corrects = queries.latest_frozen(as_of) if days.is_correction else None
    release = Release(
        as_of=as_of,
        since=days.since,
        edition=corrects.edition + 1 if corrects is not None else 1,
        tables=_chosen(tables),
        listed_from=listed_from,
        listed={},
        threshold=rules.THRESHOLD,
        corrects_id=corrects.id if corrects is not None else None,
        step=Step.BEGUN,
        created_by_id=_user_id(),
        created_at=clock.now(),
    )
    db.session.add(release)
    db.session.flush()
    return release


def _days(as_of: date, since: date | None) -> rules.Days:
    frozen = queries.frozen_days()
    try:
        return rules.days(as_of, since, frozen, clock.today())
    except rules.NotAllowed as error:
        last = max(frozen, default=None)
        begins = frozen.get(as_of, last)
        raise DomainError(refusals.of_days(error.why, last, begins), refusals.FIELDS.get(error.why, "as_of")) from error


def _chosen(tables: Sequence[str]) -> list[str]:
    """The codes in the order of the page; any table may also be by parts of the country instead of regions."""
    twins = [(one, declared.coarser(one)) for one in queries.offered_tables()]
    offered = [one.code for pair in twins for one in pair if one is not None]
    if not tables or not set(tables) <= set(offered):
        raise DomainError(_("Choose the tables of the release."), "tables")
    return [code for code in offered if code in set(tables)]


def _user_id() -> Any:
    who = principal()
    return who.user_id if who is not None else None


# -- step by step ------------------------------------------------------------------------------------------------


def next_step(release: Release, progress: Progress | None = None) -> Release:
    """Do the next piece of work on a draft: count, protect, attack. One that is done, or no draft, stays as it is.

    Raises DomainError when a correction would tell of few persons: nothing has been shown, and it can be discarded.
    """
    match release.step:
        case Step.BEGUN:
            _count(release)
            release.step = Step.COUNTED
        case Step.COUNTED:
            _protect(release, progress)
            release.step = Step.PROTECTED
        case Step.PROTECTED:
            _attack(release, progress)
            release.step = Step.ATTACKED
    db.session.flush()
    return release


def _count(release: Release) -> None:
    release.data_cut, before = figures.data_cut(), _listed_before()
    release.listed = counting.listed(release.as_of, release.listed_from, before, cut=release.data_cut)
    facts = queries.count(
        release.as_of,
        release.since,
        release.tables,
        release.listed,
        release.data_cut,
        release.data_cut,
        listed_from=release.listed_from,
        listed_before=before,
    )
    corrects = queries.corrected_by(release)
    few = rules.few_changed(queries.facts_of(corrects), facts) if corrects is not None else ()
    if few:
        raise DomainError(refusals.few_changed(str(declared.named(one).name) for one in few))
    db.session.add(ReleaseFacts(release_id=release.id, facts=exact.as_json(facts)))


def _listed_before() -> dict[str, list[str]]:
    """The origins that frozen releases list: whoever was named once is named later, or the rest would tell of them."""
    found: dict[str, set[str]] = {}
    for release in queries.frozen():
        for population, origins in release.listed.items():
            found.setdefault(population, set()).update(origins)
    return {population: sorted(origins) for population, origins in found.items()}


def _protect(release: Release, progress: Progress | None) -> None:
    facts = queries.facts_of(release)
    protected = protect(facts, queries.shown_with_facts(release), seed=_seed(), progress=progress)
    release.publication = _publication(release, facts, protected.hidden)
    release.report = {"protection": _of_protection(facts, protected)}


def _publication(release: Release, facts: Facts, hidden: Hidden) -> str:
    if release.data_cut is None:
        raise ValueError("nothing has been counted yet")
    corrects = queries.corrected_by(release)
    frame = publication.Frame(
        as_of=release.as_of,
        since=release.since,
        edition=release.edition,
        counted_on=clock.day_of(release.data_cut),
        listed_from=release.listed_from,
        threshold=release.threshold,
        corrects=queries.publication(corrects) if corrects is not None else None,
        explanations=queries.explanations(release),
    )
    durations = publication.durations(counting.durations(release.since, release.as_of, cut=release.data_cut))
    return rules.canonical(publication.build(frame, facts, hidden, durations)).decode()


def _attack(release: Release, progress: Progress | None) -> None:
    """Attack the publication, and protect anew what was found unsafe. What stays unsafe is never shown."""
    facts, earlier = queries.facts_of(release), queries.shown_with_facts(release)
    protection = dict((release.report or {})["protection"])
    wider: list[tuple[str, At]] = []
    for rounds in range(1, ROUNDS + 2):
        found = attack(*_known(release), progress=progress)
        if found.is_safe or rounds > ROUNDS:
            break
        wider += [(one.table, one.at) for one in found.unsafe]
        protected = protect(facts, earlier, seed=_seed(), must_widen=wider)
        release.publication = _publication(release, facts, protected.hidden)
        protection = _of_protection(facts, protected)
    unsafe = [*protection["unsafe"], *_of_attack(found, facts, len(earlier))]
    release.report = {
        "protection": protection,
        "attack": {**found.as_json(), "unsafe": _of_attack(found, facts, len(earlier))},
        "rounds": rounds,
        "against": [rules.digest((one.publication or "").encode()) for one in queries.shown_before(release)],
        "is_safe": not unsafe,
        "unsafe": unsafe,
    }
    if unsafe:
        release.publication = None


def known_to(releases: Iterable[Release]) -> tuple[list[Mapping[str, Any]], dict[str, list[dict[str, dict[str, int]]]]]:
    """What an attacker reads, oldest first, and what each partner knows of its own persons behind each of them."""
    chain = list(releases)
    behind = [queries.facts_of(one) for one in chain]
    partners = sorted({partner for facts in behind for table in facts.tables for partner in table.own})
    own = {
        partner: [
            {
                table.code: {"|".join(at): count for at, count in sorted(table.own.get(partner, {}).items())}
                for table in facts.tables
                if table.is_published
            }
            for facts in behind
        ]
        for partner in partners
    }
    return [queries.publication(one) for one in chain], own


def _known(release: Release) -> tuple[list[Mapping[str, Any]], dict[str, list[dict[str, dict[str, int]]]]]:
    return known_to([*queries.shown_before(release), release])


def _of_protection(facts: Facts, protected: Protected) -> dict[str, Any]:
    """What the officer may know of it: how many cells, never what they weigh, for weights follow from the numbers."""
    return {
        "hidden": protected.count,
        "cells": sum(len(list(publication.places(table))) for table in facts.tables if table.is_published),
        "gap": round(100 * (1 - protected.lower_bound / protected.weight)) if protected.weight else 0,
        "is_optimal": protected.is_optimal,
        "unsafe": [
            {"table": one.table, "reason": str(one.reason), "fixes": list(one.fixes)} for one in protected.unsafe
        ],
    }


def _of_attack(found: Report, facts: Facts, this: int) -> list[dict[str, Any]]:
    """Which tables, why and what would help; not which cells, for that a cell is unsafe says that it is small."""
    reasons: dict[tuple[int, str], set[str]] = {}
    for one in found.unsafe:
        reasons.setdefault((one.publication, one.table), set()).add(str(one.reason))
    by_code = {table.code: table for table in facts.tables}
    return [
        {
            "table": code,
            "reason": reason,
            "is_earlier": place != this,
            "fixes": refusals.fixes(code, [one.code for one in by_code[code].dimensions] if code in by_code else []),
        }
        for (place, code), why in sorted(reasons.items())
        for reason in sorted(why)
    ]


# -- review ------------------------------------------------------------------------------------------------------


def sign(release: Release, finding: str, explanation: str) -> None:
    """Explain why a release is right although something in it does not come out. It is published with the figures."""
    if release.step != Step.ATTACKED or release.publication is None:
        raise DomainError(_("Only a draft that is ready for review can be signed."))
    content = queries.publication(release)
    text = explanation.strip()
    if finding not in {f"{one['kind']}:{one['figure']}" for one in content["findings"]}:
        raise DomainError(_("Nothing of this release is waiting for that explanation."))
    if not text:
        raise DomainError(_("Explain in a sentence or two, so that a reader understands."), "explanation")
    signed = queries.explanation(release, finding)
    if signed is None:
        signed = Explanation(release_id=release.id, finding=finding)
        db.session.add(signed)
    signed.text, signed.signed_by_id, signed.signed_at = text, _user_id(), clock.now()
    db.session.flush()
    content = publication.explained(content, queries.explanations(release))
    release.publication = rules.canonical(content).decode()
    db.session.flush()


def freeze(release: Release) -> Release:
    """Publish a release for good. Nothing of it can be changed or taken away afterwards."""
    if release.is_frozen:
        return release
    if release.step != Step.ATTACKED:
        raise DomainError(_("This release has not been attacked yet, so it cannot be frozen."))
    report = release.report or {}
    if not report.get("is_safe") or release.publication is None:
        raise DomainError(refusals.unsafe(report.get("unsafe", ()), queries.table_names(release)))
    if report["against"] != [rules.digest((one.publication or "").encode()) for one in queries.shown_before(release)]:
        raise DomainError(_("Another release has been shown since this one was attacked. Discard it and begin anew."))
    missing = queries.findings_to_sign(release)
    if missing:
        raise DomainError(refusals.unsigned(queries.publication(release)["findings"], missing))
    release.digest = rules.digest(release.publication.encode())
    release.step, release.frozen_by_id, release.frozen_at = Step.FROZEN, _user_id(), clock.now()
    db.session.flush()
    return release


def discard(release: Release) -> None:
    """Give a draft up. If it has been shown, later releases are protected against it all the same."""
    if release.is_frozen:
        raise DomainError(_("What is frozen stays. What is wrong in it is corrected by a new edition of that day."))
    if not release.is_open:
        return
    if not release.is_shown:
        release.publication = None
    release.edition = queries.lowest_edition(release.as_of) - 1
    release.step = Step.DISCARDED
    db.session.flush()


def trade(as_of: date, tables: Sequence[str], since: date | None = None) -> list[tuple[int, int, int]]:
    """What each way of listing countries of origin costs: listed from, how many cells, how many of them withheld."""
    days = _days(as_of, since)
    chosen, cut = _chosen(tables), figures.data_cut()
    shown, before, found = queries.shown_with_facts(), _listed_before(), []
    for listed_from in rules.LISTED_FROM:
        listed = counting.listed(as_of, listed_from, before, cut=cut)
        facts = queries.count(
            as_of, days.since, chosen, listed, cut, cut, listed_from=listed_from, listed_before=before
        )
        protected = protect(facts, shown, seed=_seed(), effort=Effort.QUICK)
        found.append((listed_from, _of_protection(facts, protected)["cells"], protected.count))
    return found


def _seed() -> bytes:
    """The secret under which it cannot be replayed which cells were chosen; drawn when it is first needed."""
    kept = queries.pattern_seed() or keep_seed(secrets.token_hex(32))
    return bytes.fromhex(kept.seed)


def keep_seed(seed: str) -> PatternSeed:
    """Keep the secret of this installation. Once there is one, it stays."""
    kept = PatternSeed(id=1, seed=seed)
    db.session.add(kept)
    db.session.flush()
    return kept


# -- tables that officers add ------------------------------------------------------------------------------------


def add_table(population: str, dimensions: Sequence[str]) -> AddedTable:
    """Offer one more table of a population, from its declared dimensions, for later releases."""
    made = declared.made(population, list(dimensions), queries.offered_tables())
    table = next((one for one in queries.added_tables() if one.code == made.code), None)
    if table is None:
        table = AddedTable(code=made.code, population=population, dimensions=list(made.dimensions))
        db.session.add(table)
    table.added_by_id, table.added_at, table.retired_at = _user_id(), clock.now(), None
    db.session.flush()
    return table


def retire_table(table: AddedTable) -> None:
    """Offer a table no more. Releases that have it keep it."""
    if table.retired_at is None:
        table.retired_at = clock.now()
        db.session.flush()
