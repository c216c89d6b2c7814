"""What holds for every table: walls in the schema, and nothing readable where it should be sealed."""

import pytest
from sqlalchemy import ForeignKeyConstraint, LargeBinary, Table, UniqueConstraint

from casework.accounts.permissions import ALL, MATRIX, PERSON_DATA, Role
from casework.core.columns import sealed_groups
from casework.core.db import Base, Versioned
from casework.core.scope import Scoped, scoped_tables

MAPPED = [mapper.class_ for mapper in Base.registry.mappers]
SCOPED = sorted((one for one in MAPPED if issubclass(one, Scoped)), key=lambda one: one.__tablename__)
WALLED = scoped_tables() | {"users"}  # a reference to a colleague stays inside, too
BESIDE = {
    # Ids that outlive what they name, or are filled by the system: they hold no key and open no door.
    "audit_entries": {"actor_id", "session_id", "subject_id"},
    "revisions": {"actor_id", "subject_id"},
    "persons": {"registered_by_id", "merged_into_id"},
    "status_entries": {"cause_id", "recorded_by_id", "voided_by_id"},
    "relatives": {"voided_by_id"},
    "case_parties": {"voided_by_id"},
    "case_events": {"recorded_by_id"},
    "consultations": {"recorded_by_id", "voided_by_id"},
    "documents": {"uploaded_by_id", "voided_by_id"},
    "powers_of_attorney": {"recorded_by_id", "voided_by_id"},
    "consents": {"recorded_by_id", "withdrawal_recorded_by_id", "voided_by_id"},
    "specific_needs": {"recorded_by_id", "voided_by_id"},
    "best_interests": {"recorded_by_id", "voided_by_id"},
    "taken_up": {"taken_by_id", "released_by_id"},
    "evidence_items": {"voided_by_id"},
    "inquiries": {"recorded_by_id", "voided_by_id"},
    "letters": {"recorded_by_id", "voided_by_id"},
    "appointments": {"recorded_by_id"},
    "acts": {"about_id", "silent_act_id", "recorded_by_id", "voided_by_id"},
    "deadlines": {"ended_by_id"},
    "duplicate_pairs": {"decided_by_id"},
    "merges": {"merged_by_id", "undone_by_id"},
    "overlap_sides": {"asked_by_id", "answered_by_id", "verdict_by_id"},
    "opposing_parties": {"recorded_by_id", "voided_by_id"},
    "referral_shares": {"made_by_id"},
    "referral_steps": {"by_id"},
    "outside_services": {"recorded_by_id"},
    "approvals": {"subject_id"},
    "conflicts": {"decided_by_id"},
    "covers": {"recorded_by_id", "ended_by_id"},
    "reassignments": {"made_by_id", "undone_by_id"},
    "transfer_sides": {"decided_by_id"},
    "transfer_persons": {"consent_id", "source_id"},
    "quality_samples": {"drawn_by_id", "lawyer_id"},
    "quality_reviews": {"reviewed_by_id"},
}


@pytest.mark.parametrize("model", SCOPED, ids=lambda one: one.__tablename__)
def test_a_reference_stays_inside_its_organisation(model: type) -> None:
    table: Table = model.__table__  # type: ignore[attr-defined]
    for key in table.constraints:
        if isinstance(key, ForeignKeyConstraint) and key.referred_table.name in WALLED:
            assert key.column_keys[0] == "organisation_id", f"{table.name}: {key.column_keys}"
            assert [one.column.name for one in key.elements] == ["organisation_id", "id"]


@pytest.mark.parametrize("model", SCOPED, ids=lambda one: one.__tablename__)
def test_every_id_of_another_row_is_a_reference(model: type) -> None:
    table: Table = model.__table__  # type: ignore[attr-defined]
    ids = {column.name for column in table.columns if column.name.endswith("_id")} - {"organisation_id"}
    referring = {one for key in table.foreign_key_constraints for one in key.column_keys}
    assert ids - referring == BESIDE.get(table.name, set())


@pytest.mark.parametrize("model", SCOPED, ids=lambda one: one.__tablename__)
def test_the_organisation_is_always_there(model: type) -> None:
    column = model.__table__.c.organisation_id  # type: ignore[attr-defined]
    assert not column.nullable
    assert column.index or any(next(iter(i.columns)).name == "organisation_id" for i in model.__table__.indexes)  # type: ignore[attr-defined]


def test_what_is_referred_to_can_be() -> None:
    """A composite reference needs its unique pair."""
    for table in Base.metadata.tables.values():
        for key in table.foreign_key_constraints:
            if len(key.column_keys) == 2:
                pairs = [
                    {c.name for c in one.columns}
                    for one in key.referred_table.constraints
                    if isinstance(one, UniqueConstraint)
                ]
                assert {"organisation_id", "id"} in pairs, key.referred_table.name


PUBLIC = {"bundles", "edition_files"}
"""Bytes that anybody may read, once they are published here or in another country."""


def test_bytes_are_sealed_groups_and_nothing_else() -> None:
    for model in MAPPED:
        if model.__tablename__ in PUBLIC:
            continue
        groups = {group.column for group in sealed_groups(model).values()}
        columns = {column.name for column in model.__table__.columns if isinstance(column.type, LargeBinary)}
        assert columns == groups, model.__name__


def test_what_people_edit_is_versioned() -> None:
    """Rows with a form of their own. What only ever is added to needs no version."""
    unversioned = {one.__tablename__ for one in SCOPED if not issubclass(one, Versioned)}
    assert unversioned == {
        "alert_readings",
        "attendances",
        "audit_entries",
        "case_events",
        "case_parties",
        "consultation_topics",
        "duplicate_searches",
        "elsewhere_looks",
        "follows",
        "first_views",
        "mentions",
        "merge_steps",
        "movements",
        "notices",
        "opposing_looks",
        "outgoing_mails",
        "reassignment_lines",
        "referral_steps",
        "revisions",
        "services",
        "taken_up",
        "transfer_persons",
        "transferred_rows",
    }


# -- roles -----------------------------------------------------------------------------------------------------------


def test_person_data_is_for_casework_only() -> None:
    holders = {role for role in Role if MATRIX[role] & PERSON_DATA}
    assert holders == {Role.LAWYER, Role.SUPERVISOR, Role.PROTECTION}


def test_person_data_is_recognised_by_its_name() -> None:
    """A new permission about persons must fall under PERSON_DATA, or be listed here as one that is not."""
    assert {one for one in ALL if one not in PERSON_DATA} == {
        "account:confirm",
        "account:own",
        "accounts:manage",
        "alert:see",
        "audit:export",
        "audit:see",
        "backup:see",
        "codes:edit",
        "codes:see",
        "desk:see",
        "edition:approve",
        "edition:edit",
        "edition:see",
        "figures:external",
        "figures:see",
        "notice:own",
        "regional:manage",
        "release:make",
        "release:see",
        "rules:edit",
        "rules:see",
    }


def test_who_administers_neither_reads_the_trail_nor_persons() -> None:
    assert "audit:see" not in MATRIX[Role.ADMINISTRATOR]
    assert not MATRIX[Role.PROTECTION] & {"accounts:manage", "figures:external"}
