"""The main job from end to end: a person is registered, counselled and confirmed a citizen, and the figures follow."""

import re
from datetime import date, timedelta
from functools import partial

import pytest

from casework.core import clock
from casework.figures import queries
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

FAMILY, GIVEN, PATRONYMIC = "Үлгібаева", "Ақгүл", "Ойданқызы"
UNDETERMINED = "Persons of undetermined nationality registered by partners"
CONFIRMED = "Nationality of Kazakhstan confirmed"


class Days:
    """The days of the story, all of them past: figures are read as of days up to today."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.registered = self.today - timedelta(days=9)
        self.first_session = self.today - timedelta(days=7)
        self.confirmed = self.today - timedelta(days=3)
        self.closed = self.today


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
def test_from_registration_to_the_figures(site: Site, visit: Visit) -> None:
    days = Days()
    lawyer, supervisor = visit("lawyer"), visit("supervisor")

    register(lawyer, days)
    number = lawyer.main.locator(".idmeta b").first.inner_text()
    case = lawyer.path

    team(supervisor, "Open cases", 1)
    first_session(lawyer, days)
    second_session(lawyer, days)
    close(lawyer, days)
    team(supervisor, "Open cases", 0)
    team(supervisor, f"Closed: {clock.today():%B %Y}", 1)
    supervisor.go(case).says(f"Session 2 · {CONFIRMED}")

    the_figures_follow(site, supervisor, days)
    statistics = visit("statistics")
    of_the_country(site, statistics)
    for page in everything_of(statistics):
        for word in (FAMILY, GIVEN, PATRONYMIC, number, case.rsplit("/", 1)[1]):
            assert word not in page, f"{word} stands on a page of the statistics officer"


def test_without_scripts(site: Site, visit: Visit) -> None:
    lawyer = visit("lawyer", "B", scripts=False)
    today = clock.today()
    lawyer.follow("Register a person")
    lawyer.write("Given name", "Сынақ")
    lawyer.press("Continue")
    lawyer.choose("Nationality status", "Person of undetermined nationality")
    lawyer.day("Registered on", today - timedelta(days=2))
    lawyer.choose("What kind of case is it?", "Nationality and statelessness")
    lawyer.press("Continue")
    lawyer.press("Continue")
    lawyer.press("Register")
    lawyer.says("Registered. The person counts in the figures from tomorrow.")

    lawyer.page.locator("#quick > summary").click()
    lawyer.day("Date", today - timedelta(days=1))
    lawyer.pick("What came of it", CONFIRMED)
    lawyer.write("In one line", "First talk")
    lawyer.press("Save session")
    lawyer.says("The session is recorded.")
    lawyer.says("Session 1")

    lawyer.menu("More actions", "Close the case")
    lawyer.pick("What was reached", CONFIRMED)
    lawyer.choose("Why the case ends", "Solution reached")
    lawyer.press("Close case")
    lawyer.says("The case is closed.")

    supervisor = visit("supervisor", "B", scripts=False)
    before, between, after = (shown(supervisor, today - timedelta(days=back)) for back in (2, 1, 0))
    assert (between - before, after - between) == (1, -1)
    of_the_country(site, visit("statistics", scripts=False))


def register(lawyer: Visitor, days: Days) -> None:
    """In four steps, with a slip of the pen in the first and a break after the second."""
    lawyer.follow("Register a person")
    lawyer.write("Family name", FAMILY)
    lawyer.write("Given name", GIVEN)
    lawyer.write("Patronymic", PATRONYMIC)
    lawyer.choose("Sex", "Female")
    birth = lawyer.group("Date of birth")
    birth.get_by_label("Month").fill("13")
    birth.get_by_label("Year").fill("1991")
    lawyer.expect(422)
    lawyer.press("Continue")
    summary = lawyer.page.locator(".errsum")
    summary.wait_for()
    assert summary.evaluate("box => box === document.activeElement"), "the summary of errors is not read first"
    assert lawyer.page.title().startswith("Error:")
    assert lawyer.main.get_by_label("Family name").input_value() == FAMILY
    summary.get_by_role("link").click()
    assert lawyer.page.evaluate("() => document.activeElement.closest('#birth') !== null")
    birth.get_by_label("Month").fill("3")
    lawyer.press("Continue")
    assert lawyer.path.endswith("/2")

    lawyer.pick("Region of residence", "Turkistan Region")
    lawyer.choose("Nationality status", "Person of undetermined nationality")
    lawyer.press("Save draft")
    lawyer.says("The draft is saved.")
    lawyer.follow(f"{FAMILY} {GIVEN}")
    assert lawyer.main.get_by_label("Region of residence").input_value() == "KZ-61"
    lawyer.day("Registered on", days.registered)
    lawyer.choose("What kind of case is it?", "Nationality and statelessness")
    lawyer.write("First next step", "Write to the archive")
    lawyer.day("By when", days.today + timedelta(days=2))
    lawyer.press("Continue")

    lawyer.write("Phone", "+7 700 000 04 12")
    lawyer.choose("Consent to be registered and helped", "Given")
    lawyer.press("Continue")

    for answer in (FAMILY, GIVEN, "Female", "March 1991", "Turkistan", "Write to the archive", "Given"):
        lawyer.says(re.compile(answer))
    lawyer.press("Register")
    assert re.fullmatch("/cases/[0-9a-f-]{36}", lawyer.path)
    assert FAMILY in lawyer.page.locator("h1").inner_text()
    assert FAMILY not in lawyer.page.title(), "a name in the title is seen by whoever passes by"


def first_session(lawyer: Visitor, days: Days) -> None:
    """In the fold-out of the record."""
    lawyer.page.locator("#quick > summary").click()
    lawyer.day("Date", days.first_session)
    lawyer.choose("How did you meet?", "Phone")
    lawyer.write("In one line", "First call")
    lawyer.write("Summary", "Explained the procedure.\nAsked for the birth certificate.")
    lawyer.write("Private note", "Worried about her brother.")
    lawyer.press("Save session")
    lawyer.says("The session is recorded.")
    lawyer.says("Session 1 · First call")


def second_session(lawyer: Visitor, days: Days) -> None:
    """On the full page; the day is refused while it lies in the future, and nothing typed is lost."""
    lawyer.go(f"{lawyer.path}/sessions/new")
    lawyer.day("Date", days.today + timedelta(days=1))
    lawyer.write("In one line", CONFIRMED)
    lawyer.pick("What came of it", CONFIRMED)
    lawyer.press("Save session")
    lawyer.says("This date is in the future. Enter the day it happened.")
    assert lawyer.main.get_by_label("In one line").input_value() == CONFIRMED
    lawyer.day("Date", days.confirmed)
    lawyer.press("Save session")
    lawyer.says(f"Session 2 · {CONFIRMED}")


def close(lawyer: Visitor, days: Days) -> None:
    lawyer.menu("More actions", "Close the case")
    lawyer.day("Closed on", days.closed)
    lawyer.pick("What was reached", CONFIRMED)
    lawyer.choose("Why the case ends", "Solution reached")
    lawyer.press("Close case")
    lawyer.says("The case is closed. You can reopen it with a reason.")


def team(supervisor: Visitor, column: str, number: int) -> None:
    """What the supervisor reads of this lawyer."""
    supervisor.go("/team/")
    cell = supervisor.page.get_by_role("row", name=re.compile("Lawyer of Partner Aster")).locator(
        f'td[data-label="{column}"]'
    )
    words = cell.inner_text().split()
    assert words[0] == str(number), f"{column}: {words}"


def the_figures_follow(site: Site, supervisor: Visitor, days: Days) -> None:
    """Up by one as of the day after registration, down by one as of the day after confirmation, and on no other day.

    Any day is for the organisation's own caseload only: see `of_the_country`.
    """
    read: dict[date, int] = {}
    one = timedelta(days=1)
    own = site.world.organisations["A"]
    for day in (days.registered, days.registered + one, days.confirmed, days.confirmed + one, days.today):
        read[day] = shown(supervisor, day)
        assert site.behind("supervisor", partial(queries.stock, day, "nationality", ["UN"], own)) == read[day]
    before = read[days.registered]
    assert [number - before for number in read.values()] == [0, 1, 1, 0, 0]


def shown(supervisor: Visitor, day: date) -> int:
    """Persons of undetermined nationality, as the page of figures says it as of a day."""
    supervisor.go("/figures/")
    supervisor.day("As of", day)
    return read_off(supervisor, day)


def read_off(visitor: Visitor, day: date) -> int:
    visitor.press("Show figures")
    visitor.says(re.compile(rf"as of {day.day} {day:%B %Y} at 00:00"))
    row = visitor.main.get_by_role("row").filter(has_text=re.compile(UNDETERMINED))
    return int(row.get_by_role("cell").first.inner_text())


def of_the_country(site: Site, statistics: Visitor) -> None:
    """The statistics officer reads the same ledger, as of firsts of months; no other day can be asked for."""
    first = clock.today().replace(day=1)
    statistics.go("/figures/")
    statistics.pick("As of", f"{first.day} {first:%B %Y}")
    assert read_off(statistics, first) == site.behind(
        "statistics", partial(queries.stock, first, "nationality", ["UN"])
    )
    statistics.expect(422)
    statistics.go(f"/figures/?as_of={first + timedelta(days=1)}")
    statistics.says(re.compile("as of the first of a month only"))


def everything_of(statistics: Visitor) -> list[str]:
    """Every page that the statistics officer comes to by following links."""
    seen: dict[str, str] = {}
    waiting = ["/desk"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        statistics.go(path)
        seen[path] = statistics.page.content()
        links = statistics.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        pages = (link.split("#")[0] for link in links if link.startswith("/") and "/lists/" not in link)
        waiting += [link for link in pages if not link.endswith((".docx", ".pdf"))]  # a file to keep, no page
    assert {"/desk", "/figures/", "/editions/"} <= {path.split("?")[0] for path in seen}
    return [*seen.values()]
