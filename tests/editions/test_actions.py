"""An edition from its first text to the day after which nothing of it changes."""

from contextlib import nullcontext
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.core.errors import DomainError
from casework.editions import actions, checking, queries, rules
from casework.editions.forms import SendBackForm, WithdrawForm, texts_form
from casework.editions.models import Edition, EditionFile, EditionLanguage, Step
from casework.releases.models import Release
from casework.releases.models import Step as ReleaseStep
from tests.editions import office as offices
from tests.editions.office import ALL, Office, again, begun, edition_published, made, write
from tests.releases import published


def steps(edition: Edition) -> dict[str, str]:
    return {one.language: one.step for one in edition.languages}


def kinds(edition: Edition, language: str) -> set[str]:
    return {one.kind for one in checking.blocking(checking.check(edition, language))}


# -- the whole life ----------------------------------------------------------------------------------------------


def test_from_the_first_text_to_a_notice(office: Office) -> None:
    with office.first():
        edition = begun()
        assert (edition.code, edition.area, edition.corrects_id) == ("KAZ-2025-01-01-e1", "KAZ", None)
        assert [kinds(edition, one) for one in ALL] == [set()] * 3
        write(edition, "lead", "en", "As of {as_of}, {refugees_asylum} persons are protected.")
        assert [kinds(edition, one) for one in ALL] == [set(), {"stale"}, {"stale"}]
        with pytest.raises(DomainError, match=r"Русский is not ready yet.*Lead"):
            actions.submit(edition, ["en", "ru"])
        db.session.rollback()
        edition_id = edition.id
    with office.first():
        edition = begun()
        edition_id = edition.id
        write(edition, "lead", "en", "As of {as_of}, {refugees_asylum} persons are protected.")
        assert not actions.make_next(edition)
        actions.submit(edition, ["en"])
        assert steps(edition) == {"en": Step.MAKING}
        with pytest.raises(DomainError, match="take it back first"):
            actions.submit(edition, ["en"])
        with pytest.raises(DomainError, match="take it back first"):
            write(edition, "lead", "en", "Too late.")
        write(edition, "lead", "ru", "Другие языки ещё пишутся.")
        with pytest.raises(DomainError, match="does not wait"):
            actions.approve(edition, ["en"])
        made(edition)
        (row,) = edition.languages
        content = queries.content(row)
        assert (content["language"], content["code"]) == ("en", edition.code)
        assert "1 January 2025" in content["lead"]
        assert rules.written(content) == row.content
        with pytest.raises(DomainError, match="You sent"):
            actions.approve(edition, ["en"])
        with pytest.raises(DomainError, match="You sent"):
            actions.send_back(edition, "en", "Not by me.")

    with office.second():
        edition = again(edition_id)
        with pytest.raises(DomainError, match="Only who sent it in"):
            actions.take_back(edition, ["en"])
        with pytest.raises(DomainError, match="what has to be changed"):
            actions.send_back(edition, "en", " ")
        actions.send_back(edition, "en", "The lead is too short.")
        assert steps(edition) == {"en": Step.RETURNED}
    with office.first():
        edition = again(edition_id)
        write(edition, "lead", "en", "As of {as_of}, {refugees_asylum} persons are protected in {area}.")
        actions.submit(edition, ["en"])
        made(edition)
        actions.take_back(edition, ["en"])
        assert steps(edition) == {}
        actions.submit(edition, ["en"])
        made(edition)
    with office.second():
        edition = again(edition_id)
        actions.approve(edition, ["en"])
        (row,) = edition.languages
        assert (row.step, row.decided_by_id, row.comment) == (Step.PUBLISHED, office.approver.user_id, "")
        with pytest.raises(DomainError, match="does not wait"):
            actions.approve(edition, ["en"])
        with pytest.raises(DomainError, match="make a correction"):
            write(edition, "lead", "en", "Too late.")
        with pytest.raises(DomainError, match="stays"):
            actions.discard(edition)
        with pytest.raises(DomainError, match="in English"):
            actions.withdraw(edition, "en", "")
        with pytest.raises(DomainError, match="1000 letters") as refusal:
            actions.withdraw(edition, "en", "w" * 1001)
        assert {refusal.value.field} <= WithdrawForm.__dict__.keys() & SendBackForm.__dict__.keys()
        actions.withdraw(edition, "en", "The release was counted wrongly.")
        assert (row.step, row.withdrawn_because) == (Step.WITHDRAWN, "The release was counted wrongly.")
        with pytest.raises(DomainError):
            actions.withdraw(edition, "en", "Once more.")
    noted(office, edition_id)


