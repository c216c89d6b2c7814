"""Making one record of two, and two of one again."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import UniqueConstraint, func, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case, CaseParty
from casework.consents.models import Consent
from casework.consultations import actions as consultations
from casework.consultations.models import Attendance, Consultation
from casework.core import clock, scope
from casework.core.audit import AuditEntry, Revision
from casework.core.columns import belongs_to, sealed_groups
from casework.core.db import Base, Identified, db
from casework.core.errors import DomainError
from casework.core.scope import Scoped, scoped_tables, system
from casework.documents.models import Document
from casework.duplicates import merge_pages, merging, moving
from casework.duplicates import queries as duplicate_queries
from casework.duplicates.models import Merge, MergeStep
from casework.figures import queries as figures
from casework.letters.models import Letter
from casework.mandates.models import PowerOfAttorney
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Relative
from tests.conftest import Acting
from tests.duplicates.two_records import FIRST, LATER, MERGED, Two, again, case_of, person, session_with
from tests.duplicates.two_records import two as two_records
from tests.duplicates.two_records import with_everything as everything
from tests.factories import World

STAYS = {
    ("approvals", "person_id"): "stays: what was asked is about this record",
    ("erasures", "person_id"): "stays: what was asked is about this record",
    ("notices", "person_id"): "stays: it says what was so then",
    ("duplicate_pairs", "other_id"): "stays: it is about the two records",
    ("duplicate_pairs", "person_id"): "stays: it is about the two records",
    ("elsewhere_looks", "person_id"): "stays: it is about this record",
    ("merges", "gone_id"): "stays: it is about the two records",
    ("merges", "kept_id"): "stays: it is about the two records",
    ("movements", "person_id"): "stays: the ledger is only ever appended to",
    ("status_entries", "person_id"): "stays: each record keeps its own histories",
}
MOVES = {
    ("best_interests", "person_id"),
    ("data_requests", "person_id"),
    ("emergency_accesses", "person_id"),
    ("referral_sides", "person_id"),
    ("restrictions", "person_id"),
    ("specific_needs", "person_id"),
    ("taken_up", "person_id"),
    ("transfer_persons", "person_id"),
    ("attendances", "person_id"),
    ("case_parties", "person_id"),
    ("conflicts", "person_id"),
    ("documents", "person_id"),
    ("letters", "person_id"),
    ("opposing_parties", "person_id"),
    ("overlap_sides", "person_id"),
    ("consents", "person_id"),
    ("consents", "relative_id"),
    ("powers_of_attorney", "person_id"),
    ("relatives", "person_id"),
    ("relatives", "relative_id"),
}


@pytest.fixture
def as_supervisor(acting: Acting, world: World) -> Iterator[Any]:
    with clock.at(MERGED), acting(world.principal("supervisor")) as session:
        yield session


@pytest.fixture
def made(as_supervisor: Any) -> Two:
    return two_records()


def merge(made: Two, *take: str, **more: Any) -> Merge:
    return merging.merge(again(made.kept), again(made.gone), take, **more)


def row(model: type, row_id: UUID) -> Any:
    return db.session.scalar(select(model).where(model.id == row_id).execution_options(populate_existing=True))


# -- the walk --------------------------------------------------------------------------------------------------------


def test_every_reference_to_a_person_moves_or_says_why_it_stays() -> None:
    found = moving.references()
    assert {(one.table_name, one.key): one.stays for one in found if one.stays} == STAYS
    assert {(one.table_name, one.key) for one in found if one.stays is None} == MOVES, (
        "A new reference to persons: it moves in a merge by itself. Is that right? Then add it here."
    )
    assert all(one.stays.startswith("stays: ") for one in found if one.stays)


def test_what_moves_has_a_row_to_point_at_and_words_to_be_counted_in() -> None:
    for one in moving.moving():
        assert issubclass(one.model, Identified), one.table_name
        assert issubclass(one.model, Scoped), one.table_name
        assert merge_pages.has_words(one.table_name), f"merge_pages has no words for {one.table_name}"


@pytest.fixture
def keepsakes(app: Flask) -> Iterator[Any]:
    """A table that nobody has thought of, with a reference to persons; and one that may say a thing only once."""

    class Keepsake(Identified, Scoped, Base):
        __tablename__ = "keepsakes"
        __table_args__ = (
            belongs_to("persons", "owner_id"),
            UniqueConstraint("organisation_id", "owner_id", "kind"),
        )

        owner_id: Mapped[UUID | None] = mapped_column()
        kind: Mapped[str | None]

    def forget() -> None:
        scope._scoped_table.cache_clear()
        scope._tables_in.cache_clear()

    forget()
    with app.app_context():
        Base.metadata.tables["keepsakes"].create(db.engine)
    yield Keepsake
    with app.app_context():
        Base.metadata.tables["keepsakes"].drop(db.engine)
    mapper = inspect(Keepsake)
    Base.registry._dispose_manager_and_mapper(mapper.class_manager)
    Base.registry._managers.pop(mapper.class_manager)
    Base.registry._dispose_cls(Keepsake)
    Base.metadata.remove(mapper.local_table)
    forget()
    assert "keepsakes" not in scoped_tables()


def test_a_new_table_is_covered_the_day_it_exists(app: Flask, keepsakes: Any, acting: Acting, world: World) -> None:
    with clock.at(MERGED), acting(world.principal("supervisor")) as session:
        made = two_records()
        kinds = [(made.gone, "ring"), (made.gone, "book"), (made.kept, "book"), (made.relative, "ring")]
        rows = [keepsakes(owner_id=owner, kind=kind) for owner, kind in kinds]
        session.add_all(rows)
        session.flush()
        ids = [one.id for one in rows]
        told = merge_pages.moves(moving.plan(again(made.kept), again(made.gone)))
        assert told["along"] == ["1 answer about consent", "1 more entry"]
        assert told["notes"] == ["1 entry that both records have stays with the one that goes."]
        done = merge(made)
        owners = [row(keepsakes, one).owner_id for one in ids]
        # Of two books only one can be one person's, and it cannot be void: it is left where it is.
        assert owners == [made.kept, made.gone, made.kept, made.relative]
        steps = {one.row: one.how for one in session.scalars(select(MergeStep)) if one.row in ids}
        assert steps == {ids[0]: "moved", ids[1]: "left"}
        merging.undo(done, "MET_BOTH")
        assert [row(keepsakes, one).owner_id for one in ids] == [owner for owner, _kind in kinds]


# -- what a merge does -----------------------------------------------------------------------------------------------


def test_the_record_registered_first_stays_whichever_way_it_is_asked(as_supervisor: Any, made: Two) -> None:
    done = merging.merge(again(made.gone), again(made.kept))
    assert (done.kept_id, done.gone_id) == (made.kept, made.gone)
    gone = again(made.gone)
    assert (gone.merged_into_id, gone.merged_on) == (made.kept, MERGED)


def test_both_numbers_lead_to_the_record_that_stays(as_supervisor: Any, made: Two) -> None:
    number = again(made.gone).number
    merge(made)
    found = person_queries.person_by_number(number)
    assert found is not None
    assert found.id == made.kept
    opened = person_queries.person(made.gone)
    assert opened is not None
    assert opened.id == made.kept


def test_everything_moves_and_is_seen_by_the_audit(as_supervisor: Any, made: Two) -> None:
    rows = everything(made).rows
    sealed = {name: row(model, rows[name]).details for name, model in (("document", Document), ("letter", Letter))}
    done = merge(made)
    as_supervisor.commit()
    moved = {
        "document": row(Document, rows["document"]),
        "letter": row(Letter, rows["letter"]),
        "power": row(PowerOfAttorney, rows["power"]),
        "link": row(Relative, rows["link"]),
        "party": as_supervisor.scalars(select(CaseParty)).one(),
        "attendance": as_supervisor.scalars(select(Attendance)).one(),
        "consent": as_supervisor.scalars(select(Consent)).one(),
    }
    assert {name: one.person_id for name, one in moved.items()} == dict.fromkeys(moved, made.kept)
    assert moved["power"].details.notary == "Нотариус Агатов", "sealed groups are bound to their own row"
    assert {name: moved[name].details for name in sealed} == sealed
    assert moved["document"].place == row(Document, rows["document"]).place
    steps = as_supervisor.scalars(select(MergeStep).where(MergeStep.merge_id == done.id)).all()
    assert {(one.row, one.column, one.how) for one in steps} == {
        (one.id, "person_id", "moved") for one in moved.values()
    }
    for one in moved.values():
        changed = select(AuditEntry).where(AuditEntry.subject_id == one.id)
        (entry,) = as_supervisor.scalars(changed.where(AuditEntry.action == f"{one.__tablename__}:change")).all()
        assert "person_id" in entry.details
        (before,) = as_supervisor.scalars(select(Revision).where(Revision.subject_id == one.id)).all()
        assert before.former.values == {"person_id": str(made.gone)}
    assert [one.id for one in case_queries.cases_of([made.kept])] == [rows["case"]]
    assert case_queries.cases_of([made.gone]) == []


def test_the_fields_chosen_are_written_and_the_others_kept_findable(as_supervisor: Any, made: Two) -> None:
    done = merge(made, "phone", "consent", "email", note="Пришла с обоими удостоверениями")
    kept = again(made.kept)
    assert kept.identity.full_name == "Сұлтанова Айгүл"
    assert kept.identity.former_names == ["Sultanova Айгүл"]
    assert (kept.contacts.phone, kept.contacts.email, kept.consent_on) == ("+7 702 2", "a@example.org", LATER)
    assert kept.languages == ["kaz", "rus"]
    assert (kept.birth_year, kept.birth_month, kept.origin) == (1991, 3, "UZB")
    assert {one.name for one in row(Merge, done.id).choices.fields} == {
        "phone",
        "consent",
        "email",
        "languages",
        "former_names",
    }
    assert row(Merge, done.id).note.text == "Пришла с обоими удостоверениями"
    gone = again(made.gone)
    assert gone.identity.full_name == "Sultanova Айгүл"
    assert gone.contacts.phone == "+7 702 2"


def test_what_is_wrong_together_is_refused_and_nothing_is_done(as_supervisor: Any, made: Two) -> None:
    gone = again(made.gone)
    gone.arrived_year = 2026
    gone.arrived_month = 2
    with pytest.raises(DomainError) as refused, as_supervisor.begin_nested():
        merge(made, "arrived")
    assert refused.value.field == "arrived"
    as_supervisor.expire_all()
    assert again(made.gone).merged_into_id is None


@pytest.mark.parametrize("code", ["UN", "AR"])
def test_what_holds_today_is_chosen(as_supervisor: Any, made: Two, code: str) -> None:
    done = merge(made, statuses={"nationality": code, "residence": "KZ-75"})
    kept, gone = again(made.kept), again(made.gone)
    assert (kept.nationality, kept.region) == (code, "KZ-75")
    entries = [one for one in kept.entries if one.cause_id == done.id]
    assert [(one.dimension, one.code, one.effective_on, one.reason) for one in entries] == (
        [("nationality", "UN", MERGED, "merged")] if code == "UN" else []
    )
    assert [one.code for one in gone.history("nationality")] == ["UN"], "its own histories stay with the record"
    assert gone.registration == "ACTIVE"


@pytest.mark.parametrize("statuses", [{"nationality": "SP"}, {"registration": "LEFT"}, {"nonsense": "X"}])
def test_only_what_one_of_them_says_can_hold(as_supervisor: Any, made: Two, statuses: dict[str, str]) -> None:
    with pytest.raises(DomainError):
        merge(made, statuses=statuses)


def test_whoever_is_in_care_under_one_record_is_in_care(as_supervisor: Any, made: Two) -> None:
    case = case_of(again(made.kept), on=FIRST)
    cases.close(case, LATER, "ADVICE_ONLY", "LOST_CONTACT")
    assert again(made.kept).registration == "LEFT"
    done = merge(made)
    kept = again(made.kept)
    assert kept.registration == "ACTIVE"
    merging.undo(done, "MET_BOTH")
    assert (again(made.kept).registration, again(made.gone).registration) == ("LEFT", "ACTIVE")


def test_nobody_in_care_stays_so(as_supervisor: Any, made: Two) -> None:
    for one in (made.kept, made.gone):
        cases.close(case_of(again(one)), LATER, "ADVICE_ONLY", "LOST_CONTACT")
    merge(made)
    assert again(made.kept).registration == "LEFT"


# -- doubles ---------------------------------------------------------------------------------------------------------


def standing_parties(case_id: UUID) -> list[tuple[UUID, int]]:
    found = db.session.scalars(
        select(CaseParty)
        .where(CaseParty.case_id == case_id, CaseParty.voided_at.is_(None))
        .order_by(CaseParty.position)
    )
    return [(one.person_id, one.position) for one in found]


@pytest.mark.parametrize("first", ["kept", "gone"])
def test_both_in_one_case_and_in_one_session(as_supervisor: Any, made: Two, first: str) -> None:
    kept, gone, other = again(made.kept), again(made.gone), again(made.relative)
    people = [kept, other, gone] if first == "kept" else [gone, other, kept]
    case = case_of(*people)
    held = session_with(case, *people)
    case_id, held_id = case.id, held.id
    before = standing_parties(case_id)
    done = merge(made)
    found = case_queries.case_(case_id)
    assert found is not None
    assert [one.person_id for one in found.parties] == [made.kept, made.relative], "the principal person goes on"
    there = [one.person_id for one in row(Consultation, held_id).attendances]
    assert Counter(there) == {made.kept: 2, made.relative: 1}
    void = as_supervisor.scalars(select(CaseParty).where(CaseParty.voided_at.is_not(None))).one()
    assert void.void_reason == "DUPLICATE_ENTRY"
    merging.undo(done, "MET_BOTH")
    assert standing_parties(case_id) == before
    there = [one.person_id for one in row(Consultation, held_id).attendances]
    assert Counter(there) == Counter([made.kept, made.gone, made.relative])


def test_a_void_place_in_a_case_is_in_nobodys_way(as_supervisor: Any, made: Two) -> None:
    case = case_of(again(made.kept), again(made.gone), again(made.relative))
    cases.void_party(case, made.gone, "WRONG_PERSON")
    done = merge(made)
    parties = as_supervisor.scalars(select(CaseParty).where(CaseParty.person_id == made.kept)).all()
    assert sorted(one.voided_at is None for one in parties) == [False, True]
    merging.undo(done, "MET_BOTH")
    (void,) = as_supervisor.scalars(select(CaseParty).where(CaseParty.person_id == made.gone)).all()
    assert void.void_reason == "WRONG_PERSON"


@pytest.mark.parametrize("turned", [False, True])
def test_the_two_are_relatives_of_each_other(as_supervisor: Any, made: Two, turned: bool) -> None:
    ends = [again(made.kept), again(made.gone)]
    one, other = reversed(ends) if turned else ends
    link_id = persons.add_relative(one, other, "SIS" if not turned else "DAU", True).id
    assert any("relatives" in words for words in merge_pages.warnings(*ends))
    done = merge(made)
    assert person_queries.relatives(made.kept) == []
    link = row(Relative, link_id)
    assert {link.person_id, link.relative_id} == {made.kept, made.gone}
    assert link.void_reason == "DUPLICATE_ENTRY"
    merging.undo(done, "RELATIVE")
    assert [one.id for one in person_queries.relatives(made.gone)] == [link_id]


@pytest.mark.parametrize("turned", [False, True])
def test_both_have_the_same_relative(as_supervisor: Any, made: Two, turned: bool) -> None:
    kept, gone, other = again(made.kept), again(made.gone), again(made.relative)
    stays = persons.add_relative(kept, other, "SON", True).id
    double = (
        persons.add_relative(other, gone, "MTH", True) if turned else persons.add_relative(gone, other, "SON", True)
    ).id
    done = merge(made)
    assert [one.id for one in person_queries.relatives(made.kept)] == [stays]
    assert row(Relative, double).is_void
    merging.undo(done, "MET_BOTH")
    assert [one.id for one in person_queries.relatives(made.kept)] == [stays]
    assert [one.id for one in person_queries.relatives(made.gone)] == [double]


# -- afterwards ------------------------------------------------------------------------------------------------------


def test_a_moved_case_closes_and_opens_again_with_the_record_that_stays(as_supervisor: Any, made: Two) -> None:
    case_id = everything(made).rows["case"]
    merge(made)
    case = case_queries.case_(case_id)
    assert case is not None
    cases.close(case, MERGED, "ADVICE_ONLY", "LOST_CONTACT")
    assert (again(made.kept).registration, again(made.gone).registration) == ("LEFT", "ACTIVE")
    cases.reopen(case, MERGED, "NEW_FACTS")
    assert again(made.kept).registration == "ACTIVE"


def test_what_followed_from_a_moved_session_falls_with_it(as_supervisor: Any, made: Two) -> None:
    gone = again(made.gone)
    case = case_of(gone, again(made.relative))
    with clock.at(MERGED):
        persons.bring_about(gone, {"dimension": "nationality", "code": "SP", "reason": "status_change"}, LATER, case.id)
    merge(made)
    found = case_queries.case_(case.id)
    assert found is not None
    cases.void_party(found, made.kept, "WRONG_PERSON")
    assert [one.code for one in again(made.gone).history("nationality") if not one.is_void] == ["UN"]


def test_merged_is_merged(as_supervisor: Any, made: Two) -> None:
    merge(made)
    with pytest.raises(DomainError, match="merged already"):
        merge(made)
    with pytest.raises(DomainError, match="merged already"):
        merging.merge(again(made.gone), again(made.relative))
    with pytest.raises(DomainError, match="with itself"):
        merging.merge(again(made.kept), again(made.kept))


def test_the_pair_is_decided_and_what_was_told_apart_is_not_merged(as_supervisor: Any, made: Two) -> None:
    pair = duplicate_queries.pair(made.pair)
    assert pair is not None
    pair.decision, pair.reason = "different", "MET_BOTH"
    with pytest.raises(DomainError, match="two people"):
        merge(made, pair=pair)
    pair.decision = None
    done = merge(made, pair=pair)
    pair = duplicate_queries.pair(made.pair)
    assert pair is not None
    assert pair.decision == "same"
    merging.undo(done, "OTHER_BIRTH")
    pair = duplicate_queries.pair(made.pair)
    assert pair is not None
    assert (pair.decision, pair.reason) == ("different", "OTHER_BIRTH")


def test_undone_for_another_reason_the_supervisor_looks_again(as_supervisor: Any, made: Two) -> None:
    merging.undo(merge(made), "OTHER")
    pair = duplicate_queries.pair(made.pair)
    assert pair is not None
    assert pair.decision == "unsure"


def test_without_a_pair_undoing_remembers_one(as_supervisor: Any, made: Two) -> None:
    kept = person("Дарханова", FIRST)
    gone = person("Darkhanova", LATER)
    ids = kept.id, gone.id
    merging.undo(merging.merge(kept, gone), "MET_BOTH")
    pair = duplicate_queries.pair_between(*ids)
    assert pair is not None
    assert pair.decision == "different"


def test_the_stock_falls_by_one_and_rises_again(acting: Acting, world: World) -> None:
    tomorrow = MERGED + timedelta(days=1)
    stock = {"dimension": "nationality", "statuses": ["UN", "AR"]}
    with clock.at(MERGED), acting(world.principal("supervisor")):
        made = two_records()
        assert figures.stock(tomorrow, **stock) == 2  # type: ignore[arg-type]
        done_id = merge(made, statuses={"nationality": "UN"}).id
        assert figures.stock(tomorrow, **stock) == 1  # type: ignore[arg-type]
    with clock.at(MERGED), acting(system("test")):
        assert figures.verify() == []
    with clock.at(tomorrow), acting(world.principal("supervisor")):
        merging.undo(row(Merge, done_id), "MET_BOTH")
        assert figures.stock(tomorrow, **stock) == 2  # type: ignore[arg-type]
    with clock.at(tomorrow), acting(system("test")):
        assert figures.verify() == []


# -- undoing ---------------------------------------------------------------------------------------------------------


def test_thirty_days_and_no_longer(as_supervisor: Any, made: Two) -> None:
    done = merge(made)
    assert merging.last_day(done) == date(2026, 4, 1)
    with clock.at(date(2026, 4, 2)):
        assert "until 1 April 2026" in (merging.why_not_undone(done) or "")
        with pytest.raises(DomainError, match="30 days"):
            merging.undo(done, "MET_BOTH")
    with clock.at(date(2026, 4, 1)):
        assert merging.why_not_undone(done) is None
        merging.undo(done, "MET_BOTH")
    assert again(made.gone).merged_into_id is None
    assert again(made.gone).merged_on is None
    with pytest.raises(DomainError, match="undone already"):
        merging.undo(done, "MET_BOTH")


def test_out_of_order_is_refused_and_in_order_is_fine(as_supervisor: Any, made: Two) -> None:
    earlier, later = person("Сүлтанова", date(2025, 5, 5)), person("Султанова", MERGED)
    first = merge(made)
    with clock.at(MERGED + timedelta(days=1)):
        second = merging.merge(later, again(made.kept))
    with clock.at(MERGED + timedelta(days=2)):
        third = merging.merge(earlier, again(made.kept))
        assert third.gone_id == made.kept
        last = person_queries.person(made.gone)
        assert last is not None
        assert last.id == earlier.id
        for refused in (first, second):
            with pytest.raises(DomainError, match="itself merged since"):
                merging.undo(refused, "MET_BOTH")
        merging.undo(third, "MET_BOTH")
        with pytest.raises(DomainError, match="merged into this one later"):
            merging.undo(first, "MET_BOTH")
        merging.undo(second, "MET_BOTH")
        merging.undo(first, "MET_BOTH")
    assert {again(one).merged_into_id for one in (made.kept, made.gone, earlier.id, later.id)} == {None}


def test_what_was_added_since_stays_and_is_said(as_supervisor: Any, made: Two) -> None:
    everything(made)
    done = merge(made, "phone")
    as_supervisor.commit()
    with clock.at(MERGED + timedelta(days=3)):
        kept = again(made.kept)
        new = case_of(kept, on=MERGED).id
        contacts = kept.contacts
        contacts.phone = "+7 703 3"
        persons.correct_contacts(kept, contacts, consent="not_asked", consent_on=None)
        link = person_queries.relatives(made.kept)[0]
        persons.remove_relative(link, "WRONG_PERSON")
        as_supervisor.commit()
        found = merging.undoing(done)
        assert found.obstacle is None
        assert found.since == {"case_parties": 1}
        assert found.stay == ["phone"]
        assert found.back["case_parties"] == 1
        assert merging.undo(done, "MET_BOTH") == ["phone"]
    assert again(made.kept).contacts.phone == "+7 703 3"
    assert [one.id for one in case_queries.cases_of([made.kept])] == [new]
    assert len(case_queries.cases_of([made.gone])) == 1
    assert person_queries.removed_relatives(made.gone)[0].void_reason == "WRONG_PERSON"


def test_a_row_that_went_elsewhere_since_stays_there(as_supervisor: Any, made: Two) -> None:
    rows = everything(made).rows
    done = merge(made)
    row(PowerOfAttorney, rows["power"]).person_id = made.relative
    held = row(Consultation, rows["session"])
    case = case_queries.case_(rows["case"])
    assert case is not None
    cases.add_party(case, again(made.relative))
    told = {"held_on": LATER, "modality": "OFFICE", "title": "Разговор", "persons": [made.relative]}
    consultations.correct(case, held, consultations.Session(**told), None, with_note=False)  # type: ignore[arg-type]
    as_supervisor.flush()
    assert merging.undoing(done).elsewhere == {"attendances": 1, "powers_of_attorney": 1}
    merging.undo(done, "MET_BOTH")
    assert row(PowerOfAttorney, rows["power"]).person_id == made.relative
    assert row(Letter, rows["letter"]).person_id == made.gone


def test_who_was_put_into_the_case_anew_is_not_there_twice_after_undoing(as_supervisor: Any, made: Two) -> None:
    """The place that was void for the other's sake has been taken since."""
    gone, other, kept = again(made.gone), again(made.relative), again(made.kept)
    case_id = case_of(gone, other, kept).id
    done = merge(made)
    case = case_queries.case_(case_id)
    assert case is not None
    cases.void_party(case, made.kept, "WRONG_CASE")
    cases.add_party(case, again(made.kept))
    assert merging.undoing(done).elsewhere == {"case_parties": 1}
    merging.undo(done, "MET_BOTH")
    assert Counter(one for one, _position in standing_parties(case_id)) == {made.kept: 1, made.relative: 1}


