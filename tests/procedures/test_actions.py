"""Loading procedures, and writing a new version that takes effect from a day."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.core import clock
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.core.scope import system
from casework.procedures import actions, queries, rules, shipped
from casework.procedures.models import Procedure, ProcedureLimit
from casework.reference import queries as codes
from tests.conftest import Acting

TODAY = date(2026, 11, 23)
NEXT_YEAR = date(2027, 1, 1)
WORDS = Text("Words", "Слова", "Сөздер")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(TODAY):
        yield


def in_force(code: str) -> rules.Procedure:
    return next(one for one in queries.in_force() if one.code == code)


def row(code: str) -> Procedure:
    found = queries.version(in_force(code).id)
    assert found is not None
    return found


def drafted(code: str = "RESID_PERMIT", on: date = NEXT_YEAR) -> Procedure:
    return actions.draft_from(row(code), on, "Order No 1 of 2026")


def limit_of(version: Procedure, code: str) -> ProcedureLimit:
    return next(one for one in version.limits if one.code == code)


def counted(limit: ProcedureLimit, **changed: Any) -> dict[str, Any]:
    """Everything that a form says of a limit."""
    names = (*actions.COUNTING, "law", "source", "is_confirmed")
    return {**{name: getattr(limit, name) for name in names}, **changed}


def test_what_is_loaded_is_what_is_shipped(acting: Acting) -> None:
    with acting(system("tests")):
        loaded = {one.code: one for one in queries.in_force()}
        assert list(loaded) == [one.code for one in shipped.procedures()]
        for one in shipped.procedures():
            here = loaded[one.code]
            assert (here.stages, here.moves, here.needs, here.ends_in) == (
                one.stages,
                one.moves,
                one.needs,
                one.ends_in,
            )
            assert [(x.code, x.value, x.unit, x.starts, x.stops) for x in here.limits] == [
                (x.code, x.value, x.unit, x.starts, x.stops) for x in one.limits
            ]


def test_loading_again_adds_nothing_and_leaves_edits_alone(acting: Acting) -> None:
    with acting(system("tests")) as session:
        actions.describe(row("SDP"), WORDS, law="Law", source="Read", is_confirmed=True)
        before = session.scalar(select(func.count()).select_from(ProcedureLimit))
        assert actions.seed() == 0
        assert session.scalar(select(func.count()).select_from(ProcedureLimit)) == before
        assert (in_force("SDP").words, in_force("SDP").is_confirmed) == (WORDS, True)


def test_a_version_that_was_missing_is_added(acting: Acting) -> None:
    with acting(system("tests")) as session:
        session.delete(row("DOC_RESTORE"))
        session.flush()
        assert actions.seed() == 1
        assert in_force("DOC_RESTORE").first_stage == "OTH_INTAKE"


def test_who_decides_follows_the_day(acting: Acting) -> None:
    with acting(system("tests")):
        asylum = in_force("ASYLUM")

        def who(stage: str, on: date) -> str | None:
            found = queries.authority(asylum, stage, on)
            return found.code if found is not None else None

        assert who("REGISTERED", date(2022, 4, 6)) == "MIA_MSC"
        assert who("REGISTERED", date(2022, 4, 7)) == "AKIMAT"
        assert who("COMPLAINT", date(2021, 1, 1)) == "MIA_MSC"
        assert who("COMPLAINT", TODAY) == "MLSPP"
        assert who("COURT1", TODAY) == "ADMIN_COURT"
        assert who("ASY_RESULT", TODAY) is None


def test_a_draft_is_a_copy_that_nobody_runs_by(acting: Acting) -> None:
    with acting(system("tests")):
        before = in_force("RESID_PERMIT")
        draft = drafted()
        copy = queries.shaped(draft)
        assert (copy.stages, copy.moves, copy.needs) == (before.stages, before.moves, before.needs)
        assert [one.code for one in copy.limits] == [one.code for one in before.limits]
        assert {one.id for one in copy.limits} & {one.id for one in before.limits} == set()
        assert (draft.source, draft.is_confirmed) == ("Order No 1 of 2026", False)
        assert in_force("RESID_PERMIT").id == before.id
        assert draft.id not in {one.id for one in queries.in_force(NEXT_YEAR)}
        assert queries.rules_of(draft.id) is None


def test_a_new_version_holds_from_its_day_and_the_old_one_until_then(acting: Acting) -> None:
    with acting(system("tests")):
        old = in_force("RESID_PERMIT")
        draft = drafted()
        limit = limit_of(draft, "decision")
        actions.put_limit(draft, limit, "decision", WORDS, **counted(limit, value=45))
        actions.publish(draft)
        assert in_force("RESID_PERMIT").id == old.id
        later = queries.default_for("RESIDENCE", NEXT_YEAR)
        assert later is not None
        assert later.id == draft.id
        assert next(one for one in later.limits if one.code == "decision").value == 45
        kept = queries.rules_of(old.id)
        assert kept is not None
        assert next(one for one in kept.limits if one.code == "decision").value == 60
        newer = queries.newer(kept, NEXT_YEAR)
        assert newer is not None
        assert newer.id == draft.id


def test_a_version_may_begin_on_a_day_that_has_passed(acting: Acting) -> None:
    with acting(system("tests")):
        draft = drafted(on=date(2024, 7, 17))
        actions.publish(draft)
        assert in_force("RESID_PERMIT").id == draft.id
        then = queries.default_for("RESIDENCE", date(2024, 7, 16))
        assert then is not None
        assert then.id != draft.id


def test_one_draft_at_a_time(acting: Acting) -> None:
    with acting(system("tests")):
        drafted()
        with pytest.raises(DomainError, match="already"):
            drafted(on=date(2028, 1, 1))
        drafted("SDP")


def test_two_versions_do_not_begin_on_one_day(acting: Acting) -> None:
    with acting(system("tests")):
        with pytest.raises(DomainError, match="Another version") as refused:
            drafted(on=in_force("RESID_PERMIT").effective_from)
        assert refused.value.field == "effective_from"
        draft = drafted()
        with pytest.raises(DomainError, match="Another version"):
            actions.reschedule(draft, in_force("RESID_PERMIT").effective_from, [])
        actions.reschedule(draft, NEXT_YEAR, ["RES_PERM"])  # its own day is free to it


def test_a_draft_that_does_not_hold_together_is_not_published(acting: Acting) -> None:
    with acting(system("tests")):
        draft = drafted()
        actions.remove(draft, next(one for one in draft.stages if one.code == "RES_COURT"))
        with pytest.raises(DomainError, match="hold together"):
            actions.publish(draft)
        assert draft.is_draft


def test_discarding_leaves_nothing(acting: Acting) -> None:
    with acting(system("tests")) as session:
        before = session.scalar(select(func.count()).select_from(ProcedureLimit))
        actions.discard(drafted())
        assert queries.drafts() == {}
        assert session.scalar(select(func.count()).select_from(ProcedureLimit)) == before


def test_a_version_in_use_is_not_changed(acting: Acting) -> None:
    with acting(system("tests")):
        used = row("RESID_PERMIT")
        limit = limit_of(used, "decision")
        stage = used.stages[0]
        for forbidden in (
            lambda: actions.put_limit(used, limit, "decision", WORDS, **counted(limit, value=1)),
            lambda: actions.put_stage(
                used, stage, stage.code, place=1, is_main=True, ends=True, authorities=[], scope=None
            ),
            lambda: actions.put_move(used, None, from_stage="*", act="OTHER_EVENT", to_stage=None, needs=[]),
            lambda: actions.put_need(used, None, "PHOTOS", is_required=True, for_stage=None, group=None, hint=None),
            lambda: actions.remove(used, limit),
            lambda: actions.reschedule(used, NEXT_YEAR, []),
            lambda: actions.discard(used),
            lambda: actions.publish(used),
        ):
            with pytest.raises(DomainError, match="Change it from a day"):
                forbidden()
        assert limit.value == 60


def test_words_may_be_put_right_in_a_version_in_use(acting: Acting) -> None:
    with acting(system("tests")):
        limit = limit_of(row("RESID_PERMIT"), "decision")
        actions.describe_limit(limit, WORDS, law="Art. 1", source="Read in the law", is_confirmed=True)
        found = queries.limit(limit.id)
        assert found is not None
        assert (found.words, found.law, found.is_confirmed, found.value) == (WORDS, "Art. 1", True, 60)


def test_retiring(acting: Acting) -> None:
    with acting(system("tests")):
        used = row("RESID_PERMIT")
        actions.retire(used, TODAY + timedelta(days=1))
        assert in_force("RESID_PERMIT").id == used.id
        assert "RESID_PERMIT" not in {one.code for one in queries.in_force(TODAY + timedelta(days=1))}
        assert queries.rules_of(used.id) is not None  # its cases go on
        with pytest.raises(DomainError, match="before it took effect"):
            actions.retire(used, date(1899, 1, 1))
        with pytest.raises(DomainError, match="not retired"):
            actions.retire(drafted("SDP"), NEXT_YEAR)


def test_stages_keep_their_order(acting: Acting) -> None:
    with acting(system("tests")):
        draft = drafted("GENERAL")

        def order() -> list[str]:
            return [one.code for one in sorted(draft.stages, key=lambda one: one.position)][:3]

        advice = next(one for one in draft.stages if one.code == "OTH_ADVICE")
        actions.put_stage(
            draft, advice, "OTH_ADVICE", place=1, is_main=True, ends=False, authorities=["TSON"], scope=None
        )
        assert order() == ["OTH_ADVICE", "OTH_INTAKE", "OTH_ACTION"]
        actions.put_stage(
            draft, advice, "OTH_ADVICE", place=99, is_main=False, ends=False, authorities=[], scope="ADMIN"
        )
        assert order() == ["OTH_INTAKE", "OTH_ACTION", "OTH_REPLY"]
        assert [one.position for one in sorted(draft.stages, key=lambda one: one.position)] == list(
            range(len(draft.stages))
        )
        with pytest.raises(DomainError, match="already"):
            actions.put_stage(draft, None, "OTH_INTAKE", place=1, is_main=True, ends=False, authorities=[], scope=None)


def test_parts_are_there_once(acting: Acting) -> None:
    with acting(system("tests")):
        draft = drafted()
        limit = limit_of(draft, "decision")
        with pytest.raises(DomainError, match="code already"):
            actions.put_limit(draft, None, "decision", WORDS, **counted(limit))
        with pytest.raises(DomainError, match="what this act does"):
            actions.put_move(draft, None, from_stage="*", act="OTHER_EVENT", to_stage=None, needs=[])
        with pytest.raises(DomainError, match="asks for this document"):
            actions.put_need(draft, None, "PHOTOS", is_required=True, for_stage=None, group=None, hint=None)


def test_every_change_of_a_draft_is_noticed_by_others(acting: Acting) -> None:
    with acting(system("tests")):
        draft = drafted()
        seen = draft.version
        actions.put_move(
            draft, None, from_stage="RES_ISSUED", act="APPLIED", to_stage="RES_APPLIED", needs=["EVIDENCE"]
        )
        assert draft.version == seen + 1
        actions.put_need(draft, None, "KINSHIP_PROOF", is_required=False, for_stage=None, group=None, hint=WORDS)
        assert draft.version == seen + 2
        actions.publish(draft)


def test_a_reader_sees_a_published_version_at_once(acting: Acting) -> None:
    with acting(system("tests")):
        assert in_force("GENERAL").stages
        draft = drafted("GENERAL", TODAY)
    with acting(system("tests")):
        assert in_force("GENERAL").id != draft.id
        found = queries.version(draft.id)
        assert found is not None
        actions.publish(found)
    with acting(system("tests")):
        assert in_force("GENERAL").id == draft.id


def test_a_code_retired_since_is_found_in_a_draft(acting: Acting) -> None:
    from casework.reference import actions as reference

    with acting(system("tests")):
        draft = drafted("GENERAL")
        (item,) = [one for one in codes.every_item("act") if one.code == "ADVICE_GIVEN"]
        reference.retire(item, TODAY)
    with acting(system("tests")):
        found = queries.version(draft.id)
        assert found is not None
        with pytest.raises(DomainError, match="hold together"):
            actions.publish(found)