def noted(office: Office, edition_id: UUID) -> None:
    """Everything that was done stands in the trail of the office."""
    with office.first():
        (row,) = again(edition_id).languages
        entries = db.session.execute(
            select(AuditEntry.action, AuditEntry.details).where(AuditEntry.subject_id == row.id)
        ).all()
        assert entries[0].action == "edition_languages:create"
        assert "published_at" in entries[-2].details
        assert "withdrawn_because" in entries[-1].details
        assert db.session.scalar(
            select(AuditEntry.id).where(AuditEntry.action == "editions:create", AuditEntry.subject_id == edition_id)
        )


def test_who_wrote_does_not_approve(office: Office) -> None:
    """Not even when somebody else sends it in; what one wrote in another language does not count."""
    with office.second():
        edition = begun()
        write(edition, "method", "ru", "Возраст указан на эту дату.")
        edition_id = edition.id
    with office.first():
        edition = again(edition_id)
        actions.submit(edition, ["en", "ru"])
        made(edition)
    with office.second():
        edition = again(edition_id)
        with pytest.raises(DomainError, match="written in the texts of Русский"):
            actions.approve(edition, ["ru"])
        actions.approve(edition, ["en"])
        assert steps(edition) == {"en": Step.PUBLISHED, "ru": Step.READY}


def test_a_language_is_added_later(office: Office) -> None:
    edition_id = edition_published(office, ("en", "ru"))
    with office.first():
        edition = again(edition_id)
        write(edition, "lead", "kk", "Қазақша мәтін.")
        actions.submit(edition, ["kk"])
        made(edition)
    with office.second():
        actions.approve(again(edition_id), ["kk"])
        assert set(steps(again(edition_id)).values()) == {Step.PUBLISHED}


def test_a_discarded_edition_gives_its_number_back(office: Office) -> None:
    with office.first():
        edition = begun()
        release = edition.release
        assert release is not None
        with pytest.raises(DomainError, match="already: KAZ-2025-01-01-e1"):
            actions.begin(release)
        with pytest.raises(DomainError, match="nothing to correct"):
            actions.begin_correction(edition)
        actions.submit(edition, ["en"])
        made(edition)
        actions.discard(edition)
        actions.discard(edition)
        assert (edition.is_discarded, edition.languages, edition.code) == (True, [], "KAZ-2025-01-01-d1")
        with pytest.raises(DomainError, match="discarded"):
            write(edition, "lead", "en", "Too late.")
        again = actions.begin(release)
        assert (again.number, again.corrects_id) == (1, None)
        actions.discard(again)
        assert [one.number for one in queries.editions()] == [-1, -2]


def test_only_of_what_is_frozen(office: Office) -> None:
    with office.first():
        draft = published.release(ReleaseStep.ATTACKED, content=offices.publication())
        with pytest.raises(DomainError, match="not frozen"):
            actions.begin(draft)


# -- corrections -------------------------------------------------------------------------------------------------


def test_a_correction_of_texts(office: Office) -> None:
    edition_id = edition_published(office, ("en", "ru"))
    with office.first():
        first = again(edition_id)
        write(first, "lead", "kk", "Басқа мәтін.")
        second = actions.begin_correction(first)
        assert (second.number, second.corrects_id, second.release_id) == (2, first.id, first.release_id)
        text = queries.text(second, "lead", "kk")
        assert text is not None
        assert (text.text, text.edited_by_id) == ("Басқа мәтін.", None)
        with pytest.raises(DomainError, match=r"newer edition.*e2"):
            write(first, "lead", "kk", "Not here any more.")
        with pytest.raises(DomainError, match=r"newer edition.*e2"):
            actions.submit(first, ["kk"])
        with pytest.raises(DomainError, match=r"newer edition.*e2"):
            actions.begin_correction(first)
        assert [kinds(second, one) for one in ALL] == [{"correction"}] * 3
        write(second, "correction", "en", "The lead named the wrong day.")
        assert [kinds(second, one) for one in ALL] == [set(), {"correction"}, {"correction"}]
        actions.submit(second, ["en"])
        made(second)
        content = queries.content(second.languages[0])
        assert content["correction"]["reason"] == "The lead named the wrong day."
        assert content["correction"]["corrects"] == again(edition_id).of("en").digest  # type: ignore[union-attr]
        second_id = second.id
    with office.second():
        actions.approve(again(second_id), ["en"])
        assert [one.code for one in queries.public_index()] == [
            "KAZ-2025-01-01-e2",
            "KAZ-2025-01-01-e1",
            "KAZ-2025-01-01-e1",
        ]


