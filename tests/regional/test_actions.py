"""Two officers trust a key; what it signs is taken in once, as it is, and never comes back when it was superseded."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from casework.core.db import db
from casework.core.errors import DomainError
from casework.regional import actions, bundles, queries
from casework.regional.models import ImportedBundle, TrustedKey
from tests.conftest import Acting
from tests.editions.office import Office, office
from tests.factories import World
from tests.regional import countries

KEY = countries.new_key()


@pytest.fixture
def team(acting: Acting, world: World) -> Office:
    return office(acting, world)


@pytest.fixture
def key_id(team: Office) -> UUID:
    """The key of Kyrgyzstan, added by the first officer and confirmed by the second."""
    with team.first():
        made = actions.add_key("KGZ", "Invented Office Bishkek", KEY.public.text).id
    with team.second():
        actions.confirm_key(db.session.get_one(TrustedKey, made))
    return made


def file(**options: Any) -> bytes:
    languages = options.pop("languages", ("en",))
    found = [countries.content(language=one, **options) for one in languages]
    return bundles.export(countries.written(*found), KEY)


def taken_in(team: Office, **options: Any) -> UUID:
    with team.first():
        row = actions.receive(file(**options))
        actions.confirm(row)
        return row.id


def refused(team: Office, data: bytes) -> str:
    with team.first(), pytest.raises(DomainError) as caught:
        actions.receive(data)
    return caught.value.message


# -- keys ----------------------------------------------------------------------------------------------------------


def test_nobody_confirms_a_key_that_they_added(team: Office) -> None:
    with team.first():
        key = actions.add_key("KGZ", "Invented Office", KEY.public.text)
        with pytest.raises(DomainError, match="Somebody else"):
            actions.confirm_key(key)
        assert not key.is_trusted
    assert "has not confirmed" in refused(team, file())


def test_a_key_is_added_once_and_has_to_be_one(team: Office, key_id: UUID) -> None:
    with team.first():
        for area, text, field in (
            ("KGZ", KEY.public.text, "public_key"),
            ("UZB", f" {KEY.public.text}", "public_key"),
            ("KGZ", "no key", "public_key"),
            ("AFG", countries.new_key().public.text, "area"),
        ):
            with pytest.raises(DomainError) as caught:
                actions.add_key(area, "Again", text)
            assert caught.value.field == field


def test_a_revoked_key_never_comes_back_and_what_it_signed_is_not_used(team: Office, key_id: UUID) -> None:
    taken_in(team)
    with team.first():
        waiting = actions.receive(file(as_of="2025-02-01"))
        waiting_id, digests = waiting.id, [one.digest for one in queries.standing()]
        assert queries.opened(digests)[0].area == "KGZ"
    with team.second():
        key = db.session.get_one(TrustedKey, key_id)
        actions.revoke_key(key, "It was lost.")
        with pytest.raises(DomainError):
            actions.add_key("KGZ", "Again", KEY.public.text)
        with pytest.raises(DomainError):
            actions.confirm_key(key)
        with pytest.raises(DomainError, match="revoked"):
            queries.opened(digests)
        with pytest.raises(DomainError, match="revoked"):
            actions.confirm(db.session.get_one(ImportedBundle, waiting_id))
    assert "revoked" in refused(team, file(as_of="2025-03-01"))


# -- files ---------------------------------------------------------------------------------------------------------


def test_nothing_is_used_before_somebody_takes_it_in(team: Office, key_id: UUID) -> None:
    with team.first():
        row = actions.receive(file())
        assert queries.standing() == []
        assert actions.receive(file()) is row  # sent twice before anybody confirmed it
        with pytest.raises(DomainError, match="taken it in"):
            queries.opened([row.digest])
        actions.discard(row)
        assert queries.all_bundles() == []


def test_the_same_file_again_is_refused_also_when_it_was_superseded(team: Office, key_id: UUID) -> None:
    row_id = taken_in(team)
    assert "already" in refused(team, file())
    with team.first():
        row = db.session.get_one(ImportedBundle, row_id)
        with pytest.raises(DomainError, match="stays"):
            actions.discard(row)
        actions.supersede(row)
        assert queries.standing() == []
    assert "does not come back" in refused(team, file())


def test_a_correction_takes_the_place_of_what_it_corrects_which_does_not_come_back(team: Office, key_id: UUID) -> None:
    first = taken_in(team)
    with team.first():
        actions.discard(actions.receive(file(languages=("en", "ru"))))
    taken_in(team, edition=2, figures={"refugees_asylum": {"value": 700}})
    with team.first():
        assert db.session.get_one(ImportedBundle, first).superseded_at is not None
        assert [one.code for one in queries.standing("KGZ")] == ["KGZ-2025-01-01-e2"]
    assert "newer edition" in refused(team, file(languages=("en", "ru")))


def test_an_edition_comes_again_only_with_more_languages_and_the_same_figures(team: Office, key_id: UUID) -> None:
    taken_in(team, languages=("en", "ru"))
    assert "as many languages" in refused(team, file(languages=("en", "kk")))
    other = {"refugees_asylum": {"value": 700}}
    assert "other figures" in refused(team, file(languages=("en", "ru", "kk"), figures=other))
    taken_in(team, languages=("en", "ru", "kk"))
    with team.first():
        assert [one.languages for one in queries.standing()] == [["en", "ru", "kk"]]


def test_days_stand_beside_each_other(team: Office, key_id: UUID) -> None:
    for day in ("2025-01-01", "2024-01-01"):
        taken_in(team, as_of=day)
    with team.first():
        assert [one.as_of for one in queries.standing("KGZ")] == [date(2025, 1, 1), date(2024, 1, 1)]
        with pytest.raises(DomainError, match="one edition of each country"):
            queries.opened([one.digest for one in queries.standing()])
    assert "future" in refused(team, file(as_of="2025-05-01"))


def test_what_was_signed_cannot_be_changed_or_taken_away_in_the_database(team: Office, key_id: UUID) -> None:
    row_id = taken_in(team)
    for change in (
        update(ImportedBundle).where(ImportedBundle.id == row_id).values(data=b"other"),
        update(ImportedBundle).where(ImportedBundle.id == row_id).values(area="UZB"),
        delete(ImportedBundle).where(ImportedBundle.id == row_id),
    ):
        with team.first():
            with pytest.raises(DBAPIError, match="superseded, never changed"):
                db.session.execute(change)
            db.session.rollback()
