"""Two procedures from beginning to end: a statelessness determination, and an asylum claim through the courts.

Everything lies in the past when it is told, so that silence has passed by the time it is asked for.
"""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from docx import Document as Word
from PIL import Image
from pypdf import PdfReader

from casework.cases import queries as cases
from casework.core import clock
from casework.persons import queries as persons
from casework.proceedings import actions as proceedings
from casework.workdays.rules import months_after
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

PHONE, DESK = 390, 1280
KAZAKH = set("әғқңөұүһі")
Look = Callable[[Visitor], None]


@pytest.fixture
def look(axe: Path) -> Look:
    """Whether the page at hand is accessible and fits a phone."""

    def at(visitor: Visitor) -> None:
        assert visitor.axe(axe) == []
        assert visitor.too_wide(PHONE) == []
        assert visitor.axe(axe) == []
        visitor.narrow(DESK)

    return at


def before(days: int) -> date:
    return clock.today() - timedelta(days=days)


def shown(day: date) -> str:
    """4 May 2026."""
    return f"{day.day} {day:%B %Y}"


# -- what a lawyer does ------------------------------------------------------------------------------------------------


def register(lawyer: Visitor, given: str, on: date, *, track: str, procedure: str, origin: str, status: str) -> str:
    """A person and the first case; answers with the address of the case."""
    lawyer.go("/desk").follow("Register a person")
    lawyer.write("Family name", "Үлгібаева")
    lawyer.write("Given name", given)
    lawyer.choose("Sex", "Female")
    lawyer.press("Continue")
    lawyer.pick("Region of residence", "Turkistan Region")
    lawyer.pick("Country of origin", origin)
    if status:
        lawyer.choose("Nationality status", status)
    lawyer.day("Registered on", on)
    lawyer.choose("What kind of case is it?", track)
    lawyer.pick("Procedure", procedure)
    lawyer.press("Continue")
    lawyer.press("Continue")
    lawyer.press("Register")
    assert re.fullmatch("/cases/[0-9a-f-]{36}", lawyer.path)
    return lawyer.path


def happened(
    lawyer: Visitor,
    case: str,
    act: str,
    on: date,
    *,
    served: date | None = None,
    until: date | None = None,
    number: str = "",
    proof: str = "",
    changes_status: bool = False,
    keys: bool = False,
) -> None:
    """Record an act that is possible now."""
    begin(lawyer, case, act)
    lawyer.day("On which day did it happen?", on)
    if served is not None:
        lawyer.day("On which day did the person learn of it?", served)
    if until is not None:
        lawyer.day("Valid until", until)
    if number:
        lawyer.write("Number of the document", number)
    if proof:
        lawyer.page.get_by_label("What proves it?").select_option(label=proof)
    if changes_status:
        lawyer.press("Continue")
        lawyer.says("Check before it is recorded")
        lawyer.press("Record it")
    elif keys:
        lawyer.page.locator("#note").focus()
        with lawyer.page.expect_navigation():
            lawyer.page.keyboard.press("Control+Enter")
    else:
        lawyer.press("Record it")
    lawyer.says(f"Recorded: {act}.")


def begin(lawyer: Visitor, case: str, act: str) -> None:
    lawyer.go(f"{case}/acts/new")
    turn_to(lawyer, act)


def turn_to(lawyer: Visitor, link: str) -> None:
    with lawyer.page.expect_navigation():
        lawyer.main.get_by_role("link", name=link, exact=True).click()


def save(lawyer: Visitor) -> None:
    """Send the form of the page, whatever its button is called."""
    with lawyer.page.expect_navigation():
        lawyer.main.locator("form button.pri").click()


def deadline(lawyer: Visitor, label: str) -> str:
    """What the page of the procedure says of the latest clock of this name, unfolded or not."""
    lawyer.page.evaluate("() => document.querySelectorAll('details.fold').forEach(fold => fold.open = true)")
    found = lawyer.page.locator("li.deadline").filter(has=lawyer.page.get_by_role("heading", name=label, exact=True))
    return found.first.inner_text()


def stage(lawyer: Visitor) -> str:
    """The stage that the bar marks as the present one."""
    return lawyer.page.locator(".steps [aria-current=step], [aria-current=step]").first.inner_text()


def taken(lawyer: Visitor, link: str) -> bytes:
    """A file as the browser keeps it."""
    with lawyer.page.expect_download() as waited:
        lawyer.main.get_by_role("link", name=link, exact=True).click()
    return Path(waited.value.path()).read_bytes()


# -- statelessness ---------------------------------------------------------------------------------------------------


