"""When an opposing party may be a client, from names alone up to numbers; and when that is nothing."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.conflicts import rules
from casework.elsewhere.rules import may_say
from casework.persons.likeness import Confidence, Profile
from casework.persons.rules import PartialDate


def profile(family: str = "", given: str = "", father: str = "", **more: Any) -> Profile:
    names = [("name", " ".join(part for part in (family, given, father) if part))]
    names += [("latin", more.pop("latin"))] if "latin" in more else []
    return Profile(
        names=tuple(pair for pair in names if pair[1]), family_name=family, given_name=given, patronymic=father, **more
    )


@pytest.mark.parametrize(
    ("opponent", "person"),
    [
        (profile("Яшмов", "Тимур"), profile("Яшмов", "Тимур", "Асанұлы", sex="M")),
        (profile("Yashmov", "Timur"), profile("Яшмов", "Тимур", born=PartialDate(1987, 2, 9))),
        (profile("Тимур", "Яшмов"), profile("Яшмов", "Тимур")),
        (profile("Нұрланова", "Әйгерім"), profile("Нурланова", "Айгерим")),
        (profile("Рахимов", "Мухаммад"), profile("رحیموف", "محمد")),
        (profile("Каримов", "Азиз", born=PartialDate(1985)), profile("Каримов", "Азиз", born=PartialDate(1986, 3, 1))),
        (profile("", "", latin="Aziz Karimov"), profile("Каримов", "Азиз")),
    ],
)
def test_a_family_and_a_given_name_are_enough_to_ask(opponent: Profile, person: Profile) -> None:
    assert rules.opposed(opponent, person) is not None


@pytest.mark.parametrize(
    ("opponent", "person"),
    [
        (profile("Яшмов"), profile("Яшмов", "Тимур")),
        (profile("Яшмов", "Тимур"), profile("Яшмов", "Марат")),
        (profile("Яшмов", "Тимур"), profile("Кварцев", "Тимур")),
        (profile("Яшмов", "Тимур", born=PartialDate(1985)), profile("Яшмов", "Тимур", born=PartialDate(1997))),
        (
            profile("Яшмов", "Тимур", born=PartialDate(1985, 4, 2)),
            profile("Яшмов", "Тимур", born=PartialDate(1985, 11, 23)),
        ),
        (profile("Яшмов", "Тимур", "Асанұлы"), profile("Яшмов", "Тимур", "Болатұлы")),
        (profile("Ким", "Виктор", sex="M"), profile("Ким", "Виктория", sex="F")),
        (profile(), profile()),
        (profile(), profile("Яшмов", "Тимур")),
    ],
)
def test_what_differs_is_nothing(opponent: Profile, person: Profile) -> None:
    assert rules.opposed(opponent, person) is None


def test_an_equal_number_with_a_like_name_is_certain() -> None:
    iin = "870209300018"
    opponent, person = profile("Yashmov", "Timur", iin=iin), profile("Яшмов", "Тимур", "Асанұлы", iin=iin)
    assert rules.opposed(opponent, person) is Confidence.CERTAIN


def test_whatever_is_opposed_by_name_or_number_shares_a_key() -> None:
    one = profile("Яшмов", "Тимур")
    for other in (profile("Yashmov", "Timur"), profile("Тимур", "Яшмов"), profile("Яшмов", "Тимур", "Асанұлы")):
        assert rules.opposed(one, other) is not None
        assert rules.keys(one) & rules.keys(other)
    assert not rules.keys(one) & rules.keys(profile("Кварцев", "Марат"))


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_taken(family: str, given: str, father: str) -> None:
    one = profile(family, given, father)
    rules.keys(one)
    assert rules.opposed(one, profile("Яшмов", "Тимур")) == rules.opposed(profile("Яшмов", "Тимур"), one)


def test_what_falls_when_the_facts_change() -> None:
    certain, possible = Confidence.CERTAIN, Confidence.POSSIBLE
    assert rules.asks_again("NOT_SAME", "possible", certain)
    assert rules.asks_again("NOT_SAME", "likely", certain)
    assert rules.asks_again("NOT_SAME", rules.GONE, possible)
    assert not rules.asks_again("NOT_SAME", "certain", certain)
    assert not rules.asks_again("NOT_SAME", "certain", possible)
    for decision in ("SEPARATE", "CONSENTED", "NOT_OPPOSED", "DECLINED", None):
        assert not rules.asks_again(decision, "possible", certain), decision


def test_across_organisations_chance_is_told_from_agreement() -> None:
    assert may_say(1e-9, 1_000_000)
    assert not may_say(1e-8, 1_000_000)
    assert not may_say(1.0, 1)


def test_the_case_that_a_lawyer_holds() -> None:
    lawyer, colleague = uuid4(), uuid4()
    closed = SimpleNamespace(id=uuid4(), lawyer_id=lawyer, closed_on=date(2026, 3, 2))
    others = SimpleNamespace(id=uuid4(), lawyer_id=colleague, closed_on=None)
    held = SimpleNamespace(id=uuid4(), lawyer_id=lawyer, closed_on=None)
    assert rules.held_by([closed, others, held], lawyer) is held
    assert rules.held_by([closed, others, held], lawyer, but={held.id}) is None
    assert rules.held_by([closed], lawyer) is None
