"""An edition of several countries: as good as the signed files that it is made of, until it is published."""

from datetime import date
from uuid import UUID

import pytest

from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.signing import SigningKey
from casework.editions import actions, checking, queries, rendering
from casework.editions.models import Step
from casework.regional import actions as regional
from casework.regional import bundles
from casework.regional import queries as imported
from casework.regional.models import TrustedKey
from tests.editions.office import Office, again, made
from tests.regional import countries

DAY = date(2025, 1, 1)


class Region:
    """Two countries whose keys are trusted and whose editions were taken in."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.keys = {area: countries.new_key() for area in ("KAZ", "KGZ")}
        with office.first():
            rows = [regional.add_key(area, area, key.public.text).id for area, key in self.keys.items()]
        with office.second():
            for one in rows:
                regional.confirm_key(db.session.get_one(TrustedKey, one))

    def take_in(self, area: str, edition: int = 1, as_of: str = "2025-01-01") -> str:
        """The digest of a country's bundle, taken in."""
        key: SigningKey = self.keys[area]
        content = countries.content(area, edition=edition, as_of=as_of)
        row = regional.receive(bundles.export(countries.written(content), key))
        regional.confirm(row)
        return row.digest


@pytest.fixture
def region(office: Office) -> Region:
    return Region(office)


@pytest.fixture
def edition_id(region: Region, office: Office) -> UUID:
    with office.first():
        return actions.begin_regional(DAY, [region.take_in("KAZ"), region.take_in("KGZ")]).id


def kinds(edition_id: UUID) -> list[str]:
    return [one.kind for one in checking.blocking(checking.check(again(edition_id), "en"))]


def test_published_like_any_other(office: Office, edition_id: UUID) -> None:
    with office.first():
        edition = again(edition_id)
        assert (edition.code, edition.is_regional) == ("CENTRAL_ASIA-2025-01-01-e1", True)
        actions.submit(edition, ["en", "ru", "kk"])
        assert actions.make_next(edition)
        ready = next(one for one in edition.languages if one.step == Step.READY)
        assert {one.name for one in queries.files(ready)} > set(rendering.NAMES) - {rendering.RDF_CSV}
        made(edition)
    with office.second():
        actions.approve(again(edition_id), ["en", "ru", "kk"])
        assert {one.area for one in queries.public_index()} == {"CENTRAL_ASIA"}


def test_a_key_that_was_revoked_stops_it(office: Office, edition_id: UUID) -> None:
    with office.first():
        actions.submit(again(edition_id), ["en"])
        made(again(edition_id))
    with office.second():
        key = next(one for one in imported.trusted_keys() if one.area == "KGZ")
        regional.revoke_key(key, "It was lost.")
    with office.second():
        assert kinds(edition_id) == ["bundles"]
        with pytest.raises(DomainError, match="is not ready yet"):
            actions.approve(again(edition_id), ["en"])


def test_a_country_that_corrected_itself(region: Region, office: Office, edition_id: UUID) -> None:
    with office.first():
        actions.submit(again(edition_id), ["en"])
        made(again(edition_id))
    with office.second():
        actions.approve(again(edition_id), ["en"])
    with office.first():
        old = again(edition_id).bundles
        newer = region.take_in("KGZ", edition=2)
        assert kinds(edition_id) == ["superseded"]
        with pytest.raises(DomainError, match="taken the place of KGZ-2025-01-01-e1"):
            actions.begin_regional(DAY, old)
        corrected = actions.begin_correction(again(edition_id))
        assert (corrected.number, newer in corrected.bundles, len(corrected.bundles)) == (2, True, 2)
        assert kinds(corrected.id) == ["correction"]


def test_what_cannot_be_put_together(region: Region, office: Office) -> None:
    with office.first():
        here = region.take_in("KAZ")
        later = region.take_in("KGZ", as_of="2025-02-01")
        for digests, says in (
            ([here], "at least two"),
            ([here, here], "at least two"),
            ([here, "0" * 64], "is not here"),
            ([here, later], "later day"),
        ):
            with pytest.raises(DomainError, match=says):
                actions.begin_regional(DAY, digests)
        with pytest.raises(DomainError, match="future"):
            actions.begin_regional(date(2025, 5, 1), [here, later])
