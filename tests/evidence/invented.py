"""An invented procedure, so that what is tested here does not hang on the wording of the law."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, g

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core.db import db
from casework.persons.models import Person
from casework.procedures import models

OPENED = date(2026, 3, 2)
STAGES = ("IDENTIFIED", "APPLIED", "INQUIRY_SENT", "DECISION")
NEEDS: tuple[tuple[str, bool, str | None, str | None], ...] = (
    ("BIRTH_CERT", True, "APPLIED", None),
    ("USSR_PASS", True, "APPLIED", "identity"),
    ("FOREIGN_PASS", True, "APPLIED", "identity"),
    ("MARRIAGE", False, "APPLIED", None),
    ("COURT_DEC", True, "DECISION", None),
)
MOVES: tuple[tuple[str, str, str | None, list[str]], ...] = (
    ("IDENTIFIED", "LODGED", "APPLIED", ["EVIDENCE"]),
    ("APPLIED", "DECIDED", "DECISION", ["INQUIRIES_CLOSED"]),
    ("*", "INQUIRY_SENT", None, []),
    ("*", "INQUIRY_REMINDED", None, []),
    ("*", "INQUIRY_REPLIED", None, []),
)


def procedure(track: str = "NATIONALITY", **replaced: Any) -> models.Procedure:
    """A procedure with evidence, and with inquiries that silence answers after six months."""
    words = {"label_en": "Invented", "label_ru": "Вымышленная", "label_kk": "Ойдан шығарылған"}
    found = models.Procedure(
        code=f"INVENTED_{track}",
        track=track,
        position=900,
        effective_from=date(1990, 1, 1),
        law="Invented Law, Art. 1",
        source="tests",
        ends_in=[],
        **words,
    )
    found.stages = [
        models.ProcedureStage(code=code, position=n, is_main=True, ends=False, authorities=[], scope="ADMIN")
        for n, code in enumerate(STAGES)
    ]
    found.moves = [
        models.ProcedureMove(from_stage=stage, act=act, to_stage=to, needs=needs, position=n)
        for n, (stage, act, to, needs) in enumerate(replaced.get("moves", MOVES))
    ]
    found.needs = [
        models.ProcedureNeed(kind=kind, is_required=required, for_stage=stage, group=group, position=n)
        for n, (kind, required, stage, group) in enumerate(replaced.get("needs", NEEDS))
    ]
    found.limits = [
        models.ProcedureLimit(
            code="REPLY",
            position=0,
            starts=["INQUIRY_SENT"],
            ends=["INQUIRY_REPLIED"],
            stops=[],
            value=6,
            unit="month",
            who="STATE",
            counts_from="happened",
            takes_until=False,
            on_day_off="next",
            on_silence="INQUIRY_TIMEOUT",
            per_subject=True,
            remind_days=30,
            law="Invented Law, Art. 2",
            source="tests",
            is_confirmed=False,
            **words,
        )
    ]
    db.session.add(found)
    db.session.flush()
    g.pop("procedures", None)
    g.pop("procedure_limits", None)
    current_app.extensions.pop("procedures", None)
    return found


def case_of(*persons: Person, lawyer_id: UUID, track: str = "NATIONALITY", **replaced: Any) -> Case:
    """A case of these persons under the invented procedure."""
    code = procedure(track, **replaced).code
    return cases.open_case(list(persons), track, OPENED, lawyer_id, procedure=code)
