"""Nothing that was not chosen is anywhere: for each field alone, and for a few choices at random.

Each thing that could be told is a canary. It is looked for in the preview, in what the receiver reads, in what the
door gives out, on paper, in lists and searches there, on the desk, in the calendar's feed, in notices and in mails.
"""

import io
import random
from collections.abc import Iterator

from pypdf import PdfReader
from sqlalchemy import select

from casework.core.db import session_for
from casework.core.mail import OutgoingMail
from casework.core.scope import system
from casework.notices.models import Notice
from casework.referrals import actions, paper, queries
from casework.referrals.fields import FIELDS
from casework.referrals.models import Selection
from casework.referrals.sheet import sheet
from tests.pages import Client
from tests.referrals.conftest import CANARIES, Sent, side_of

SAID = {
    **CANARIES,
    "born": ["14 March 1991"],
    "origin": ["Tajikistan"],
    "languages": ["Uzbek"],
    "arrived": ["February 2011"],
    "opened_on": ["16 August 2026"],
    "session": ["Пеночкине", "Мухоловке"],
    "document": ["Трясогузкиной", "свиристель"],
    "relative": ["Родственникова-Клёст", "Иволга"],
}
"""What each choice says on a page in English, and nothing else there does."""
SUBSETS = 4


def every_choice() -> Iterator[frozenset[str]]:
    """Each thing that says a word of its own alone; nothing; some at random, the same in every run."""
    yield frozenset()
    for name in sorted(SAID):
        yield frozenset({name})
    chance = random.Random(7)
    for _round in range(SUBSETS):
        yield frozenset(name for name in sorted(SAID) if chance.random() < 0.4)


def selection(sent: Sent, chosen: frozenset[str]) -> Selection:
    one_by_one = {
        "relatives": [str(sent.relative)] if "relative" in chosen else [],
        "sessions": [str(sent.session)] if "session" in chosen else [],
        "documents": [str(sent.document)] if "document" in chosen else [],
    }
    names = {one.name for one in FIELDS}
    return Selection(sorted(chosen & names), **one_by_one, asks="Прошу принять")


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def seen_by_the_receiver(sent: Sent, client: Client) -> str:
    """Everything beside the page of the referral where the receiver's people could come to see something of it."""
    found = [client.page(path).text for path in ("/referrals/", "/desk", "/calendar", "/notices/")]
    for word in (word for words in CANARIES.values() for word in words):
        client.post("/search", data={"q": word, "csrf_token": client.csrf_token()})
        found.append(client.page("/search").text.replace(word, "", 2))  # the words asked for stand there themselves
    with sent.app.app_context(), session_for(system("tests")) as session:
        found += [f"{one.kind} {one.key} {one.values}" for one in session.scalars(select(Notice))]
        found += [f"{one.key} {one.letter}" for one in session.scalars(select(OutgoingMail))]
    return "\n".join(found)


def test_what_was_not_chosen_is_nowhere(sent: Sent) -> None:
    """One referral, one addition for each choice: what the receiver reads is what they have been told so far."""
    sent.agree()
    sent.agree(sent.relative)
    preview, receiver = sent.client("lawyer", "A"), sent.client("supervisor", "B")
    for chosen in every_choice():
        sent.begin()
        with sent.of() as one:
            actions.choose(side_of(one), selection(sent, chosen))
        before = preview.page(f"/referrals/{sent.referral}/preview").text
        sent.send()
        with sent.of("B") as one:
            (told,) = queries.shared(one)
            on_paper = words_of(paper.pdf("Referral", [sheet(told.share)]))
            raw = str(told.share)
        there = receiver.page(f"/referrals/{sent.referral}").text
        for name, words in SAID.items():
            for word in words:
                if name in chosen:
                    is_file_name = word == "свиристель"
                    assert is_file_name or (word in before and word in there), (chosen, name)
                else:
                    head = before.partition("Exactly this")[2]  # the sender's own page names the person above it
                    assert not any(word in place for place in (head, there, on_paper, raw)), (chosen, name)


def test_lists_notices_mails_and_searches_there_name_nobody(sent: Sent) -> None:
    """Even of what was told: it stands on the page of the referral and nowhere else."""
    sent.agree()
    sent.agree(sent.relative)
    sent.begin()
    with sent.of() as one:
        actions.choose(side_of(one), selection(sent, frozenset(SAID)))
    sent.send()
    sent.tell("B")
    client = sent.client("supervisor", "B")
    assert "Канарейкина" in client.page(f"/referrals/{sent.referral}").text
    seen = seen_by_the_receiver(sent, client)
    assert "referral_in" in seen
    assert not any(word in seen for words in CANARIES.values() for word in words)


def test_after_the_end_the_receivers_pages_hold_none_of_it(sent: Sent) -> None:
    consent = sent.agree()
    sent.agree(sent.relative)
    sent.begin()
    with sent.of() as one:
        actions.choose(side_of(one), selection(sent, frozenset(SAID)))
    sent.send()
    client = sent.client("supervisor", "B")
    assert "Канарейкина" in client.page(f"/referrals/{sent.referral}").text
    file = f"/referrals/{sent.referral}/files/{sent.document}"
    assert client.get(file).status_code == 200
    sent.withdraw_consent(consent)
    page = client.page(f"/referrals/{sent.referral}").text
    assert not any(word in page for words in SAID.values() for word in words)
    assert client.get(file).status_code == 404


def test_in_the_receiving_organisation_only_who_works_on_it_reads(sent: Sent) -> None:
    sent.agree()
    sent.begin()
    with sent.of() as one:
        actions.choose(side_of(one), selection(sent, frozenset(SAID)))
    sent.send()
    client = sent.client("lawyer", "B")
    assert "Канарейкина" not in client.page(f"/referrals/{sent.referral}").text
    assert client.get(f"/referrals/{sent.referral}/files/{sent.document}").status_code == 404
    sent.accept()
    assert "Канарейкина" in client.page(f"/referrals/{sent.referral}").text
