"""Nothing that was not chosen is anywhere; what was chosen is on the page of the referral and nowhere else.

Generated over everything that can be told (`people.CHOICES`): two people who differ in all of it are told of in the
same way, and what the other partner comes to read of them may differ in the words of what was chosen, in no other
letter. So codes are compared like names, and a field that is added is asked of at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import permutations
from uuid import UUID

import pytest
from flask import Flask

from casework.accounts.models import User
from casework.cases import queries as cases
from casework.core.db import db
from casework.core.scope import acting_as
from casework.persons import queries as persons
from casework.referrals import actions, queries, sharing
from casework.referrals.actions import Recipient
from casework.referrals.fields import FIELDS
from casework.referrals.forms import LISTS
from casework.referrals.models import Selection, Share
from casework.restrictions import actions as restrictions
from tests import reading
from tests.conftest import _Stage
from tests.factories import World
from tests.pages import Client, client_of
from tests.referrals.conftest import ASKS, case_of, side_of
from tests.referrals.people import CHOICES, PEOPLE, Made, Two, two_people

NOTHING: frozenset[str] = frozenset()
EVERYTHING = frozenset(CHOICES)
ONE_BY_ONE = ({"a relative"}, {"a session"}, {"a file"}, {"a need", "a sensitive need"})


def some() -> Iterator[frozenset[str]]:
    """Such that each thing is told at least once while each other one is withheld: by the digits of its number."""
    for digit in range(len(CHOICES).bit_length()):
        has = frozenset(name for number, name in enumerate(CHOICES) if number >> digit & 1)
        yield from (has, EVERYTHING - has)


@dataclass
class Told:
    """The two people, and the way from partner A to partner B."""

    app: Flask
    world: World
    two: Two

    def client(self, role: str, where: str) -> Client:
        found = client_of(self.app).sign_in_as(self.world.principal(role, where))
        found.checks = False  # that pages are well made is asked elsewhere
        return found

    def chosen(self, chosen: frozenset[str], *names: str) -> list[UUID]:
        """A referral of each with this choice, not sent yet."""
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "A")):
            found = [self._begun(chosen, name) for name in names]
            db.session.commit()
            return found

    def _begun(self, chosen: frozenset[str], name: str) -> UUID:
        made, wanted = self.two.people[name], PEOPLE[name].needs
        person = persons.person(made.person)
        assert person is not None
        one = actions.begin(case_of(made.case), person, Recipient(self.world.organisations["B"]))
        selection = Selection(
            [field.name for field in FIELDS if field.name in chosen],
            [str(made.relative)] if "a relative" in chosen else [],
            [str(made.session)] if "a session" in chosen else [],
            [str(made.document)] if "a file" in chosen else [],
            [code for code, each in zip(wanted, ("a need", "a sensitive need"), strict=True) if each in chosen],
            ASKS,
        )
        actions.choose(side_of(one), selection)
        return one.id

    def send(self, *referral_ids: UUID) -> None:
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "A")):
            for referral_id in referral_ids:
                one = queries.referral(referral_id)
                assert one is not None
                side = side_of(one)
                person = queries.person_of(side)
                assert person is not None
                assert side.case is not None
                actions.send(side, sharing.digest(sharing.share_of(one, person, side.case, side.selection)))
            db.session.commit()

    def told(self, name: str, chosen: frozenset[str]) -> UUID:
        (referral_id,) = self.chosen(chosen, name)
        self.send(referral_id)
        return referral_id

    def take(self, referral_id: UUID) -> None:
        """B's lawyer takes it on, and links it to a record of B's own."""
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "B")):
            one, person = queries.referral(referral_id), persons.person(self.two.there.person)
            assert one is not None
            assert person is not None
            actions.accept(one, self.world.user_id("lawyer", "B"), words="Приняли")
            actions.link(one, person, cases.case_(self.two.there.case))
            db.session.commit()

    def share(self, referral_id: UUID) -> Share:
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "B")):
            one = queries.referral(referral_id)
            assert one is not None
            (received,) = queries.shared(one)
            return received.share


@pytest.fixture
def told(app: Flask, stage: _Stage, world: World) -> Told:
    return Told(app, world, stage.reset(two_people))


def without(text: str, made: Made, chosen: frozenset[str]) -> str:
    """A text without the words of what was chosen, each of which must be in it."""
    words = {word for name in chosen for word in made.said[name]}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "◆")
    return text


def on_paper(client: Client, referral_id: UUID) -> str:
    answer = client.get(f"/referrals/{referral_id}/sheet.pdf")
    assert answer.status_code == 200
    return reading.on_paper(answer.data)


def sheet_of(html: str) -> str:
    """The words of the one sheet on a page."""
    _before, _article, rest = html.partition("<article")
    return " ".join(re.sub("<[^>]*>", " ", rest.partition("</article>")[0].partition(">")[2]).split())


def test_every_way_to_choose_is_among_the_choices() -> None:
    """Whoever adds a list of what can be told tells of both people what is on it (`people.py`)."""
    assert {*LISTS, "fields", "asks"} == set(Selection.__dataclass_fields__)
    assert {"made_on", "asks", "fields", "contact_rule", *LISTS} == set(Share.__dataclass_fields__)


def test_of_two_people_told_the_same_way_the_same_is_read(told: Told) -> None:
    """Nothing at all, some of it, all of it: in the preview, on the page there, in the share, on paper."""
    preview, receiver = told.client("supervisor", "A"), told.client("supervisor", "B")
    one, other = told.two.people.values()
    assert not [name for name in CHOICES if set(one.said[name]) & set(other.said[name])], "they differ in everything"
    choices = [NOTHING, EVERYTHING, *some()]
    for name, beside in permutations(CHOICES, 2):
        assert any(name in chosen and beside not in chosen for chosen in choices)
    for chosen in choices:
        read: list[dict[str, str]] = []
        ids = told.chosen(chosen, *told.two.people)
        before = sheet_of(preview.get(f"/referrals/{ids[0]}/preview").text)
        told.send(*ids)
        for referral_id, (name, made) in zip(ids, told.two.people.items(), strict=True):
            page = receiver.get(f"/referrals/{referral_id}").text
            assert name != "one" or sheet_of(page) == before, chosen
            for word in (word for each in chosen for word in made.said[each]):
                assert escape(word) in page, (chosen, name)
            share = told.share(referral_id)
            assert set(share.fields) == chosen & {field.name for field in FIELDS}
            lists = (share.relatives, share.sessions, share.documents, share.needs)
            assert [len(each) for each in lists] == [len(each & chosen) for each in ONE_BY_ONE], chosen
            places = {"page": without(reading.plain(page), made, chosen)}
            if chosen in choices[:6]:
                places["paper"] = without(on_paper(receiver, referral_id), made, chosen)
            read.append(places)
        assert not reading.differences(*read), sorted(chosen)


@pytest.mark.parametrize("chosen", [NOTHING, EVERYTHING], ids=["nothing", "everything"])
def test_beside_its_page_nothing_there_tells_who_it_is(
    app: Flask, stage: _Stage, world: World, chosen: frozenset[str]
) -> None:
    """Desk, counts, lists, search, calendar, feed, workbook, notices, mails, trail, every row that B holds.

    Of what was told of everything, too: it stands on the page of the referral, and B keeps nothing of it.
    """
    read = []
    for name in PEOPLE:
        told = Told(app, world, stage.reset(two_people))
        people = told.two.people
        referral_id = told.told(name, chosen)
        told.take(referral_id)
        page, file = f"/referrals/{referral_id}", f"/referrals/{referral_id}/files/{people[name].document}"
        besides = [f"/cases/{told.two.there.case}", f"/people/{told.two.there.person}", f"{page}/link", f"{page}/end"]
        if chosen == NOTHING:
            besides += [page, f"{page}/sheet.pdf", file]
            assert told.client("lawyer", "B").get(file).status_code == 404
        else:
            assert told.client("lawyer", "B").get(file).data.startswith(b"%PDF")
        words = [made.said[each][0] for made in people.values() for each in ("name", "number", "case_number")]
        found = reading.everything(app, world, "B", besides=besides, words=words)
        read.append(found)
    assert told.two.there.number in read[0]["workbook"]
    assert told.two.there.number in read[0]["lawyer feed"]
    assert "referral_in" in read[0]["rows of notices"]
    assert "rows of outgoing_mails" in read[0]
    assert not reading.differences(*read)


def test_after_the_end_the_receivers_pages_hold_none_of_it(told: Told) -> None:
    made = told.two.people["one"]
    referral_id = told.told("one", EVERYTHING)
    receiver = told.client("supervisor", "B")
    page, file = f"/referrals/{referral_id}", f"/referrals/{referral_id}/files/{made.document}"
    assert "Канарейкина" in receiver.page(page).text
    assert receiver.get(file).status_code == 200
    with told.app.app_context(), acting_as(told.world.principal("supervisor", "A")):
        one = queries.referral(referral_id)
        assert one is not None
        actions.withdraw(one)
        db.session.commit()
    text = receiver.page(page).text
    assert not [word for word in made.words() if word in text]
    assert receiver.get(file).status_code == 404
    assert receiver.get(f"{page}/sheet.pdf").status_code == 404


def test_in_the_receiving_organisation_only_who_works_on_it_reads(told: Told) -> None:
    made = told.two.people["one"]
    referral_id = told.told("one", EVERYTHING)
    page, file = f"/referrals/{referral_id}", f"/referrals/{referral_id}/files/{made.document}"
    lawyer = told.client("lawyer", "B")
    text = lawyer.page(page).text
    assert not [word for word in made.words() if word in text]
    assert [lawyer.get(each).status_code for each in (file, f"{page}/sheet.pdf")] == [404, 404]
    told.take(referral_id)
    assert "Канарейкина" in lawyer.page(page).text


def test_a_sensitive_need_is_read_by_who_may_know_it(told: Told) -> None:
    """On either side: that it was told does not open it to every colleague."""
    (open_need,), (sensitive,) = (told.two.people["one"].said[each] for each in ("a need", "a sensitive need"))
    referral_id = told.told("one", EVERYTHING)
    told.take(referral_id)
    page = f"/referrals/{referral_id}"
    for where in ("A", "B"):
        lawyer, supervisor = told.client("lawyer", where), told.client("supervisor", where)
        for text in (lawyer.page(page).text, on_paper(lawyer, referral_id)):
            assert open_need in text, where
            assert sensitive not in text, where
        assert sensitive in supervisor.page(page).text
    with told.app.app_context(), acting_as(told.world.principal("supervisor", "B")):
        lawyer_id = told.world.user_id("lawyer", "B")
        db.session.get_one(User, lawyer_id).grants = ["person:sensitive-need"]
        db.session.commit()
    assert sensitive in told.client("lawyer", "B").page(page).text


def test_what_was_told_of_a_relative_whose_record_is_restricted_since(told: Told) -> None:
    """In the sender's organisation their team reads it, as everything about them; the receiver reads what was told."""
    made = told.two.people["one"]
    referral_id = told.told("one", EVERYTHING)
    with told.app.app_context(), acting_as(told.world.principal("supervisor", "A")):
        relative = persons.person(made.relative)
        assert relative is not None
        restrictions.restrict(relative, "Ей угрожают")
        db.session.commit()
    page = f"/referrals/{referral_id}"
    lawyer = told.client("lawyer", "A")
    for text in (lawyer.page(page).text, on_paper(lawyer, referral_id)):
        assert "Родственникова-Клёст" not in text
        assert "Канарейкина" in text
    for where in ("A", "B"):
        assert "Родственникова-Клёст" in told.client("supervisor", where).page(page).text