def test_statelessness_from_identification_to_the_certificate(site: Site, visit: Visit, look: Look) -> None:
    lawyer = visit("lawyer")
    case = register(
        lawyer, "Ақгүл", before(300), track="Nationality and statelessness", procedure=SDP, origin="Uzbekistan",
        status="Person of undetermined nationality",
    )  # fmt: skip
    assert "Intake" in stage(lawyer)

    proof = collect_evidence(lawyer, case, look)
    happened(lawyer, case, "Application filed", before(260), number="ҚЗ-118", proof=proof)
    happened(lawyer, case, "Application accepted for examination", before(255))
    happened(lawyer, case, "Fingerprints taken", before(250), keys=True)
    happened(lawyer, case, "Interview held", before(245))

    ask_a_state_that_never_answers(lawyer, case, look)
    write_to_the_archive(site, lawyer, case, look)

    decided, issued = before(10), before(5)
    ends = months_after(issued, 60)
    happened(lawyer, case, "Recognised as a stateless person", decided, served=before(8), changes_status=True)
    happened(lawyer, case, "Stateless person certificate issued", issued, until=ends, number="Z 000001")
    assert "Document issued" in stage(lawyer)
    look(lawyer)
    words = deadline(lawyer, EXPIRES)
    assert shown(ends) in words
    assert "5 years" in words
    assert shown(issued) in words

    person_id = person_of(site, case)
    assert site.behind("lawyer", lambda: status(person_id, "nationality")) == ("SP", decided)
    lawyer.go(f"/people/{person_id}/details").says("Stateless person")
    assert site.behind("lawyer", proceedings.recount_open) >= 1
    lawyer.go(f"{case}/procedure")
    assert deadline(lawyer, EXPIRES) == words, "the morning’s recount changed what the page said"


SDP = "Nationality and statelessness · Statelessness determination"
EXPIRES = "Stateless person certificate runs out"


def collect_evidence(lawyer: Visitor, case: str, look: Look) -> str:
    """From “not yet possible” to a full list, with a scan; answers with the words of the scan in a list of proofs."""
    happened(lawyer, case, "Collecting evidence began", before(299))
    lawyer.go(f"{case}/acts/new")
    look(lawyer)
    row = lawyer.main.locator("li.todo").filter(has_text="Application filed").first
    assert "Not yet possible" in row.inner_text()
    with lawyer.page.expect_navigation():
        row.get_by_role("link").first.click()
    assert "/evidence" in lawyer.path, "what is missing does not lead to where it is provided"

    lawyer.go(f"{case}/documents").follow("Add documents")
    lawyer.page.locator("input[type=file]").first.set_input_files(
        {"name": "куәлік.png", "mimeType": "image/png", "buffer": a_scan()}
    )
    lawyer.pick("What is it?", "Application to an authority")
    lawyer.write("Title", "Өтініш")
    lawyer.pick("Who has the original?", "With the person")
    lawyer.press("Add documents")
    lawyer.go(f"{case}/documents").says("Өтініш")
    look(lawyer)

    lawyer.go(f"{case}/evidence")
    look(lawyer)
    turn_to(lawyer, "Witness statement")
    lawyer.choose("How does it stand?", "Asked for")
    lawyer.write("From whom was it asked for?", "The neighbours")
    lawyer.day("Asked for on", before(290))
    save(lawyer)
    for kind in ("Application to an authority", "Photographs", "Certificate of fingerprinting", "Witness statement"):
        with lawyer.page.expect_navigation():
            lawyer.main.locator("li.todo").filter(has_text=kind).get_by_role("button", name="Have it").click()
    turn_to(lawyer, "Application to an authority")
    offered = lawyer.page.get_by_label("Scan").locator("option").all_inner_texts()
    scan = next(words for words in offered if words.startswith("Өтініш"))
    lawyer.page.get_by_label("Scan").select_option(label=scan)
    save(lawyer)
    lawyer.go(f"{case}/evidence")
    assert lawyer.main.get_by_role("link", name="Scan").count() == 1
    return scan


def a_scan() -> bytes:
    kept = io.BytesIO()
    Image.new("L", (827, 1169), 250).save(kept, "PNG")
    return kept.getvalue()


def ask_a_state_that_never_answers(lawyer: Visitor, case: str, look: Look) -> None:
    """Asked seven months ago: the six months have passed, and the law says what that means."""
    sent = months_after(clock.today(), -7)
    begin(lawyer, case, "Inquiry to another State sent")
    if not lawyer.path.endswith("/inquiries/send"):
        lawyer.go(f"{case}/inquiries").follow("Ask a State")
    lawyer.pick("Which State is asked?", "Uzbekistan")
    lawyer.choose("Through whom?", "Embassy or consulate of that State")
    lawyer.day("Sent on", sent)
    lawyer.write("On what evidence is this State asked?", "Туған жері: Үштерек.")
    save(lawyer)
    lawyer.says("Uzbekistan")
    look(lawyer)
    lawyer.go(f"{case}/procedure")
    assert "Inquiry to another State" in stage(lawyer)
    lawyer.says("Other State did not reply in six months")
    words = deadline(lawyer, "Reply of the other State")
    assert "6 months" in words
    assert shown(sent) in words
    assert "Nobody answered in time." in words
    look(lawyer)