# -- merge, then undo ------------------------------------------------------------------------------------------------

NOT_COMPARED = {"audit_entries", "audit_heads", "revisions", "movements", "balances", "ledger_months", "merges",
                "merge_steps", "duplicate_pairs", "issued_numbers"}  # fmt: skip


def contents(but_caused_by: UUID | None = None) -> dict[str, dict[UUID, dict[str, Any]]]:
    """Every row of the organisation with what its sealed groups say; without versions and moments of change."""
    db.session.flush()
    db.session.expire_all()
    found: dict[str, dict[UUID, dict[str, Any]]] = {}
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if not issubclass(model, Scoped) or model.__tablename__ in NOT_COMPARED:
            continue
        groups = sealed_groups(model)
        sealed = {group.column for group in groups.values()}
        names = [one.key for one in mapper.column_attrs if one.key not in {"version", "changed_at", *sealed}]
        rows = {one.id: one for one in db.session.scalars(select(model))}
        found[model.__tablename__] = {
            row_id: {name: getattr(one, name) for name in [*names, *groups]}
            for row_id, one in rows.items()
            if but_caused_by is None or getattr(one, "cause_id", None) != but_caused_by
        }
    return found


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["case", "session", "add", "out", "relative", "unlink", "status", "close", "power", "former"]),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=14,
)


