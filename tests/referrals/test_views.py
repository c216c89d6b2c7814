"""The pages of referrals: the way from the choosing to the end, and what is refused."""

from uuid import UUID

import pytest
from sqlalchemy import select

from casework.core.db import session_for
from casework.core.scope import system
from casework.persons.models import Draft
from casework.referrals.actions import Recipient
from casework.referrals.models import OutsideService, Referral
from tests.referrals.conftest import Sent


def the_one(sent: Sent) -> UUID:
    with sent.app.app_context(), session_for(system("tests")) as session:
        return session.scalars(select(Referral.id)).one()


def test_the_way_from_the_case_to_the_other_partner(sent: Sent) -> None:
    sent.agree()
    lawyer = sent.client("lawyer", "A")
    to = f"organisation:{sent.world.organisations['B']}"
    answer = lawyer.submit(f"/cases/{sent.case}/referrals/new", {"recipient": to})
    assert answer.location.endswith("/choose")
    page = f"/referrals/{the_one(sent)}"
    assert lawyer.submit(f"{page}/choose", {"asks": ""}).status_code == 422
    answer = lawyer.submit(f"{page}/choose", {"asks": "Прошу принять", "birth": ["birth_place"]})
    assert answer.location.endswith("/preview")
    assert "Снегирёвск" in lawyer.page(f"{page}/preview").text
    assert lawyer.submit(f"{page}/preview", {"seen": "something else"}).status_code == 422
    assert lawyer.submit(f"{page}/preview", {}).status_code == 302
    assert "Снегирёвск" in sent.client("supervisor", "B").page(page).text
    assert "Referral to Partner Birch" in lawyer.page(f"/cases/{sent.case}").text
    assert lawyer.get(f"{page}/sheet.pdf").data.startswith(b"%PDF")


def test_before_something_is_asked_for_nothing_can_be_sent(sent: Sent) -> None:
    sent.agree()
    sent.begin()
    preview = sent.client("lawyer", "A").page(f"/referrals/{sent.referral}/preview").text
    assert "Change what is told" in preview
    assert "Send" not in preview
    sent.choose()
    assert "Send" in sent.client("lawyer", "A").page(f"/referrals/{sent.referral}/preview").text


def test_what_was_typed_over_by_a_colleague_is_shown(sent: Sent) -> None:
    sent.begin()
    lawyer = sent.client("lawyer", "A")
    url = f"/referrals/{sent.referral}/choose"
    page = lawyer.page(url)
    seen = page.filled(page.form_with({"asks"}))
    sent.choose(fields=["name"])
    answer = lawyer.post(url, data={**seen, "asks": "Моё"})
    assert answer.status_code == 409
    assert "Моё" in answer.text


def test_only_who_decides_accepts_and_the_lawyer_goes_on(sent: Sent) -> None:
    sent.sent(fields=["name"])
    page = f"/referrals/{sent.referral}"
    lawyer, supervisor = sent.client("lawyer", "B"), sent.client("supervisor", "B")
    assert lawyer.get(f"{page}/accept").status_code == 404
    lawyer_id = str(sent.world.user_id("lawyer", "B"))
    assert supervisor.submit(f"{page}/accept", {"lawyer": lawyer_id}).status_code == 302
    assert lawyer.submit(page, {"words": "Пришлите"}, action=f"{page}/messages").status_code == 302
    assert lawyer.submit(f"{page}/link", {"number": "P-26-00000"}).status_code == 422
    assert lawyer.press(f"{page}/register").location.startswith("/register/")
    with sent.app.app_context(), session_for(system("tests", sent.world.organisations["B"])) as session:
        typed = session.scalars(select(Draft)).one().typed.fields
        assert typed["family_name"] == ["Канарейкина"]
        assert typed["given_name"] == ["Зимородка"]


@pytest.mark.parametrize(
    ("step", "given", "said"),
    [
        ("accept", {"words": "Ждут"}, "Accepted"),
        ("decline", {"reason": "CAPACITY"}, "Declined: No capacity at the moment"),
        ("withdraw", {}, "Withdrawn"),
    ],
)
def test_an_outside_service(sent: Sent, step: str, given: dict[str, str], said: str) -> None:
    sent.agree(recipient="service:HEALTH")
    sent.begin(Recipient(service="HEALTH"))
    sent.choose(fields=["name"])
    sent.send()
    lawyer = sent.client("lawyer", "A")
    page = f"/referrals/{sent.referral}"
    assert lawyer.submit(f"{page}/{step}", given).status_code == 302
    assert said in lawyer.page(page).text


def test_a_draft_is_dropped(sent: Sent) -> None:
    sent.begin()
    lawyer = sent.client("lawyer", "A")
    assert lawyer.submit(f"/referrals/{sent.referral}/discard", {}).status_code == 302
    assert "Draft dropped" in lawyer.page("/referrals/?part=over").text


def test_the_directory_and_its_undo(sent: Sent) -> None:
    lawyer = sent.client("lawyer", "A")
    given = {"service": "HEALTH", "name": "Поликлиника", "contact": "улица Мира, 1"}
    assert lawyer.submit("/referrals/services/new", given).status_code == 302
    with sent.app.app_context(), session_for(system("tests")) as session:
        point = session.scalars(select(OutsideService.id)).one()
    assert lawyer.submit(f"/referrals/services/{point}", {"contact": ""}).status_code == 422
    for then, said in (("out", "Put back"), ("out", "Put back"), ("back", "Take out")):  # a late page does what it says
        lawyer.press(f"/referrals/services/{point}/retire", then=then)
        assert said in lawyer.page("/referrals/services").text
    assert "Поликлиника" in lawyer.page(f"/cases/{sent.case}/referrals/new").text


def test_another_organisation_finds_nothing(sent: Sent) -> None:
    sent.begin(Recipient(service="HEALTH"))
    assert sent.client("supervisor", "B").get(f"/referrals/{sent.referral}").status_code == 404