def write_to_the_archive(site: Site, lawyer: Visitor, case: str, look: Look) -> None:
    """In Kazakh, with the name as it is written in Kazakh; kept as DOCX and PDF, and opened again."""
    lawyer.go(case).follow("Letters")
    lawyer.follow("Write a letter")
    lawyer.choose("What is to be written?", "Request to an archive")
    lawyer.choose("In which language?", "Қазақша")
    lawyer.press("Go on")
    look(lawyer)
    for field in lawyer.main.locator("form input.in-text, form textarea").all():
        if not field.input_value():
            field.fill(f"Үлгі әңгіме {field.get_attribute('id')}: ғұқһ")
    save(lawyer)
    lawyer.says("The draft is kept. Read it, then finish it.")
    assert "Үлгібаева Ақгүл" in lawyer.main.inner_text()
    look(lawyer)
    assert_letter(taken(lawyer, "Draft as DOCX"), taken(lawyer, "Draft as PDF"))
    lawyer.press("Finish the letter")
    lawyer.says(re.compile(r"Letter \d\d/0001 is finished"))
    assert_letter(taken(lawyer, "DOCX"), taken(lawyer, "PDF"))
    lawyer.follow("Note as sent")
    lawyer.choose("How was it sent?", "By registered post")
    lawyer.press("Save sending")
    lawyer.says(re.compile("Noted as sent. The answer is due on "))


def assert_letter(docx: bytes, pdf: bytes) -> None:
    """What reached the lawyer is a letter: Kazakh in all its letters, nothing unmerged, nothing to be carried out."""
    pages = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    words = "\n".join(paragraph.text for paragraph in Word(io.BytesIO(docx)).paragraphs)
    for text in (words, pages):
        assert "Үлгібаева" in text
        assert set(text.lower()) >= KAZAKH
        assert not any(mark in text for mark in ("{{", "{%", "{#", "#let", "Partner B"))


# -- asylum ----------------------------------------------------------------------------------------------------------


ASYLUM = "Asylum · Asylum: refugee status"
CERTIFICATE = "Asylum-seeker certificate runs out"


def test_asylum_through_refusal_silence_court_and_remand_to_recognition(site: Site, visit: Visit, look: Look) -> None:
    lawyer = visit("lawyer")
    came, lodged = before(430), before(420)
    case = register(lawyer, "Айша", lodged, track="Asylum", procedure=ASYLUM, origin="Afghanistan", status="")
    person_id = person_of(site, case)

    happened(lawyer, case, "Arrived in Kazakhstan", came)
    happened(lawyer, case, "Application for refugee status lodged", lodged, number="17")
    lawyer.says(re.compile(r"Recorded as late: Lodge the application was due on .*, \d days late\."))
    assert "Late" in deadline(lawyer, "Lodge the application")
    happened(lawyer, case, "Application registered", lodged, number="18", changes_status=True)
    assert site.behind("lawyer", lambda: status(person_id, "displacement")) == ("ASR", lodged)

    ends = months_after(lodged, 3)
    happened(lawyer, case, "Asylum-seeker certificate issued", lodged, until=ends, number="AS-1")
    assert shown(ends) in deadline(lawyer, CERTIFICATE)
    assert "3 months" in deadline(lawyer, CERTIFICATE)
    happened(lawyer, case, "Fingerprints taken", lodged + timedelta(days=2))
    happened(lawyer, case, "Interview held", before(390), keys=True)

    happened(lawyer, case, "Refugee status refused", before(365), number="05-1")
    lawyer.says(re.compile("waits for a date: when did the person learn of"))
    look(lawyer)
    correct(lawyer, "Refugee status refused", learnt=before(360))
    assert "the day the person learnt of it" in deadline(lawyer, "Complaint to the higher body")
    assert shown(months_after(before(360), 3)) in lawyer.main.inner_text()

    try_what_is_forbidden(lawyer, case, look)
    silence_court_and_remand(lawyer, case, look)

    decided, issued = before(100), before(95)
    happened(lawyer, case, "Recognised as a refugee", decided, served=before(98), changes_status=True)
    happened(lawyer, case, "Refugee certificate issued", issued, until=months_after(issued, 12), number="R-1")
    assert "Refugee status granted" in stage(lawyer)
    assert "1 year" in deadline(lawyer, "Refugee status and certificate run out")
    assert site.behind("lawyer", lambda: status(person_id, "displacement")) == ("REF-C", decided)
    ask_the_country_of_origin(lawyer, case, look)
    lawyer.go(case)
    look(lawyer)