class Story:
    """A random life of four records, of which two turn out to be one person's."""

    def __init__(self, people: list[UUID]) -> None:
        self.people, self.cases = people, list[UUID]()

    def tell(self, kind: str, one: int, other: int) -> None:
        first, second = again(self.people[one]), again(self.people[other])
        if kind == "case" or (not self.cases and kind in ("session", "add", "out", "close")):
            everyone = [first] if one == other else [first, second]
            self.cases.append(case_of(*everyone).id)
        elif kind in ("session", "add", "out", "close"):
            case = case_queries.case_(self.cases[one % len(self.cases)])
            assert case is not None
            self.in_case(kind, case, second)
        elif kind == "relative":
            persons.add_relative(first, second, "REL", True)
        elif kind == "unlink":
            persons.remove_relative(person_queries.relatives(first.id)[0], "WRONG_PERSON")
        elif kind == "status":
            persons.set_status(first, "nationality", ("UN", "AR", "SP", "ND")[other], LATER, "status_change")
        elif kind == "former":
            identity = first.identity
            identity.former_names = [f"Прежняя {other}"]
            persons.correct_identity(
                first, identity, sex="FMUX"[other], birth=first_born(first), origin="UZB",
                arrived=first_arrived(first), languages=["ru", "kk", "uz", "tg"][other:],
            )  # fmt: skip
        else:
            from casework.mandates import actions as mandates

            mandates.record(first, mandates.Given(scope=["ADMIN"], issued_on=LATER))

    def in_case(self, kind: str, case: Case, whom: Any) -> None:
        if kind == "session":
            session_with(case, *(party.person for party in case.parties))
        elif kind == "add":
            cases.add_party(case, whom)
        elif kind == "out":
            cases.void_party(case, whom.id, "WRONG_PERSON")
        else:
            cases.close(case, MERGED, "ADVICE_ONLY", "LOST_CONTACT")


