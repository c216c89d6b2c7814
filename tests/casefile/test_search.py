"""The search page: what finds whom, why, what is shown of them, and what is said when nobody is found."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework.casefile.finding import born_along, why
from casework.cases import actions as cases
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.persons import actions as persons
from casework.persons.actions import Registration
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page, words_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ON = date(2026, 3, 2)
IVAN, OLDER, AIGERIM, MOHAMMAD = "Петров Иван Сергеевич", "Петров Иван", "Нұрланова Әйгерім", "احمدی محمد"
YUSUF, KASYMOVA = "Юсуфзай Юсуф", "Қасымова Гүлнәр"


def registered(family: str, given: str, born: int | None, **more: Any) -> Person:
    identity = Identity(family_name=family, given_name=given, **more.pop("identity", {}))
    return persons.register(Registration(identity, ON, birth=PartialDate(born, 5 if born else None), **more))


@pytest.fixture
def numbers(acting: Acting, world: World) -> dict[str, str]:
    """Some people of partner A, one of them with a case, and a namesake with partner B; numbers by name."""
    with acting(world.principal("lawyer")):
        ivan = registered(
            "Петров",
            "Иван",
            1987,
            origin="UZB",
            identity={
                "patronymic": "Сергеевич",
                "former_names": ["Соколов Иван"],
                "iin": "870514300123",
                "documents": [DocumentNumber("passport", "N 12-34567")],
            },
            contacts=Contacts(phone="+7 700 200 11 22", address="Invented street 5"),
        )
        case = cases.open_case([ivan], "NATIONALITY", ON, world.user_id("lawyer"))
        found = {"person": ivan.number, "case": case.number, "case id": str(case.id), "person id": str(ivan.id)}
        registered("Петров", "Иван", 1990, origin="RUS")
        registered("Нұрланова", "Әйгерім", 1987)
        registered("احمدی", "محمد", 2001, identity={"latin_name": "Ahmadi Mohammad"})
        registered("Юсуфзай", "Юсуф", None)
        registered("Қасымова", "Гүлнәр", 1979)
        for region in ("KZ-75", "KZ-71"):
            registered("Каримов", "Али", 1985, origin="UZB", region=region)
    with acting(world.principal("lawyer", "B")):
        registered("Петров", "Чужой", 1987)
    return found


def asked(client: Client, words: str) -> Page:
    answer = client.press("/search", q=words)
    assert answer.location == "/search", "no words in an address"
    return client.page("/search")


def rows(page: Page) -> list[tuple[str, list[str]]]:
    """Who is listed, and why."""
    return [
        (
            words_of(next(row.iter("bdi"))),
            [words_of(tag) for tag in row.iter("span") if "tag" in (tag.get("class") or "")],
        )
        for row in page.all("tr")
        if "data-row" in row.attrib
    ]


@pytest.mark.parametrize(
    ("words", "name", "reason"),
    [
        ("Петров Иван Сергеевич", IVAN, "same name"),
        ("ПЕТРОВ иван сергеевич", IVAN, "same name"),
        ("petrov ivan", OLDER, "other alphabet"),
        ("Ivan Petrow", OLDER, "other alphabet"),
        ("Пeтpoв Ивaн", OLDER, "same name"),  # with Latin letters that look the same
        ("Петрв Иван", OLDER, "other spelling"),
        ("Петкров Иван", OLDER, "similar name"),
        ("پتروف ایوان", OLDER, "other spelling"),
        ("Соколов", IVAN, "former name"),
        ("sokolov ivan", IVAN, "former name"),
        ("нурланова", AIGERIM, "same name"),
        ("nurlanova aigerim", AIGERIM, "other alphabet"),
        ("Áıgerim Nurlanova", AIGERIM, "other alphabet"),
        ("айгерим", AIGERIM, "same name"),
        ("mohammad", MOHAMMAD, "name in Latin letters"),
        ("Мұхаммед Ахмади", MOHAMMAD, "other spelling"),
        ("Yusuf Yusufzai", YUSUF, "other alphabet"),
        ("یوسف‌زی یوسف", YUSUF, "other spelling"),
        ("kasimova", KASYMOVA, "other alphabet"),
        ("Касымова Гульнар", KASYMOVA, "same name"),
        ("нурл айг", AIGERIM, "beginning of the name"),
        ("87002001122", IVAN, "phone"),
        ("+7 (700) 200-11-22", IVAN, "phone"),
        ("n1234567", IVAN, "document number"),
        ("870514300123", IVAN, "identification number"),
        ("٨٧٠٠٢٠٠١١٢٢", IVAN, "phone"),
    ],
)
def test_who_is_found_and_why(
    client_for: ClientFor, numbers: dict[str, str], words: str, name: str, reason: str
) -> None:
    found = rows(asked(client_for("lawyer"), words))
    assert found[0][0] == name, found
    assert reason in found[0][1], found[0]


def test_a_number_leads_straight_there(client_for: ClientFor, numbers: dict[str, str]) -> None:
    client = client_for("lawyer")
    for typed, address in (
        (numbers["case"], f"/cases/{numbers['case id']}"),
        (numbers["case"].lower().replace("-", " "), f"/cases/{numbers['case id']}"),
        (numbers["person"].replace("P", "р"), f"/people/{numbers['person id']}"),
    ):
        client.press("/search", q=typed)
        assert client.get("/search").location == address, typed


def test_a_phone_lists_and_does_not_lead(client_for: ClientFor, numbers: dict[str, str]) -> None:
    """A phone may be shared: the line says whose record it stands in before it is opened."""
    assert [name for name, _ in rows(asked(client_for("lawyer"), "8 700 200 11 22"))] == [IVAN]


@pytest.mark.parametrize(
    "year", ["1987", "1987 г.р.", "(1987)", "14.05.1987", "1987 года рождения", "1987 ж.т.", "١٩٨٧"]
)
def test_a_year_of_birth_narrows(client_for: ClientFor, numbers: dict[str, str], year: str) -> None:
    client = client_for("lawyer")
    page = asked(client, f"петров {year}")
    found = rows(page)
    assert [name for name, _ in found][:2] == [IVAN, OLDER]
    assert "year of birth" in found[0][1]
    assert "year of birth" not in found[1][1]
    assert "People born in 1987 come first." in page.text
    assert rows(asked(client, "1990 петров"))[0][0] == OLDER


def test_a_year_that_nobody_of_the_name_was_born_in(client_for: ClientFor, numbers: dict[str, str]) -> None:
    page = asked(client_for("lawyer"), "петров 1950")
    assert {name for name, _ in rows(page)} >= {IVAN, OLDER}
    assert "Nobody of this name is recorded as born in 1950." in page.text


def test_a_year_alone_lists_nobody(client_for: ClientFor, numbers: dict[str, str]) -> None:
    page = asked(client_for("lawyer"), "1987")
    assert rows(page) == []
    assert "add a name" in page.text


def test_no_details_before_a_record_is_opened(client_for: ClientFor, numbers: dict[str, str]) -> None:
    client = client_for("lawyer")
    for words in ("87002001122", "n1234567", "870514300123", "Петров"):
        page = asked(client, words)
        listed = " ".join(words_of(row) for row in page.all("tr") if "data-row" in row.attrib)
        for detail in ("200", "34567", "870514", "Invented street", "Соколов", "May", "14.05"):
            assert detail not in listed, (words, detail)


def test_namesakes_are_told_apart(client_for: ClientFor, numbers: dict[str, str], world: World) -> None:
    client = client_for("lawyer")
    page = asked(client, "каримов али")
    assert len(rows(page)) == 2
    assert "Almaty" in page.text
    assert "Astana" in page.text
    page = asked(client, "петров иван")
    for words in ("1987", "1990", "Uzbekistan", "Lawyer of Partner Aster", numbers["case"], numbers["person"]):
        assert words in page.text, words
    assert "Almaty" not in page.text, "a region is shown only where nothing else differs"


def test_only_ones_own_organisation(client_for: ClientFor, numbers: dict[str, str]) -> None:
    assert [name for name, _ in rows(asked(client_for("lawyer", "B"), "петров"))] == ["Петров Чужой"]
    for words in ("87002001122", "n1234567", numbers["case"], numbers["person"], "соколов иван"):
        page = asked(client_for("lawyer", "B"), words)
        assert all(name == "Петров Чужой" for name, _ in rows(page)), words


def test_who_left_is_found_and_said_so(
    client_for: ClientFor, numbers: dict[str, str], acting: Acting, world: World
) -> None:
    with acting(world.principal("lawyer")) as session:
        person = next(one for one in session.scalars(select(Person)) if one.identity.family_name == "Қасымова")
        persons.leave(person, clock.today(), "departed", person.id)
    assert "Left Kazakhstan" in asked(client_for("lawyer"), "касымова").text


@pytest.mark.parametrize("words", ["", "   ", "\u200b", "\x00"])
def test_nothing_typed(client_for: ClientFor, numbers: dict[str, str], words: str) -> None:
    answer = client_for("lawyer").press("/search", q=words)
    assert answer.status_code == 422
    assert rows(Page(answer.text)) == []
    assert "Fill in this field." in answer.text or "name" in Page(answer.text).text


@pytest.mark.parametrize("letter", ["п", "x", "9", "م", "漢", "\x00", "'"])
def test_ten_thousand_characters(client_for: ClientFor, numbers: dict[str, str], letter: str) -> None:
    answer = client_for("lawyer").press("/search", q=letter * 10_000)
    assert answer.status_code == 422
    assert "200" in Page(answer.text).text or letter == "\x00"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ქეთევან", "Names are compared in Cyrillic, Latin and Arabic letters"),
        ("田中 太郎", "Names are compared in Cyrillic, Latin and Arabic letters"),
        ("?!", "There is no name and no number in this."),
        ("Жаркынаева", "Try another spelling"),
        ("99999999", "Nobody found"),
        ("<script>alert(1)</script>", "Nobody found"),
        ("' OR 1=1 --", "Nobody found"),
        ("%", "There is no name and no number in this."),
        ("____________", "There is no name and no number in this."),
    ],
)
def test_nobody_found(client_for: ClientFor, numbers: dict[str, str], words: str, said: str) -> None:
    page = asked(client_for("lawyer"), words)
    assert rows(page) == []
    assert said in page.text


def test_nul_among_the_letters_is_left_out(client_for: ClientFor, numbers: dict[str, str]) -> None:
    assert rows(asked(client_for("lawyer"), "Пет\x00ров"))[0][0] in (IVAN, OLDER)


def test_first_time_there_is_nothing_to_show(client_for: ClientFor) -> None:
    page = client_for("lawyer").page("/search")
    assert rows(page) == []
    assert "Nobody found" not in page.text


def test_who_was_shown_is_noted_and_the_words_are_sealed(
    client_for: ClientFor, numbers: dict[str, str], world: World
) -> None:
    client = client_for("lawyer")
    asked(client, "петров 1987")
    with client.session_transaction() as cookie:
        assert "петров" not in str(dict(cookie)).casefold()
    with client.application.app_context(), session_for(system("tests")) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person:search")).one()
        assert entry.seen.words == "петров 1987"
        assert numbers["person id"] in entry.seen.ids
        assert "петров".encode() not in (entry.seen_sealed or b"")


@pytest.mark.parametrize(
    ("typed", "words", "year"),
    [
        ("петров 1987", "петров", 1987),
        ("1987 петров", "петров", 1987),
        ("петров, 1987 г.р.", "петров", 1987),
        ("петров 1987г", "петров", 1987),
        ("Petrov born 1987", "Petrov", 1987),
        ("Petrov 1987-05-14", "Petrov", 1987),
        ("петров 14.05.1987", "петров", 1987),
        ("Нұрланова 1987 жылы", "Нұрланова", 1987),
        ("1987", "", 1987),
        ("петров", "петров", None),
        ("петров 87", "петров 87", None),
        ("петров 2999", "петров 2999", None),
        ("8 701 1987 555", "8 701 1987 555", None),
        ("N19871234", "N19871234", None),
        ("P-26-19871", "P-26-19871", None),
    ],
)
def test_a_year_is_taken_from_the_words(app: Flask, typed: str, words: str, year: int | None) -> None:
    with clock.at(date(2026, 5, 1)):
        assert born_along(typed) == (words, year)


def test_every_reason_has_words(app: Flask) -> None:
    with app.test_request_context():
        for kind in ("name", "latin", "former", "merged"):
            for reason in ("same", "part", "beginning", "other_alphabet", "other_spelling", "similar"):
                assert all(why(kind, reason))
                assert why(kind, reason)
        assert why("phone", "number") == ["phone"]
        assert why("merged", "number") == ["merged record", "number"]