def test_a_correction_of_the_release(office: Office) -> None:
    """What was sent in of a release that was corrected since is not published."""
    with office.first():
        first = begun()
        old = first.release
        actions.submit(first, ["en"])
        made(first)
        first_id = first.id
    with office.first():
        corrected = offices.release(edition=2)
        corrected_id = corrected.id
    with office.second():
        with pytest.raises(DomainError, match="was corrected by KAZ-2025-01-01-e2"):
            actions.approve(again(first_id), ["en"])
        with pytest.raises(DomainError, match="being worked on already"):
            actions.begin(db.session.get_one(Release, corrected_id))
    with office.first():
        first = again(first_id)
        actions.discard(first)
        assert old is not None
        with pytest.raises(DomainError, match="Take that one"):
            actions.begin(db.session.get_one(Release, old.id))
        assert [one.id for one in queries.releases_to_publish()] == [corrected_id]
        assert actions.begin(db.session.get_one(Release, corrected_id)).number == 1


def test_while_one_waits_no_correction_begins(office: Office) -> None:
    edition_id = edition_published(office)
    with office.first():
        edition = again(edition_id)
        actions.submit(edition, ["ru"])
        with pytest.raises(DomainError, match="still waits"):
            actions.begin_correction(edition)


# -- texts -------------------------------------------------------------------------------------------------------


def test_the_next_edition_begins_with_the_texts_of_the_last(office: Office) -> None:
    with office.first():
        first = begun()
        write(first, "lead", "en", "New words.")
        write(first, "lead", "ru", "Новые слова.")
        second = actions.begin(offices.release(as_of="2025-02-01", since="2025-01-01"))
        texts = queries.texts(second)
        assert [texts["lead", one].text for one in ("en", "ru")] == ["New words.", "Новые слова."]
        assert not queries.is_stale(texts["lead", "ru"], texts["lead", "en"])
        assert queries.is_stale(texts["lead", "kk"], texts["lead", "en"])
        assert texts["lead", "ru"].edited_by_id is None


def test_what_is_wrong_with_a_text_is_said_at_its_field(office: Office) -> None:
    with office.first():
        edition = begun()
        with pytest.raises(DomainError, match="120 letters") as refusal:
            write(edition, "title", "en", "w" * 121)
        assert hasattr(texts_form([("title", "Title", 120)]), str(refusal.value.field))


def test_two_at_one_text(office: Office) -> None:
    with office.first():
        edition = begun()
        row = queries.text(edition, "lead", "en")
        assert row is not None
        seen = row.version
        actions.edit(edition, "lead", "en", "First.", seen)
        with pytest.raises(actions.Changed) as caught:
            actions.edit(edition, "lead", "en", "Second.", seen)
        assert caught.value.saved.text == "First."
        # The same words again are no edit, and nobody's.
        before = row.version
        actions.edit(edition, "lead", "en", "  First.\r\n", row.version)
        assert row.version == before


def test_what_a_text_may_be(office: Office) -> None:
    with office.first():
        edition = begun()
        with pytest.raises(DomainError, match="may have 120 letters, and has 121"):
            write(edition, "title", "en", "x" * 121)
        with pytest.raises(DomainError, match="no such text"):
            write(edition, "correction", "en", "It corrects nothing.")
        with pytest.raises(DomainError, match="no such text"):
            write(edition, "lead", "de", "Keine Sprache von hier.")


def test_a_translation_is_confirmed_and_an_edit_undone(office: Office) -> None:
    with office.first():
        edition = begun()
        english = queries.text(edition, "lead", "en")
        russian = queries.text(edition, "lead", "ru")
        assert english is not None
        assert russian is not None
        first = english.text
        with pytest.raises(DomainError, match="nothing to undo"):
            actions.undo(edition, "lead", "en", english.version)
        write(edition, "lead", "en", "Other words.")
        assert queries.is_stale(russian, english)
        actions.undo(edition, "lead", "en", english.version)
        assert english.text == first
        assert not queries.is_stale(russian, english)
        actions.undo(edition, "lead", "en", english.version)
        assert (english.text, queries.is_stale(russian, english)) == ("Other words.", True)
        actions.confirm_translation(edition, "lead", "ru", russian.version)
        assert not queries.is_stale(russian, english)
        assert queries.edited_by(edition, "ru") == {office.writer.user_id}


# -- what is published stays -------------------------------------------------------------------------------------