def first_born(one: Any) -> Any:
    from casework.duplicates.joining import side_of

    return side_of(one).birth


def first_arrived(one: Any) -> Any:
    from casework.duplicates.joining import side_of

    return side_of(one).arrived


def test_merge_then_undo_puts_every_row_back(acting: Acting, world: World, stage: Any) -> None:
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @example([("case", 0, 1), ("case", 1, 3), ("close", 0, 0)], set())
    @given(STEPS, st.sets(st.sampled_from(["family_name", "phone", "email", "birth", "sex", "origin", "consent"])))
    def holds(steps: list[tuple[str, int, int]], take: set[str]) -> None:
        stage.reset()
        with clock.at(MERGED), acting(world.principal("supervisor")) as session:
            made = two_records()
            story = Story([made.kept, made.gone, made.relative, person("Прохожий", FIRST).id])
            for step in steps:
                try:
                    with session.begin_nested():
                        story.tell(*step)
                except (DomainError, IndexError):
                    session.expire_all()
            session.commit()
        # Not at the same moment as the story: what happened “since the merge” is told by the time it was written.
        with (
            clock.at(datetime.combine(MERGED, time(15), clock.ALMATY)),
            acting(world.principal("supervisor")) as session,
        ):
            before = contents()
            statuses = {one: again(made.gone).holds(one) for one in merging.CHOSEN_DIMENSIONS}
            done = merge(made, *take, statuses=statuses)
            session.commit()
            assert not left_behind(made.gone)
            assert not doubled(made.kept)
            merging.undo(row(Merge, done.id), "MET_BOTH")
            session.commit()
            assert contents(but_caused_by=done.id) == before

    holds()


