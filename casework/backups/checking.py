"""Whether what lies in a database is whole: chains, sealed values, figures. For a restore, a drill and the doctor."""

from dataclasses import dataclass, field
from typing import Any

from flask import g
from sqlalchemy import select

from casework.core import witness
from casework.core.chain import ChainReport
from casework.core.columns import sealed_groups
from casework.core.db import Base, db, session_for
from casework.core.scope import acting_as, system
from casework.core.vault import Unreadable
from casework.figures import actions as ledger
from casework.figures import queries as figures
from casework.releases import queries as releases

SAMPLE = 20


@dataclass(frozen=True)
class Sample:
    """Some sealed values of each kind: how many were opened, and the first that did not open."""

    opened: int
    unreadable: str | None = None


def sealed_sample(size: int = SAMPLE) -> Sample:
    """Open some of each kind: a wrong key ring or a damaged value shows here, not while someone needs the record."""
    opened = 0
    with session_for(system("sample of sealed values")) as session:
        for mapper in Base.registry.mappers:
            for name, group in sealed_groups(mapper.class_).items():
                column = getattr(mapper.class_, group.column)
                for row in session.scalars(select(mapper.class_).where(column.is_not(None)).limit(size)):
                    try:
                        getattr(row, name)
                    except Unreadable:
                        return Sample(opened, f"{mapper.class_.__name__} {_name(row)}")
                    opened += 1
    return Sample(opened)


def _said(report: ChainReport) -> str:
    if report.broken_at is not None:
        return f"The audit trail of {report.organisation_id} is broken at entry {report.broken_at}."
    return f"The audit trail of {report.organisation_id} does not agree with {len(report.findings)} rows."


def _name(row: Any) -> str:
    return str(getattr(row, "id", ""))


@dataclass
class Findings:
    """What was looked at, and every sentence that says something is wrong."""

    chains: int = 0
    entries: int = 0
    opened: int = 0
    releases: int = 0
    wrong: list[str] = field(default_factory=list)


def check_all() -> Findings:
    """Walk the audit chains, open sealed values, recount the figures and every frozen release."""
    found = Findings()
    reports = witness.verify()
    found.chains, found.entries = len(reports), sum(one.entries for one in reports)
    found.wrong += [f"{_said(one)} Run “casework audit verify”." for one in reports if not one.is_whole]
    sample = sealed_sample()
    found.opened = sample.opened
    if sample.unreadable:
        found.wrong.append(f"{sample.unreadable} does not open with the keys in place.")
    with acting_as(system("recount of the figures")):
        ledger.settle_offsets()  # what changed since they were last settled is no disagreement
        db.session.commit()
    with acting_as(system("recount of the figures")):
        g.reading = True
        if figures.verify(None):
            found.wrong.append("The ledger and the recount of the figures disagree: run “casework figures verify”.")
        for made in releases.frozen():
            found.releases += 1
            if not releases.verify(made).is_whole:
                found.wrong.append(f"The release {made.code} is not what was frozen: run “casework figures verify”.")
    return found
