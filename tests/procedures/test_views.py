"""Procedures on the page: who may look, in three languages, and a new version written step by step."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from casework.accounts.permissions import MATRIX, Role
from casework.core.scope import system
from casework.procedures import queries
from casework.procedures.rules import Procedure
from tests.conftest import Acting, ClientFor
from tests.pages import Client, Page

DAY = {"effective_from-day": "1", "effective_from-month": "1", "effective_from-year": "2027"}
NEW_LIMIT = {
    "code": "photos",
    "label_en": "Bring photographs",
    "label_ru": "Принести фотографии",
    "label_kk": "Фотосурет әкелу",
    "who": "US",
    "starts": ["APPLIED"],
    "counts_from": "happened",
    "value": "10",
    "unit": "workday",
    "on_day_off": "next",
    "ends": ["PERMIT_GRANTED"],
    "remind_days": "3",
    "law": "Rules, 12",
    "source": "Read by the tests",
}


def procedure(acting: Acting, code: str = "RESID_PERMIT") -> Procedure:
    with acting(system("tests")):
        return next(one for one in queries.in_force() if one.code == code)


def draft_of(client: Client, acting: Acting, code: str = "RESID_PERMIT") -> str:
    version = procedure(acting, code)
    location: str = client.submit(f"/procedures/{version.id}/change", {**DAY, "why": "Order No 1"}).location
    return location


def drafted(acting: Acting, url: str) -> Procedure:
    with acting(system("tests")):
        found = queries.version(UUID(url.rpartition("/")[2]))
        assert found is not None
        return queries.shaped(found)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_look_and_who_may_change(client_for: ClientFor, acting: Acting, role: Role) -> None:
    client = client_for(role.value)
    version = procedure(acting)
    may_see, may_edit = "rules:see" in MATRIX[role], "rules:edit" in MATRIX[role]
    assert may_edit == (role is Role.ADMINISTRATOR)
    for url in ("/procedures", f"/procedures/{version.id}"):
        page = client.page(url, status=200 if may_see else 403)
        assert ("Change from a day" in page.text) == (may_edit and url != "/procedures")
    for name in ("change", "words", "retire", f"limits/{version.limits[0].id}"):
        client.page(f"/procedures/{version.id}/{name}", status=200 if may_edit else 403)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_procedure_in_every_language(client_for: ClientFor, acting: Acting, language: str) -> None:
    client = client_for("administrator")
    client.press(f"/language/{language}")
    overview = client.page("/procedures")
    with acting(system("tests")):
        found = queries.in_force()
    for one in found:
        page = client.page(f"/procedures/{one.id}")
        assert page.h1 == getattr(one.words, language)
        assert page.h1 in overview.text
        assert " object at 0x" not in client.get(f"/procedures/{one.id}").text
        for limit in one.limits:
            assert getattr(limit.words, language) in page.text
        assert "_" not in "".join(stage.code for stage in one.stages if stage.code in page.text)


def test_a_time_limit_is_told_with_its_arithmetic(client_for: ClientFor, acting: Acting) -> None:
    page = client_for("lawyer").page(f"/procedures/{procedure(acting, 'ASYLUM').id}")
    for words in (
        "3 months",
        "Counted from the day the person learnt of it.",
        "If it ends on a day off, the next working day is the last.",
        "Counted from the day of: Application registered.",
        "Without an answer, the day after: “No decision in time: counts as a refusal”.",
        "Law on Refugees, Art. 11",
        "Court sent the case back for a new decision: the case moves to “Application registered”.",
        "Only after: No decision on the complaint in time: counts as a refusal.",
        "10 time limits were not compared with the law in force.",
        "Akimat: department of employment",
    ):
        assert words in page.text, words


@pytest.mark.parametrize("name", ["", "/change", "/words", "/day", "/retire", "/publish", "/discard", "/limits/add"])
def test_what_is_not_there(client_for: ClientFor, name: str) -> None:
    client_for("administrator").page(f"/procedures/{uuid4()}{name}", status=404)


def test_a_version_in_use_has_no_forms_for_its_parts(client_for: ClientFor, acting: Acting) -> None:
    client, version = client_for("administrator"), procedure(acting)
    with acting(system("tests")):
        row = queries.version(version.id)
        assert row is not None
        stage = row.stages[0].id
    for name in ("day", "publish", "discard", "limits/add", f"stages/{stage}", f"limits/{version.limits[0].id}/remove"):
        client.page(f"/procedures/{version.id}/{name}", status=404)


def test_a_part_of_another_procedure(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    url, other = draft_of(client, acting), procedure(acting, "SDP")
    client.page(f"{url}/limits/{other.limits[0].id}", status=404)
    client.page(f"{url}/parrots/add", status=404)


def test_a_new_version_from_a_day(client_for: ClientFor, acting: Acting) -> None:
    """The whole way: draft, a stage out of place, what does not hold together, put right, published."""
    client = client_for("administrator")
    old = procedure(acting)
    url = draft_of(client, acting)
    page = client.page(url)
    assert "A draft: no case runs by it" in page.text
    assert "Draft for 1 January 2027" in page.text
    assert "A draft is being written" in client.page("/procedures").text

    answer = client.submit(f"{url}/limits/add", NEW_LIMIT)
    assert answer.location == f"{url}#limits"
    assert "Bring photographs" in client.page(url).text
    assert client.submit(f"{url}/limits/add", NEW_LIMIT).status_code == 422

    stage = {"code": "NO_SUCH", "place": "4"}
    assert client.submit(f"{url}/stages/add", stage).status_code == 422
    assert client.submit(f"{url}/needs/add", {"kind": "KINSHIP_PROOF", "group": "kin"}).location == f"{url}#needs"

    with acting(system("tests")):
        row = queries.version(UUID(url.rpartition("/")[2]))
        assert row is not None
        court = next(one.id for one in row.stages if one.code == "RES_COURT")
    assert client.submit(f"{url}/stages/{court}/remove", {"nonce": "n" * 20}).location == f"{url}#stages"
    page = client.page(url)
    assert "This does not hold together yet" in page.text
    assert "the stage “Court” is not in this procedure." in page.text
    assert "Publish" not in [words for words, _ in client.page(f"{url}/publish").links.items()]
    assert client.post(f"{url}/publish", data=_filled(client, f"{url}/discard")).status_code == 422

    answer = client.submit(
        f"{url}/stages/add",
        {"code": "RES_COURT", "place": "6", "is_main": "y", "authorities": ["ADMIN_COURT"], "scope": "COURT"},
    )
    assert answer.location == f"{url}#stages"
    assert "This does not hold together yet" not in client.page(url).text
    answer = client.submit(f"{url}/publish", {"nonce": "p" * 20})
    assert answer.location == url
    assert "Not in force yet" in client.page(url).text
    assert "Not in force yet" in client.page("/procedures").text
    with acting(system("tests")):
        later = queries.default_for("RESIDENCE", date(2027, 1, 1))
        assert later is not None
        assert later.stages == old.stages
        assert [one.code for one in later.limits] == [*(one.code for one in old.limits), "photos"]
        assert later.needs[-1].kind == "KINSHIP_PROOF"


def _filled(client: Client, url: str) -> dict[str, list[str]]:
    page = client.page(url)
    main = page.all("main")[0]
    return page.filled(next(form for form in main.iter("form") if form.get("method") == "post"))


def test_a_move_with_its_conditions(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    url = draft_of(client, acting)
    move = {
        "from_stage": "RES_ISSUED",
        "act": "APPLIED",
        "to_stage": "RES_APPLIED",
        "conditions": ["EVIDENCE"],
        "after_act": "RES_PERM_ISSUED",
    }
    assert client.submit(f"{url}/moves/add", move).location == f"{url}#moves"
    found = drafted(acting, url).move("RES_ISSUED", "APPLIED")
    assert found is not None
    assert (found.to_stage, found.needs) == ("RES_APPLIED", ("EVIDENCE", "ACT:RES_PERM_ISSUED"))
    with acting(system("tests")):
        row = queries.version(UUID(url.rpartition("/")[2]))
        assert row is not None
        move_id = next(one.id for one in row.moves if one.from_stage == "RES_ISSUED" and one.act == "APPLIED")
    page = client.page(f"{url}/moves/{move_id}")
    kept = page.filled(page.form_with({"after_act"}))
    assert (kept["after_act"], kept["conditions"]) == (["RES_PERM_ISSUED"], ["EVIDENCE"])
    assert client.submit(f"{url}/moves/{move_id}", {"to_stage": "", "conditions": None}).location == f"{url}#moves"
    found = drafted(acting, url).move("RES_ISSUED", "APPLIED")
    assert found is not None
    assert (found.to_stage, found.needs) == (None, ("ACT:RES_PERM_ISSUED",))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "Больше"),
        ("code", "1st"),
        ("value", "-1"),
        ("value", "1000"),
        ("value", "²"),
        ("unit", "fortnight"),
        ("who", ""),
        ("starts", []),
        ("starts", ["NO_SUCH"]),
        ("on_silence", "APPLIED"),
        ("law", " "),
        ("label_kk", ""),
        ("remind_days", "400"),
    ],
)
def test_a_time_limit_that_cannot_be(client_for: ClientFor, acting: Acting, field: str, value: object) -> None:
    client = client_for("administrator")
    url = draft_of(client, acting)
    assert client.submit(f"{url}/limits/add", {**NEW_LIMIT, field: value}).status_code == 422
    assert "photos" not in [one.code for one in drafted(acting, url).limits]


def test_a_hint_needs_all_three_languages(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    url = draft_of(client, acting)
    answer = client.submit(f"{url}/needs/add", {"kind": "KINSHIP_PROOF", "hint_en": "Only English"})
    assert answer.status_code == 422
    assert "all three languages" in Page(answer.text).text


def test_the_code_of_a_limit_stays(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    url = draft_of(client, acting)
    limit = drafted(acting, url).limits[0]
    client.submit(f"{url}/limits/{limit.id}", {"code": "another", "value": "45"})
    found = drafted(acting, url).limits[0]
    assert (found.code, found.value) == (limit.code, 45)


def test_only_words_change_in_a_version_in_use(client_for: ClientFor, acting: Acting) -> None:
    client, version = client_for("administrator"), procedure(acting)
    limit = version.limits[0]
    url = f"/procedures/{version.id}/limits/{limit.id}"
    assert "value" not in client.page(url).filled(client.page(url).form_with({"law"}))
    answer = client.submit(url, {"law": "Art. 5", "is_confirmed": "y", "source": "Read in full"})
    assert answer.location == f"/procedures/{version.id}#limits"
    client.post(url, data={**_filled(client, url), "value": "1"})
    found = procedure(acting).limits[0]
    assert (found.law, found.is_confirmed, found.source) == ("Art. 5", True, "Read in full")
    assert found.value == limit.value
    words = f"/procedures/{version.id}/words"
    assert client.submit(words, {"label_en": "Permission to stay", "is_confirmed": "y"}).status_code == 302
    assert client.page(f"/procedures/{version.id}").h1 == "Permission to stay"


def test_two_administrators_change_the_same(client_for: ClientFor, acting: Acting) -> None:
    one, two = client_for("administrator"), client_for("administrator", "A")
    version = procedure(acting)
    for url, change in (
        (f"/procedures/{version.id}/words", {"law": "The first law"}),
        (f"/procedures/{version.id}/limits/{version.limits[0].id}", {"law": "The first law"}),
    ):
        stale = _filled(two, url)
        one.submit(url, change)
        answer = two.post(url, data={**stale, "law": "The second law"})
        assert answer.status_code == 409
        assert "The first law" in Page(answer.text).text


def test_a_draft_changed_meanwhile_is_neither_published_nor_discarded(client_for: ClientFor, acting: Acting) -> None:
    one, two = client_for("administrator"), client_for("administrator", "A")
    url = draft_of(one, acting)
    publish, discard = _filled(two, f"{url}/publish"), _filled(two, f"{url}/discard")
    stage = _part(acting, url, "stages", 1)
    stale = _filled(two, f"{url}/stages/{stage}")
    one.submit(f"{url}/limits/add", NEW_LIMIT)
    assert two.post(f"{url}/publish", data=publish).status_code == 422
    assert two.post(f"{url}/discard", data=discard).status_code == 422
    assert two.post(f"{url}/stages/{stage}", data=stale).status_code == 409
    assert drafted(acting, url).limits[-1].code == "photos"


def _part(acting: Acting, url: str, section: str, place: int) -> UUID:
    with acting(system("tests")):
        row = queries.version(UUID(url.rpartition("/")[2]))
        found: UUID = getattr(row, section)[place].id
        return found


def test_two_people_begin_a_draft(client_for: ClientFor, acting: Acting) -> None:
    one, two = client_for("administrator"), client_for("administrator", "A")
    url = f"/procedures/{procedure(acting).id}/change"
    stale = _filled(two, url)
    draft_of(one, acting)
    answer = two.post(url, data={**stale, **DAY, "why": "Me too"})
    assert answer.status_code == 422
    assert "being written already" in Page(answer.text).text


def test_a_day_that_is_taken(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    url = draft_of(client, acting)
    taken = {"effective_from-day": "1", "effective_from-month": "1", "effective_from-year": "1900"}
    assert client.submit(f"{url}/day", taken).status_code == 422
    assert client.submit(f"{url}/day", {"effective_from-year": "2028"}).location == url


def test_discarding_a_draft(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    url = draft_of(client, acting)
    assert client.submit(f"{url}/discard", {"nonce": "d" * 20}).location == "/procedures"
    client.page(url, status=404)


def test_retiring_a_version(client_for: ClientFor, acting: Acting) -> None:
    client, version = client_for("administrator"), procedure(acting)
    url = f"/procedures/{version.id}/retire"
    day = {"retired_on-day": "1", "retired_on-month": "1", "retired_on-year": "2020"}
    assert client.submit(url, day).location == f"/procedures/{version.id}"
    assert "Retired" in client.page(f"/procedures/{version.id}").text
    assert f"/procedures/{version.id}" not in client.page("/procedures").links.values()
    too_early = {**day, "retired_on-year": "1900", "retired_on-month": "1"}
    assert client.submit(url, too_early).status_code == 302  # on its first day: it was never in force


def test_a_draft_is_only_for_who_writes_rules(client_for: ClientFor, acting: Acting) -> None:
    url = draft_of(client_for("administrator"), acting)
    client_for("lawyer").page(url, status=404)
    assert "A draft is being written" not in client_for("lawyer").page("/procedures").text


def test_no_procedure_at_all(client_for: ClientFor, acting: Acting) -> None:
    with acting(system("tests")) as session:
        for one in queries.in_force():
            session.delete(queries.version(one.id))
    assert "No procedure is in force" in client_for("administrator").page("/procedures").text