def test_not_even_the_application_changes_it(office: Office) -> None:
    edition_id = edition_published(office, ("en", "ru"))
    with office.second():
        actions.withdraw(again(edition_id), "ru", "Отозвано.")
        rows = {one.language: one.id for one in again(edition_id).languages}
    english, russian = EditionLanguage.id == rows["en"], EditionLanguage.id == rows["ru"]
    files = [EditionFile.language_id == one for one in rows.values()]
    refused = [
        update(EditionLanguage).where(english).values(content="{}"),
        update(EditionLanguage).where(english).values(step=Step.READY),
        update(EditionLanguage).where(english).values(step=Step.WITHDRAWN, digest="0"),
        update(EditionLanguage).where(english).values(step=Step.WITHDRAWN, findings=[{"kind": "x"}]),
        update(EditionLanguage).where(english).values(decided_by_id=None),
        update(EditionLanguage).where(english).values(withdrawn_because="Without being withdrawn."),
        update(EditionLanguage).where(russian).values(withdrawn_because="Другая причина."),
        update(EditionLanguage).where(russian).values(step=Step.PUBLISHED),
        *(update(EditionFile).where(one).values(content=b"") for one in files),
        *(delete(EditionFile).where(one) for one in files),
        *(delete(EditionLanguage).where(one) for one in (english, russian)),
        insert(EditionFile).values(
            language_id=rows["en"], name="more.csv", media_type="text/csv", sha256="", size=0, content=b""
        ),
    ]
    for statement in refused:
        with office.first():
            with pytest.raises(DatabaseError, match=r"never changes|foreign key|FOREIGN KEY"):
                db.session.execute(statement)
            db.session.rollback()
    with office.first():
        assert all(queries.is_untouched(one) for one in again(edition_id).languages)


@pytest.mark.parametrize("step", [Step.PUBLISHED, Step.WITHDRAWN])
def test_the_database_knows_no_one_who_publishes_alone(office: Office, step: Step) -> None:
    with office.first():
        edition = begun()
        actions.submit(edition, ["en"])
        made(edition)
        alone = "UPDATE edition_languages SET step = :step, decided_by_id = submitted_by_id"
        with pytest.raises(IntegrityError, match="published_by_another"):
            db.session.execute(text(alone), {"step": str(step)})
        db.session.rollback()
    edition_id = edition_published(office, ("en",))
    with office.second():
        copied = "INSERT INTO edition_languages ({columns}) SELECT {values} FROM edition_languages"
        columns = {one.name: one.name for one in EditionLanguage.__table__.columns}
        values = columns | {"id": f"'{UUID(int=1).hex}'", "language": "'ru'"}
        for sender, is_refused in (("decided_by_id", True), ("NULL", False)):
            values |= {"submitted_by_id": sender, "step": f"'{step}'"}
            statement = copied.format(columns=", ".join(columns), values=", ".join(values.values()))
            with pytest.raises(IntegrityError, match="published_by_another") if is_refused else nullcontext():
                db.session.execute(text(statement))
            db.session.rollback()
        assert steps(again(edition_id)) == {"en": Step.PUBLISHED}


def test_what_is_only_sent_in_may_change(office: Office) -> None:
    with office.first():
        edition = begun()
        actions.submit(edition, ["en"])
        made(edition)
        db.session.execute(update(EditionLanguage).values(comment="Looked at."))
        db.session.execute(update(EditionFile).values(media_type="text/plain"))


@pytest.mark.parametrize("what", ["content", "file", "release"])
def test_what_was_changed_is_not_approved(office: Office, what: str) -> None:
    with office.first():
        edition = begun()
        actions.submit(edition, ["en"])
        made(edition)
        edition_id = edition.id
        match what:
            case "content":
                db.session.execute(update(EditionLanguage).values(content='{"title":"Another"}'))
            case "file":
                db.session.execute(update(EditionFile).values(content=b"Another"))
            case "release":
                release = published.release(content=offices.publication(), edition=-5, digest="0" * 64)
                db.session.execute(update(Edition).values(release_id=release.id))
    with office.second(), pytest.raises(DomainError, match=r"no longer what was sent in|its hash is another"):
        actions.approve(again(edition_id), ["en"])


def test_two_approve_at_once(office: Office) -> None:
    """Both have read that it waits; the one who saves later is refused, and nothing of it stays."""
    with office.first():
        edition = begun()
        actions.submit(edition, ["en"])
        made(edition)
        edition_id = edition.id
    with office.second():
        seen = again(edition_id)
        (row,) = seen.languages
        db.session.execute(
            update(EditionLanguage).values(version=row.version + 1, comment="Somebody else was faster."),
            execution_options={"synchronize_session": False},
        )
        with pytest.raises(StaleDataError):
            actions.approve(seen, ["en"])
        db.session.rollback()
    with office.first():
        assert steps(again(edition_id)) == {"en": Step.READY}


def test_a_figure_of_another_day(office: Office) -> None:
    """A release of 2025-02-01 cannot take the number of one of 2025-01-01."""
    with office.first():
        first = begun()
        second = actions.begin(offices.release(as_of="2025-02-01", since="2025-01-01"))
        assert (first.number, second.number, second.as_of) == (1, 1, date(2025, 2, 1))
