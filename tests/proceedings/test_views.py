"""The pages of a procedure: what runs, what happened, what may happen, and putting it right."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask

from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as
from casework.persons import queries as persons
from casework.procedures import queries as procedures
from casework.proceedings import actions, queries
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page
from tests.proceedings.conftest import Matters, matters_of, told
from tests.security.caseload import Caseload

# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def recorded(client: Client, matters: Matters, code: str, on: date, **values: object) -> str:
    """Record an act through its page, with the check where there is one; the text of the page after it."""
    address = matters.url(f"/acts/new?code={code}")
    answer = client.submit(address, {**day("happened_on", on), **values})
    if answer.status_code == 200:
        page = Page(answer.text)
        answer = client.post(address, data={**page.filled(page.form_with({"then"})), "then": "checked"})
    assert answer.location == matters.url("/procedure"), answer.text
    return client.page(answer.location).text


def status(app: Flask, world: World, person_id: UUID) -> str:
    with app.app_context(), acting_as(world.principal("lawyer")):
        person = persons.person(person_id)
        assert person is not None
        return person.displacement


# -- the page --------------------------------------------------------------------------------------------------------


def test_the_procedure_of_a_case(client_for: ClientFor, matters: Matters) -> None:
    page = client_for("lawyer").page(matters.url("/procedure"))
    for words in (
        "Asylum: refugee status",
        "Akimat: department of employment",
        "Decision on the application",
        "4 August 2026",
        "working days left",
        "3 months from 4 May 2026",
        "Counted from: Application registered",
        "Law on Refugees, Art. 11",
        "For the authority to keep",
    ):
        assert words in page.text, words
    assert "To be confirmed" in page.text
    assert page.all("li", id=f"act-{matters.registered}")


def test_an_end_that_moved_says_from_where(
    client_for: ClientFor, matters: Matters, acting: Acting, world: World
) -> None:
    """6 May 2026 and three days is Saturday the 9th, a holiday."""
    with acting(world.principal("lawyer")):
        told(found(matters), "AS_CERT_ISSUED", date(2026, 5, 6))
    text = client_for("lawyer").page(matters.url("/procedure")).text
    assert "3 calendar days from 6 May 2026; moved from Saturday 9 May 2026" in text


def found(matters: Matters) -> Case:
    case = cases.case_(matters.asylum)
    assert case is not None
    return case


def test_the_authority_is_that_of_the_day(
    client_for: ClientFor, acting: Acting, world: World, matters: Matters
) -> None:
    """Asylum moved from the Migration Service to the akimats in April 2022."""
    with acting(world.principal("lawyer")):
        case = cases.case_(matters.stateless)
        assert case is not None
        asylum = next(one for one in procedures.in_force(track="ASYLUM"))
        old = cases.case_(matters.asylum)
        assert old is not None
        act = queries.act(old.id, matters.registered)
        assert act is not None
        actions.correct(old, act, actions.Told("REGISTERED", date(2021, 5, 4)))
        assert asylum.stage("REGISTERED") is not None
    text = client_for("lawyer").page(matters.url("/procedure")).text
    assert "Migration Service Committee" in text
    assert "Authority nowAkimat" in text


def test_a_case_of_others_is_not_there(client_for: ClientFor, acting: Acting, world: World, matters: Matters) -> None:
    stranger = client_for("lawyer", "B")
    for path in ("/procedure", "/procedure/change", "/acts/new", f"/acts/{matters.registered}"):
        assert stranger.get(matters.url(path)).status_code == 404, path
    assert stranger.press(matters.url(f"/acts/{matters.registered}/void"), reason="OTHER").status_code == 404
    with acting(world.principal("lawyer", "B")):
        theirs = matters_of(world, "B")
    for path in (f"/acts/{theirs.registered}", f"/acts/{theirs.registered}/void", f"/acts/{uuid4()}"):
        assert client_for("lawyer").get(matters.url(path)).status_code == 404, path


def test_who_only_looks_changes_nothing(client_for: ClientFor, matters: Matters) -> None:
    for role in ("statistics", "administrator", "protection"):
        assert client_for(role).get(matters.url("/procedure")).status_code in (403, 404)


# -- recording -------------------------------------------------------------------------------------------------------


def test_what_can_happen_now_is_offered_with_where_it_leads(client_for: ClientFor, matters: Matters) -> None:
    page = client_for("lawyer").page(matters.url("/acts/new"))
    assert matters.url("/acts/new?code=INTERVIEWED") in page.links.values()
    assert "This moves the case to “Interview and checks”." in page.text
    assert "Not yet possible. Still missing: First this has to follow by itself" in page.text
    assert matters.url("/acts/new?code=COMPLAINT_FILED") not in page.links.values()
    assert "No decision in time" in page.text, "only as what is missing"
    assert matters.url("/acts/new?code=FI_SILENCE") not in page.links.values(), "nobody records silence"
    assert list(page.links.values())[::-1].index(matters.url("/acts/new?code=OTHER_EVENT")) < 20


def test_missing_evidence_is_a_link(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    page = client.page(f"/cases/{matters.stateless}/acts/new")
    assert f"/cases/{matters.stateless}/evidence/" in page.links.values()
    assert f"/cases/{matters.stateless}/acts/new?code=APPLIED" not in page.links.values()
    record = client.page(f"/cases/{matters.stateless}")
    assert "What is missing Before “Application filed”" in record.text


def test_a_form_asks_only_what_the_act_asks(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    recognised = client.page(matters.url("/acts/new?code=FI_RECOGNISED"))
    names = {one.get("name") for one in recognised.all("input")}
    assert {"happened_on-day", "served_on-day", "number", "persons"} <= names
    assert "is_by_representative" not in names
    plain = {one.get("name") for one in client.page(matters.url("/acts/new?code=OTHER_EVENT")).all("input")}
    assert not {"served_on-day", "until_on-day", "number", "persons", "is_by_representative"} & plain


def test_an_act_moves_the_case_and_starts_a_clock(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    form = client.page(matters.url("/acts/new?code=AS_CERT_ISSUED"))
    assert "What follows, if it happened on 11 May 2026" in form.text
    assert "Starts: Fingerprinting, due 14 May 2026 (3 calendar days from 11 May 2026)." in form.text
    text = recorded(client, matters, "AS_CERT_ISSUED", date(2026, 5, 8), number="№ 17", note="Выдали сразу")
    assert "Recorded: Asylum-seeker certificate issued." in text
    for words in ("№ 17", "Выдали сразу", "Lawyer of Partner Aster", "Fingerprinting 11 May 2026"):
        assert words in text or "Fingerprinting" in words, words
    text = recorded(client, matters, "INTERVIEWED", date(2026, 5, 9))
    assert "This moves the case to “Interview and checks”." in text


def test_late_is_shown_and_not_refused(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    with clock.at(date(2026, 5, 25)):
        recorded(client, matters, "AS_CERT_ISSUED", date(2026, 5, 4))
        assert "14 days late" not in client.page(matters.url("/procedure")).text
        assert "Legal deadline: 17 days late" in client.page(matters.url()).text
        text = recorded(client, matters, "FINGERPRINTED", date(2026, 5, 11))
        late = "Recorded as late: Fingerprinting was due on 8 May 2026, 3 days late."
        assert text.count(late) == 2, "said once, and shown beside the act"
        assert "Met on 11 May 2026, 3 days late" in text
        assert "Legal deadline:" not in client.page(matters.url()).text


@pytest.mark.parametrize("code", ["COURT_FILED", "COMPLAINT_FILED", "FI_SILENCE", "SP_CERT_ISSUED"])
def test_what_the_procedure_forbids_is_refused_with_the_reason(
    client_for: ClientFor, app: Flask, world: World, matters: Matters, code: str
) -> None:
    """A stale tab, or an address made up."""
    client, address = client_for("lawyer"), matters.url(f"/acts/new?code={code}")
    shown = client.page(address)
    assert "This cannot be recorded now" in shown.text
    refused = client.submit(address, {**day("happened_on", date(2026, 5, 9)), "note": "Мой текст"})
    assert refused.status_code == 422
    assert "Мой текст" in refused.text
    page = Page(refused.text)
    if code == "COMPLAINT_FILED":
        assert "Still missing:" in page.text
        assert matters.url("/procedure") in page.links.values()
    with app.app_context(), acting_as(world.principal("lawyer")):
        assert [one.code for one in queries.acts(matters.asylum)] == ["REGISTERED"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (day("happened_on", date(2026, 5, 12)), "in the future"),
        (day("happened_on", date(2026, 5, 3)), "The act before it happened later than this day."),
        ({**day("happened_on", date(2026, 5, 9)), **day("served_on", date(2026, 5, 8))}, "before it happened"),
        ({**day("happened_on", date(2026, 5, 9)), "persons": []}, "Fill in this field"),
        ({**day("happened_on", date(2026, 5, 9)), "document": str(uuid4())}, "Choose one of the options."),
    ],
)
def test_days_that_cannot_be(client_for: ClientFor, matters: Matters, values: dict[str, object], words: str) -> None:
    client, address = client_for("lawyer"), matters.url("/acts/new?code=FI_RECOGNISED")
    answer = client.submit(address, {"note": "Мой текст", **values})
    if answer.status_code == 200:  # what only the rules know is refused after the check
        page = Page(answer.text)
        answer = client.post(address, data={**page.filled(page.form_with({"then"})), "then": "checked"})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Мой текст" in answer.text


def test_the_same_sending_twice_is_one_act(client_for: ClientFor, app: Flask, world: World, matters: Matters) -> None:
    client, address = client_for("lawyer"), matters.url("/acts/new?code=OTHER_EVENT")
    page = client.page(address)
    data = {**page.filled(page.form_with({"note"})), "note": "Дважды"}
    first, second = client.post(address, data=data), client.post(address, data=data)
    assert first.location == second.location == matters.url("/procedure")
    with app.app_context(), acting_as(world.principal("lawyer")):
        assert [one.code for one in queries.acts(matters.asylum)] == ["REGISTERED", "OTHER_EVENT"]


def test_representing_takes_a_power_of_attorney(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    address = f"/cases/{matters.stateless}/acts/new?code=APPLIED"
    assert client.get(address).status_code == 200
    told_late = {**day("happened_on", date(2026, 5, 9)), "is_by_representative": "y"}
    ok = client.submit(matters.url("/acts/new?code=INTERVIEWED"), told_late)
    assert ok.location == matters.url("/procedure")
    assert "By a representative" in client.page(ok.location).text


# -- status ----------------------------------------------------------------------------------------------------------


def test_a_change_of_status_is_checked_first(client_for: ClientFor, app: Flask, world: World, matters: Matters) -> None:
    client, address = client_for("lawyer"), matters.url("/acts/new?code=FI_RECOGNISED")
    assert status(app, world, matters.mother) == "ASR"
    values = {**day("happened_on", date(2026, 5, 8)), **day("served_on", date(2026, 5, 9)), "number": "№ 1"}
    check = client.submit(address, {**values, "persons": [str(matters.mother)]})
    page = Page(check.text)
    assert check.status_code == 200
    assert page.h1 == "Check before it is recorded"
    assert "Status of Матерь: " in page.text
    assert "Дитя" not in page.text
    assert "This moves the case to “Refugee status granted”." in page.text
    assert status(app, world, matters.mother) == "ASR", "nothing is saved yet"
    hidden = page.filled(page.form_with({"then"}))
    again = Page(client.post(address, data={**hidden, "then": "change"}).text)
    assert again.filled(again.form_with({"number"}))["number"] == ["№ 1"]
    assert client.post(address, data={**hidden, "then": "checked"}).location == matters.url("/procedure")
    assert status(app, world, matters.mother) == "REF-C"
    assert status(app, world, matters.child) == "ASR"


def test_taking_it_back_takes_back_the_status_and_the_move(
    client_for: ClientFor, app: Flask, world: World, matters: Matters
) -> None:
    client = client_for("lawyer")
    recorded(client, matters, "FI_RECOGNISED", date(2026, 5, 8))
    assert status(app, world, matters.child) == "REF-C"
    with app.app_context(), acting_as(world.principal("lawyer")):
        act = queries.acts(matters.asylum)[-1].id
    address = matters.url(f"/acts/{act}/void")
    page = client.page(address)
    assert "The case goes back to “Application registered”." in page.text
    assert "the figures are recounted" in page.text
    assert client.submit(address, {"reason": "WRONG_CONTENT"}).location == matters.url("/procedure")
    assert status(app, world, matters.mother) == status(app, world, matters.child) == "ASR"
    text = client.page(matters.url("/procedure")).text
    assert "1 entry that was taken back" in text
    assert "Wrong content" in text
    assert client.get(address).status_code == 404, "once is enough"


def test_an_act_on_which_others_build_stays(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    recorded(client, matters, "INTERVIEWED", date(2026, 5, 8))
    refused = client.submit(matters.url(f"/acts/{matters.registered}/void"), {"reason": "WRONG_DATE"})
    assert refused.status_code == 422
    assert "Later acts build on this one. Take those back first." in refused.text


# -- putting right ---------------------------------------------------------------------------------------------------


def test_a_corrected_day_counts_the_clocks_anew_and_keeps_what_was(client_for: ClientFor, matters: Matters) -> None:
    client, address = client_for("lawyer"), matters.url(f"/acts/{matters.registered}")
    assert client.submit(address, day("happened_on", date(2026, 5, 6))).location == matters.url("/procedure")
    text = client.page(matters.url("/procedure")).text
    assert "6 August 2026" in text
    assert "It was due on 4 August 2026 before this was corrected on 11 May 2026." in text


def test_a_decision_waits_for_the_day_it_was_served(
    client_for: ClientFor, app: Flask, world: World, matters: Matters
) -> None:
    client = client_for("lawyer")
    text = recorded(client, matters, "FI_REJECTED", date(2026, 5, 8))
    assert "“Complaint to the higher body” will start once you enter the day the person learnt of it." in text
    assert "waits for a date" in text
    assert "When did the person learn of it?" in client.page(matters.url()).text
    with app.app_context(), acting_as(world.principal("lawyer")):
        act = queries.acts(matters.asylum)[-1].id
    address = matters.url(f"/acts/{act}")
    assert address in client.page(matters.url("/procedure")).links.values()
    client.submit(address, day("served_on", date(2026, 5, 9)))
    text = client.page(matters.url("/procedure")).text
    assert "waits for a date" not in text
    assert "Complaint to the higher body" in text
    assert "10 August 2026" in text, "the 9th is a Sunday"
    assert status(app, world, matters.mother) == "ASR", "an asylum-seeker while a complaint is possible"


def test_correcting_the_day_keeps_for_whom(client_for: ClientFor, app: Flask, world: World, matters: Matters) -> None:
    client = client_for("lawyer")
    recorded(client, matters, "FI_RECOGNISED", date(2026, 5, 8), persons=[str(matters.mother)])
    with app.app_context(), acting_as(world.principal("lawyer")):
        act = queries.acts(matters.asylum)[-1].id
    client.submit(matters.url(f"/acts/{act}"), day("happened_on", date(2026, 5, 7)))
    assert (status(app, world, matters.mother), status(app, world, matters.child)) == ("REF-C", "ASR")
    client.submit(matters.url(f"/acts/{act}"), {"persons": [str(matters.child)]})
    assert (status(app, world, matters.mother), status(app, world, matters.child)) == ("ASR", "REF-C")


def test_two_tabs(client_for: ClientFor, matters: Matters) -> None:
    client, address = client_for("lawyer"), matters.url(f"/acts/{matters.registered}")
    page = client.page(address)
    mine = {**page.filled(page.form_with({"version"})), "note": "Моё"}
    assert client_for("supervisor").submit(address, {"note": "Чужое"}).status_code == 302
    conflict = client.post(address, data=mine)
    assert conflict.status_code == 409
    assert "Моё" in conflict.text
    assert "Чужое" in conflict.text
    again = Page(conflict.text)
    assert client.post(address, data=again.filled(again.form_with({"version"}))).status_code == 302
    assert "Моё" in client.page(matters.url("/procedure")).text


# -- silence ---------------------------------------------------------------------------------------------------------


def test_silence_follows_by_itself_and_opens_the_complaint(
    client_for: ClientFor, acting: Acting, app: Flask, world: World, matters: Matters
) -> None:
    client = client_for("lawyer")
    with clock.at(date(2026, 8, 6)):
        with acting(world.principal("lawyer")):
            assert actions.recount_open() == 2
            silence = queries.acts(matters.asylum)[-1]
            assert (silence.code, silence.is_deemed, silence.happened_on) == ("FI_SILENCE", True, date(2026, 8, 5))
            deemed = silence.id
        text = client.page(matters.url("/procedure")).text
        assert "Nobody answered in time. The law says what that means" in text
        assert "Complaint about the silence of the authority" in text
        assert "5 November 2026" in text
        for path in (f"/acts/{deemed}", f"/acts/{deemed}/void"):
            assert client.get(matters.url(path)).status_code == 404
        assert matters.url("/acts/new?code=COMPLAINT_FILED") in client.page(matters.url("/acts/new")).links.values()
        text = recorded(client, matters, "COMPLAINT_FILED", date(2026, 8, 6))
        assert "In time: Complaint about the silence of the authority." in text
        assert "Nobody answered in time" in client.page(f"{matters.url()}?show=act").text


# -- another procedure -----------------------------------------------------------------------------------------------


def test_going_on_under_another_procedure(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    url = f"/cases/{matters.stateless}"
    choose = client.page(f"{url}/procedure/change")
    assert "Where the case stood when the person came" in choose.text
    other = next(link for words, link in choose.links.items() if "1 March 1992" in words)
    for wrong in ({"note": ""}, {"stage": "REGISTERED", "note": "x"}, {"note": "x", "since-year": "2090"}):
        assert client.submit(other, wrong).status_code == 422, wrong
    stages = [one.get("value") for one in client.page(other).all("input", name="stage")]
    assert client.submit(other, {"stage": stages[0], "note": "Жила здесь"}).location == f"{url}/procedure"
    text = client.page(url).text
    assert "The case goes on under" in text
    assert "Жила здесь" in text
    assert client.submit(other, {"stage": stages[0], "note": "x", "version": "1"}).status_code == 409


def test_where_the_case_stood_is_set_only_before_any_act(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    assert "Where the case stood" not in client.page(matters.url("/procedure/change")).text
    url = f"/cases/{matters.stateless}"
    mine = next(
        one for words, one in client.page(f"{url}/procedure/change").links.items() if words.startswith("Stateless")
    )
    values = {"stage": "APPLIED", **day("since", date(2025, 3, 1)), "note": "Пришла с поданным заявлением"}
    assert client.submit(mine, values).location == f"{url}/procedure"
    text = client.page(url).text
    assert "since 1 Mar" in text
    assert "Where the case stood in “Statelessness determination” was set by" in text


def test_a_procedure_of_another_kind_is_not_offered(
    client_for: ClientFor, app: Flask, world: World, matters: Matters
) -> None:
    with app.app_context(), acting_as(world.principal("lawyer")):
        foreign = procedures.in_force(track="RESIDENCE")[0].id
    page = client_for("lawyer").page(matters.url(f"/procedure/change?to={foreign}"))
    assert page.h1 == "Change procedure"


def test_a_newer_version_is_offered(client_for: ClientFor, app: Flask, world: World, matters: Matters) -> None:
    with app.app_context(), acting_as(world.principal("administrator")):
        newer_version()
        db.session.commit()
    client = client_for("lawyer")
    page = client.page(matters.url("/procedure"))
    assert "A newer version of this procedure is in force since 10 May 2026." in page.text
    change = client.page(page.links["Move this case to it"])
    assert "Decision on the application: due 4 July 2026 instead of 4 August 2026." not in change.text
    assert "due 7 July 2026 instead of 4 August 2026" in change.text
    assert client.submit(page.links["Move this case to it"], {"note": "Новая редакция"}).location == matters.url(
        "/procedure"
    )
    text = client.page(matters.url("/procedure")).text
    assert "7 July 2026" in text
    assert "It was due on 4 August 2026" in text
    assert "Version in force from 10 May 2026" in text


def newer_version() -> None:
    """The asylum procedure with two months for the decision, from 10 May 2026."""
    from casework.procedures import models

    row = next(one for one in procedures.every_version() if one.code == "ASYLUM")
    copy = models.Procedure(
        **{
            name: getattr(row, name)
            for name in ("code", "track", "position", "label_en", "label_ru", "label_kk", "law", "source", "ends_in")
        },
        effective_from=date(2026, 5, 10),
    )
    for parts in ("stages", "moves", "limits", "needs"):
        for one in getattr(row, parts):
            names = {column.key for column in type(one).__mapper__.columns} - {"id", "procedure_id", "version"}
            part = type(one)(**{name: getattr(one, name) for name in names})
            if getattr(part, "code", "") == "decision":
                part.value = 2
            getattr(copy, parts).append(part)
    db.session.add(copy)
    db.session.flush()


# -- the record ------------------------------------------------------------------------------------------------------


def test_procedures_side_by_side(client_for: ClientFor, matters: Matters) -> None:
    """Each with its own stage, authority and clock."""
    text = client_for("lawyer").page(f"/cases/{matters.stateless}").text
    assert "Other cases of this person" in text
    due = "Decision on the application: 4 August 2026"
    for words in ("Asylum · Application registered", "Akimat: department", due):
        assert words in text, words


def test_the_record_asks_no_more_for_more_acts(
    client_for: ClientFor, acting: Acting, world: World, matters: Matters, app: Flask
) -> None:
    from sqlalchemy import event

    client, counted = client_for("lawyer"), []

    def count(*_args: object) -> None:
        counted.append(1)

    def statements(path: str) -> int:
        counted.clear()
        client.page(matters.url(path))
        return len(counted)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)
    try:
        statements("")
        before = statements(""), statements("/procedure")
        with acting(world.principal("lawyer")):
            case = cases.case_(matters.asylum)
            assert case is not None
            for number in range(12):
                told(case, "OTHER_EVENT", date(2026, 5, 5), note=f"№ {number}")
                told(case, "AS_CERT_ISSUED", date(2026, 5, 5))
        assert (statements(""), statements("/procedure")) <= (before[0] + 1, before[1] + 1)
    finally:
        with app.app_context():
            event.remove(db.engine, "before_cursor_execute", count)


def test_a_persons_page_keeps_the_case(client_for: ClientFor, made: dict[str, Caseload], matters: Matters) -> None:
    client = client_for("lawyer")
    first = client.page(matters.url())
    details = first.links["Personal details"]
    assert details == f"/people/{matters.mother}/details?case={matters.asylum}"
    page = client.page(details)
    assert page.links["Procedure"] == matters.url("/procedure")
    other = client.page(f"/people/{matters.mother}/details?case={matters.stateless}")
    assert other.links["Procedure"] == f"/cases/{matters.stateless}/procedure"
    change = next(link for words, link in other.links.items() if "contacts" in link)
    saved = client.submit(change, {"phone": "+7 700 000 00 01"})
    assert saved.location == f"/people/{matters.mother}/details?case={matters.stateless}"
    assert client.get(f"/people/{matters.mother}/details?case={made['A'].case}").status_code == 200
    assert client.get(f"/people/{matters.mother}/details?case=nonsense").status_code == 200


def test_acts_in_the_history_of_changes(client_for: ClientFor, matters: Matters) -> None:
    client = client_for("lawyer")
    client.submit(
        matters.url(f"/acts/{matters.registered}"), {"note": "Исправлено", **day("happened_on", date(2026, 5, 5))}
    )
    text = client.page(f"/people/{matters.mother}/access").text
    assert "Application registered" in text
    assert "before: 4 May 2026" in text
