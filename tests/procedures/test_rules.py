"""What a procedure says of an act at a stage, and what the check finds wrong."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from casework.core.i18n import Text
from casework.procedures.checks import Finding, Known, Problem, findings
from casework.procedures.rules import Limit, Move, Need, Procedure, Stage

WORDS = Text("Words", "Слова", "Сөздер")
KNOWN = Known(
    stages={"BEGIN": {"track": "OTHER"}, "ASKED": {}, "DONE": {}, "ELSEWHERE": {"track": "ASYLUM"}},
    acts={
        "ASK": {},
        "ANSWER": {"served": True},
        "SILENCE": {"deemed": True},
        "NOTE": {},
        "FLEE": {"tracks": ["ASYLUM"]},
    },
    authorities={"TSON": {}},
    documents={"PHOTOS": {}},
)
REPLY = Limit(uuid4(), "reply", WORDS, ("ASK",), ("ANSWER",), 3, "day", on_silence="SILENCE")
SOUND = Procedure(
    id=uuid4(),
    code="TRIAL",
    track="OTHER",
    words=WORDS,
    effective_from=date(2020, 1, 1),
    retired_on=None,
    law="",
    source="",
    is_confirmed=False,
    ends_in=("PHOTOS",),
    stages=(Stage("BEGIN"), Stage("ASKED", authorities=("TSON",)), Stage("DONE", ends=True)),
    moves=(
        Move("BEGIN", "ASK", "ASKED", ("EVIDENCE",)),
        Move("ASKED", "ANSWER", "DONE"),
        Move("ASKED", "NOTE", "BEGIN"),
        Move("*", "NOTE"),
        Move("*", "SILENCE"),
    ),
    limits=(REPLY,),
    needs=(Need("PHOTOS", for_stage="ASKED"),),
)


def test_a_stage_has_its_own_moves_before_those_of_anywhere() -> None:
    assert SOUND.move("ASKED", "NOTE") == Move("ASKED", "NOTE", "BEGIN")
    assert SOUND.move("DONE", "NOTE") == Move("*", "NOTE")
    assert SOUND.move("DONE", "ASK") is None
    assert SOUND.stages_for("NOTE") == ("BEGIN", "ASKED", "DONE")
    assert SOUND.stages_for("ANSWER") == ("ASKED",)
    assert SOUND.first_stage == "BEGIN"
    assert SOUND.stage("NOWHERE") is None


def test_a_sound_procedure_has_no_findings() -> None:
    assert findings(SOUND, KNOWN) == []


def with_moves(*more: Move) -> Procedure:
    return replace(SOUND, moves=(*SOUND.moves, *more))


def with_limit(**changed: object) -> Procedure:
    return replace(SOUND, limits=(replace(REPLY, **changed),))  # type: ignore[arg-type]


def with_stages(*more: Stage) -> Procedure:
    return replace(SOUND, stages=(*SOUND.stages, *more))


@pytest.mark.parametrize(
    ("procedure", "found"),
    [
        (replace(SOUND, stages=()), Finding(Problem.NO_STAGE, "stages")),
        (replace(SOUND, stages=(SOUND.stages[0], SOUND.stages[1], Stage("DONE"))), Finding(Problem.NO_END, "stages")),
        (replace(SOUND, stages=SOUND.stages * 3), Finding(Problem.BAR_TOO_LONG, "stages")),
        (with_stages(Stage("NOWHERE")), Finding(Problem.STAGE_UNKNOWN, "stages", "NOWHERE")),
        (with_stages(Stage("ELSEWHERE")), Finding(Problem.STAGE_OF_ANOTHER_TRACK, "stages", "ELSEWHERE")),
        (with_stages(Stage("ELSEWHERE")), Finding(Problem.STAGE_OUT_OF_REACH, "stages", "ELSEWHERE")),
        (with_stages(Stage("ELSEWHERE")), Finding(Problem.STAGE_WITHOUT_EXIT, "stages", "ELSEWHERE")),
        (
            with_stages(Stage("ELSEWHERE", authorities=("KGB",))),
            Finding(Problem.AUTHORITY_UNKNOWN, "stages", "ELSEWHERE", "KGB"),
        ),
        (with_moves(Move("ASKED", "DANCE")), Finding(Problem.ACT_UNKNOWN, "moves", "ASKED", "DANCE")),
        (with_moves(Move("ASKED", "FLEE")), Finding(Problem.ACT_OF_ANOTHER_TRACK, "moves", "ASKED", "FLEE")),
        (with_moves(Move("NOWHERE", "ASK")), Finding(Problem.MOVE_NOWHERE, "moves", "ASK", "NOWHERE")),
        (with_moves(Move("DONE", "ASK", "NOWHERE")), Finding(Problem.MOVE_NOWHERE, "moves", "ASK", "NOWHERE")),
        (with_moves(Move("DONE", "ASK", None, ("RAIN",))), Finding(Problem.CONDITION_UNKNOWN, "moves", "ASK", "RAIN")),
        (
            with_moves(Move("DONE", "ASK", None, ("ACT:FLEE",))),
            Finding(Problem.CONDITION_IMPOSSIBLE, "moves", "ASK", "FLEE"),
        ),
        (
            with_moves(Move("ASKED", "ASK", "DONE", ("EVIDENCE",))),
            Finding(Problem.CONDITION_IMPOSSIBLE, "moves", "ASK", "EVIDENCE"),
        ),
        (with_moves(Move("ASKED", "SILENCE", "DONE")), Finding(Problem.SILENCE_MOVES, "moves", "ASKED", "SILENCE")),
        (with_limit(starts=("FLEE",)), Finding(Problem.LIMIT_NEVER_STARTS, "limits", "reply")),
        (with_limit(ends=("FLEE",)), Finding(Problem.LIMIT_ACT_IMPOSSIBLE, "limits", "reply", "FLEE")),
        (with_limit(stops=("DANCE",)), Finding(Problem.ACT_UNKNOWN, "limits", "reply", "DANCE")),
        (with_limit(basis="FLEE"), Finding(Problem.LIMIT_ACT_IMPOSSIBLE, "limits", "reply", "FLEE")),
        (with_limit(counts_from="served"), Finding(Problem.LIMIT_DAY_NOT_ASKED, "limits", "reply", "ASK")),
        (with_limit(on_silence="NOTE"), Finding(Problem.SILENCE_UNKNOWN, "limits", "reply", "NOTE")),
        (with_limit(starts=("ASK", "SILENCE")), Finding(Problem.SILENCE_FOR_EVER, "limits", "reply")),
        (replace(SOUND, needs=(Need("SHOES"),)), Finding(Problem.DOCUMENT_UNKNOWN, "needs", "SHOES", "SHOES")),
        (
            replace(SOUND, needs=(*SOUND.needs, Need("PHOTOS", for_stage="NOWHERE"))),
            Finding(Problem.EVIDENCE_NOWHERE, "needs", "PHOTOS", "NOWHERE"),
        ),
        (replace(SOUND, ends_in=("SHOES",)), Finding(Problem.DOCUMENT_UNKNOWN, "", "SHOES", "SHOES")),
    ],
)
def test_what_is_wrong_is_found(procedure: Procedure, found: Finding) -> None:
    assert found in findings(procedure, KNOWN)


def test_a_stage_that_only_leads_to_itself_is_a_dead_end() -> None:
    stuck = replace(SOUND, moves=(SOUND.moves[0], Move("ASKED", "ANSWER", "ASKED"), *SOUND.moves[3:]))
    assert Finding(Problem.STAGE_WITHOUT_EXIT, "stages", "ASKED") in findings(stuck, KNOWN)
    assert Finding(Problem.STAGE_OUT_OF_REACH, "stages", "DONE") in findings(stuck, KNOWN)