def doubled(kept: UUID) -> list[Any]:
    """What is said twice of one person: links, and places in a case."""
    linked = Counter(
        one.relative_id if one.person_id == kept else one.person_id for one in person_queries.relatives(kept)
    )
    in_case = Counter(
        db.session.scalars(select(CaseParty.case_id).where(CaseParty.person_id == kept, CaseParty.voided_at.is_(None)))
    )
    return [one for one, times in (linked + in_case).items() if times > 1 or one == kept]


def left_behind(gone: UUID) -> list[Any]:
    """What still stands on a record that went into another, and might be looked for."""
    return [
        one
        for reference in moving.moving()
        for one in db.session.scalars(select(reference.model).where(reference.column == gone))
        if getattr(one, "voided_at", None) is None
    ]


def test_another_organisation_sees_nothing_of_it(acting: Acting, world: World) -> None:
    with clock.at(MERGED), acting(world.principal("supervisor")):
        made = two_records()
        done_id = merge(made).id
    with acting(world.principal("supervisor", "B")) as session:
        assert duplicate_queries.merge_by_id(done_id) is None
        assert duplicate_queries.merge_of(made.gone) is None
        assert session.scalar(select(func.count()).select_from(MergeStep)) == 0
        assert duplicate_queries.merge_by_id(uuid4()) is None
