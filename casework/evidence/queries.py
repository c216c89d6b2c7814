"""The checklist of a case: what its procedure asks for, and what was added to it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from casework.cases.models import Case
from casework.core.db import db
from casework.core.i18n import Text
from casework.evidence import rules
from casework.evidence.models import EvidenceItem
from casework.evidence.rules import State
from casework.procedures import queries as procedures
from casework.reference import queries as codes


@dataclass(frozen=True)
class Line:
    """One kind of evidence in one case. `item` is None while nothing was noted of it."""

    kind: str
    is_required: bool
    for_stage: str | None
    group: str | None
    hint: Text | None
    item: EvidenceItem | None
    is_asked_by_procedure: bool

    @property
    def label(self) -> str:
        return codes.label("document_type", self.kind)

    @property
    def state(self) -> str:
        return self.item.state if self.item is not None else State.MISSING


def items(case_id: UUID) -> dict[str, EvidenceItem]:
    """What was noted in a case and stands, by kind."""
    statement = select(EvidenceItem).where(EvidenceItem.case_id == case_id, EvidenceItem.voided_at.is_(None))
    return {one.kind: one for one in db.session.scalars(statement)}


def every_item(case_ids: Collection[UUID]) -> list[EvidenceItem]:
    """Whatever was ever noted in these cases, for the history."""
    return list(db.session.scalars(select(EvidenceItem).where(EvidenceItem.case_id.in_(case_ids))))


def checklist(case: Case) -> list[Line]:
    """Every line in the order of the procedure, then what was added, by name."""
    noted = items(case.id)
    procedure = procedures.rules_of(case.procedure_id)
    lines = [
        Line(need.kind, need.is_required, need.for_stage, need.group, need.hint, noted.pop(need.kind, None), True)
        for need in (procedure.needs if procedure is not None else ())
    ]
    added = [Line(kind, False, None, None, None, item, False) for kind, item in noted.items()]
    return lines + sorted(added, key=lambda one: one.label)


def line(case: Case, kind: str) -> Line | None:
    return next((one for one in checklist(case) if one.kind == kind), None)


def unmet(case: Case, stage: str) -> list[Line]:
    """What has to be there before a case enters a stage and is not: there, or known to be impossible, will do."""
    return [one for one in rules.unsettled(checklist(case), stage) if isinstance(one, Line)]


def progress(case: Case) -> rules.Progress:
    return rules.progress(checklist(case))