def correct(lawyer: Visitor, act: str, *, on: date | None = None, learnt: date | None = None) -> None:
    with lawyer.page.expect_navigation():
        lawyer.main.get_by_role("link", name=re.compile(f"^Correct – {act}")).click()
    if on is not None:
        lawyer.day("On which day did it happen?", on)
    if learnt is not None:
        lawyer.day("On which day did the person learn of it?", learnt)
    lawyer.press("Save correction")
    lawyer.says("Corrected. What it said before is kept, and the deadlines are counted anew.")


def try_what_is_forbidden(lawyer: Visitor, case: str, look: Look) -> None:
    """A claim in court before any complaint: refused, with what is possible instead."""
    lawyer.expect(422)
    lawyer.go(f"{case}/acts/new?code=COURT_FILED")
    lawyer.day("On which day did it happen?", before(300))
    lawyer.press("Record it")
    lawyer.says(re.compile("cannot happen while the case stands at “First-instance decision”. It can at: "))
    look(lawyer)
    lawyer.go(f"{case}/acts/new?code=COURT_FILED")
    lawyer.says(re.compile("cannot happen while the case stands at “First-instance decision”. It can at: "))
    lawyer.follow("See what can happen now")
    assert lawyer.path == f"{case}/acts/new"


def silence_court_and_remand(lawyer: Visitor, case: str, look: Look) -> None:
    """The complaint is first told with a wrong day, at which nobody could have been silent yet."""
    happened(lawyer, case, "Complaint to the higher body filed", before(2), number="Ш-1")
    lawyer.says(re.compile("Recorded as late: Complaint to the higher body"))
    row = lawyer.go(f"{case}/acts/new").main.locator("li.todo").filter(has_text="Claim filed with the administrative")
    assert "No decision on the complaint in time" in row.inner_text()
    assert row.get_by_role("link").count() == 1

    lawyer.go(f"{case}/procedure")
    correct(lawyer, "Complaint to the higher body filed", on=before(330))
    lawyer.says("No decision on the complaint in time: counts as a refusal")
    assert "20 working days" in deadline(lawyer, "Decision on the complaint")
    look(lawyer)

    for has_power in (False, True):
        begin(lawyer, case, "Claim filed with the administrative court")
        lawyer.day("On which day did it happen?", before(280))
        lawyer.page.get_by_label("A representative did it for the person, with a power of attorney").check()
        lawyer.press("Record it")
        if not has_power:
            lawyer.says(re.compile("Representing a person takes a valid power of attorney"))
            look(lawyer)
            give_power(lawyer)
    lawyer.says("Recorded: Claim filed with the administrative court.")
    assert "Court" in stage(lawyer)

    happened(lawyer, case, "Court sent the case back for a new decision", before(220), served=before(210), number="7")
    assert "Application registered" in stage(lawyer), "a remand does not go back"
    happened(lawyer, case, "Interview held", before(190))


def give_power(lawyer: Visitor) -> None:
    """Follow the refusal to where a power of attorney is recorded."""
    with lawyer.page.expect_navigation():
        lawyer.main.locator("a[href*='/powers']").first.click()
    if not lawyer.path.endswith("/new"):
        lawyer.follow("Record a power of attorney")
    lawyer.choose("What does it cover?", "Representation in court")
    lawyer.day("Issued on", before(331))
    lawyer.day("Valid until", before(-30))
    lawyer.write("Notary, or who certified it", "Notary Specimen")
    save(lawyer)


def ask_the_country_of_origin(lawyer: Visitor, case: str, look: Look) -> None:
    lawyer.go(f"{case}/inquiries/send")
    lawyer.pick("Which State is asked?", "Afghanistan")
    lawyer.choose("Through whom?", "Embassy or consulate of that State")
    lawyer.day("Sent on", before(1))
    save(lawyer)
    lawyer.says(re.compile("Afghanistan cannot be asked: it is the country of origin of "))
    look(lawyer)


# -- what stands in the database -------------------------------------------------------------------------------------


def person_of(site: Site, case: str) -> UUID:
    def ask() -> UUID:
        found = cases.case_(UUID(case.rsplit("/", 1)[1]))
        assert found is not None
        return found.parties[0].person_id

    return site.behind("lawyer", ask)


def status(person_id: UUID, dimension: str) -> tuple[str, date]:
    """The status that stands now, and since when."""
    person = persons.person(person_id)
    assert person is not None
    latest = max(
        (one for one in person.history(dimension) if not one.is_void), key=lambda one: (one.effective_on, one.sequence)
    )
    return str(latest.code), latest.effective_on
