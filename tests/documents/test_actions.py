"""Keeping, correcting, replacing and voiding documents; who may have how much; what is tidied up."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import clock, storage
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.vault import Unreadable
from casework.documents import actions, jobs, pages, queries
from casework.documents.actions import Facts
from casework.documents.forms import ChangeForm, values
from casework.documents.models import Document
from tests.conftest import Acting
from tests.documents import files
from tests.documents.conftest import CANARY
from tests.factories import World
from tests.security.caseload import Caseload


def the_case(case_id: UUID) -> Case:
    found = cases.case_(case_id)
    assert found is not None
    return found


def the_document(case_id: UUID, document_id: UUID) -> Document:
    found = queries.document(case_id, document_id)
    assert found is not None
    return found


def stored(app: Flask) -> set[str]:
    return {path.name for path in (app.extensions["settings"].instance / "files").rglob("*") if path.is_file()}


@contextmanager
def setting(app: Flask, **values: int) -> Iterator[None]:
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, **values)
    try:
        yield
    finally:
        app.extensions["settings"] = before


def test_what_is_kept_comes_back(app: Flask, acting: Acting, world: World, case_id: UUID, document_id: UUID) -> None:
    with acting(world.principal("lawyer")):
        found = the_document(case_id, document_id)
        assert b"".join(queries.opened(found)) == files.pdf(CANARY)
        assert (found.details.name, found.details.media_type) == ("Паспорт.pdf", "application/pdf")
        assert found.size == len(files.pdf(CANARY))
        assert [one.id for one in queries.of_case(case_id)] == [document_id]
        offered = dict(queries.choices(the_case(case_id))())
        assert list(offered) == [str(document_id)]
        assert offered[str(document_id)].startswith(f"{CANARY} · XII-АБ")


def test_another_organisation_finds_and_opens_nothing(
    acting: Acting, world: World, made: dict[str, Caseload], case_id: UUID, document_id: UUID
) -> None:
    with acting(world.principal("lawyer")):
        place = the_document(case_id, document_id).place
    with acting(world.principal("lawyer", "B")):
        assert queries.document(case_id, document_id) is None
        assert queries.document(made["B"].case, document_id) is None
        assert queries.of_case(case_id) == []
        assert str(document_id) not in dict(queries.choices(the_case(made["B"].case))())
        with pytest.raises(Unreadable):
            storage.read(replace(place, organisation_id=world.organisations["B"]))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "NO_SUCH"}, "kind"),
        ({"original_with": "NO_SUCH"}, "original_with"),
        ({"person_id": uuid4()}, "person"),
        ({"issued_on": date(2099, 1, 1)}, "issued_on"),
        ({"issued_on": date(2026, 1, 2), "expires_on": date(2026, 1, 1)}, "expires_on"),
        ({"name": "x.exe"}, "files"),
        ({"name": "x.png"}, "files"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_no_file(
    app: Flask, acting: Acting, world: World, case_id: UUID, wrong: dict[str, object], field: str
) -> None:
    before = stored(app)
    with acting(world.principal("lawyer")):
        given = {"name": "x.pdf", "kind": "OTHER", **wrong}
        with pytest.raises(DomainError) as refused:
            actions.store(the_case(case_id), io.BytesIO(files.pdf()), **given)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert stored(app) == before


def test_a_document_of_a_person_who_is_not_in_the_case(
    acting: Acting, world: World, made: dict[str, Caseload], case_id: UUID
) -> None:
    for stranger in (made["A"].relative, made["B"].person):
        with acting(world.principal("lawyer")), pytest.raises(DomainError):
            actions.store(the_case(case_id), io.BytesIO(files.pdf()), name="x.pdf", kind="OTHER", person_id=stranger)


def test_who_left_the_case_stays_with_a_document_that_names_them(
    app: Flask, acting: Acting, world: World, made: dict[str, Caseload], case_id: UUID, document_id: UUID
) -> None:
    gone = made["A"].relative
    with acting(world.principal("lawyer")), app.test_request_context():
        case, document = the_case(case_id), the_document(case_id, document_id)
        document.person_id = gone  # as if the person had been in the case then
        form = ChangeForm(data=values(document))
        form.of(case)
        assert form.person.data == str(gone)
        assert str(gone) in {code for code, *_ in form.person.iter_choices()}
        actions.change(case, document, Facts("OTHER", gone))
        assert document.person_id == gone
        other = actions.replace_by(case, document, io.BytesIO(files.pdf()), "x.pdf", Facts("OTHER", gone))
        with pytest.raises(DomainError):
            actions.change(case, other, Facts("OTHER", made["B"].person))


def test_quotas(app: Flask, acting: Acting, world: World, case_id: UUID) -> None:
    before = stored(app)
    two = io.BytesIO(b"word " * 430_000)
    with acting(world.principal("lawyer")):
        for limit in ({"file_mb": 1}, {"daily_mb": 1}, {"storage_mb": 1}):
            two.seek(0)
            with setting(app, **limit), pytest.raises(DomainError):
                actions.store(the_case(case_id), two, name="x.txt", kind="OTHER")
            with setting(app, **limit), pytest.raises(DomainError):
                actions.begin(the_case(case_id), "x.txt", 2 << 20)
        two.seek(0)
        with setting(app, daily_mb=1):
            actions.store(the_case(case_id), two, name="x.txt", kind="OTHER", origin="LETTER")
            assert queries.bytes_sent_today(world.user_id("lawyer")) < 1 << 20
            actions.store(the_case(case_id), io.BytesIO(files.pdf()), name="x.pdf", kind="OTHER")
    assert len(stored(app) - before) == 2, "what the application writes itself is no user’s share"


def test_a_new_version_and_back_again(
    app: Flask, acting: Acting, world: World, case_id: UUID, document_id: UUID
) -> None:
    with acting(world.principal("lawyer")):
        first = the_document(case_id, document_id)
        second = actions.replace_by(
            the_case(case_id), first, io.BytesIO(files.picture()), "new.png", Facts("USSR_PASS", title="Second")
        )
        assert (first.is_current, second.is_current, second.replaces_id) == (False, True, first.id)
        assert b"".join(queries.opened(first)) == files.pdf(CANARY), "the old one stays readable"
        assert [code for code, _ in queries.choices(the_case(case_id))()] == [str(second.id)]
        assert CANARY in (queries.Offered(case_id).words(str(first.id)) or ""), "what is linked keeps its name"
        with pytest.raises(DomainError):
            actions.replace_by(the_case(case_id), first, io.BytesIO(files.pdf()), "x.pdf", Facts("OTHER"))
        actions.void(second, "WRONG_CONTENT")
        assert first.is_current
        assert b"".join(queries.opened(second)) == files.picture(), "void is not gone"
        third = actions.replace_by(the_case(case_id), first, io.BytesIO(files.pdf()), "x.pdf", Facts("OTHER"))
        assert third.is_current
        assert not first.is_current
        with pytest.raises(DomainError):
            actions.change(the_case(case_id), second, Facts("OTHER"))


def test_voiding_the_middle_of_three_versions(acting: Acting, world: World, case_id: UUID, document_id: UUID) -> None:
    with acting(world.principal("lawyer")):
        case, first = the_case(case_id), the_document(case_id, document_id)
        second = actions.replace_by(case, first, io.BytesIO(files.pdf()), "x.pdf", Facts("OTHER"))
        third = actions.replace_by(case, second, io.BytesIO(files.pdf()), "x.pdf", Facts("OTHER"))
        actions.void(second, "WRONG_CONTENT")
        assert third.is_current
        actions.void(third, "WRONG_CONTENT")
        assert first.is_current


def test_a_card_shows_first_what_needs_a_look(acting: Acting, world: World, case_id: UUID, app: Flask) -> None:
    today = clock.today()
    with acting(world.principal("lawyer")), app.test_request_context():
        for number in range(6):
            expires_on = today - timedelta(1) if number == 0 else today + timedelta(200)
            actions.store(
                the_case(case_id), io.BytesIO(files.pdf()), name="x.pdf", kind="OTHER", title=f"Number {number}",
                expires_on=expires_on,
            )  # fmt: skip
        card = pages.card(the_case(case_id))
        assert (card["count"], card["more"], card["rows"][0]["title"]) == (6, 1, "Number 0")
        assert card["rows"][0]["tone"] == "red"
        group = pages.groups(queries.of_case(case_id))
        assert [len(one["rows"]) for one in group] == [6]


# -- in slices -------------------------------------------------------------------------------------------------------


def test_abandoned_uploads_go_after_a_day(app: Flask, acting: Acting, world: World, case_id: UUID) -> None:
    before = stored(app)
    with acting(world.principal("lawyer")):
        upload = actions.begin(the_case(case_id), "x.txt", 20)
        assert actions.take(upload, 0, b"0123456789")
        young = actions.begin(the_case(case_id), "y.txt", 20)
        assert actions.take(young, 0, b"0123456789")
        young.started_at = clock.now() + timedelta(days=2)
        names = upload.place.part(0).path, young.place.part(0).path
    for path in names:
        os.utime(path, (1, 1))
    with clock.at(clock.now() + timedelta(hours=25)), acting(world.principal("lawyer")):
        assert jobs.sweep() >= 2, "the row and its slice"
        db.session.flush()
    assert stored(app) - before == {names[1].name}
    with acting(world.principal("lawyer")):
        assert [one.id for one in queries.unfinished(case_id, world.user_id("lawyer"))] == [young.id]
    names[1].unlink()


def test_sweeping_leaves_documents_and_other_organisations_alone(
    app: Flask, acting: Acting, world: World, made: dict[str, Caseload], case_id: UUID, document_id: UUID
) -> None:
    with acting(world.principal("lawyer", "B")):
        other = actions.begin(the_case(made["B"].case), "x.txt", 20)
        actions.take(other, 0, b"0123456789")
        path = other.place.part(0).path
    with acting(world.principal("lawyer")):
        kept = the_document(case_id, document_id).place.path
        orphan = kept.with_name(storage.new_name())
        orphan.write_bytes(b"")
    for one in (path, kept, orphan):
        os.utime(one, (1, 1))
    with clock.at(clock.now() + timedelta(days=50)), acting(world.principal("lawyer")):
        jobs.sweep()
    assert path.exists()
    assert kept.exists()
    assert not orphan.exists()
