"""What two records prove about being of one person: brothers and twins apart, one person in two alphabets together."""

from dataclasses import replace
from itertools import combinations, product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from casework.persons import spelling
from casework.persons.likeness import Comparison, Confidence, Profile, Rarity, blocks, chance, compare
from casework.persons.profile import plain_document, plain_phone
from casework.persons.rules import PartialDate
from casework.persons.spelling import Standing

CERTAIN, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE
RANK = {None: 0, POSSIBLE: 1, LIKELY: 2, CERTAIN: 3}

BORN = PartialDate(1991, 3, 14)


def person(family: str = "", name: str = "", father: str = "", born: PartialDate = BORN, **more: object) -> Profile:
    """A profile as the index makes it: the full name, and its parts."""
    latin, former = more.pop("latin", ""), more.pop("former", "")
    full = " ".join(part for part in (family, name, father) if part)
    named = [("name", full), ("latin", str(latin)), ("former", str(former))]
    for several in ("documents", "phones"):
        more[several] = frozenset(more.get(several, ()))  # type: ignore[call-overload]
    names = tuple((kind, text) for kind, text in named if text)
    return Profile(None, names, family, name, father, born, **more)  # type: ignore[arg-type]


AIGERIM = person(
    "Қасымова", "Әйгерім", "Маратқызы", sex="F", origin="KAZ", phones=("701555719",), birth_place="Шымкент"
)


def confidence(one: Profile, other: Profile, rarity: Rarity | None = None) -> Confidence | None:
    return compare(one, other, rarity).confidence


def point(comparison: Comparison, name: str) -> bool | None:
    return next(each.agrees for each in comparison.points if each.name == name)


# -- given names: one spelt in two ways, or a brother's ----------------------------------------------------------

SPELT = [
    ("Мұхаммед", "Мухаммед", "Мохаммад", "Mohammad", "محمد"),
    ("Юсуф", "Yusuf", "Jusuf", "یوسف"),
    ("Ғайрат", "Гайрат", "Gayrat", "Ghayrat", "Gairat"),
    ("Әйгерім", "Айгерим", "Aigerim", "Aygerim"),
    ("Хусейн", "Hussein", "Hosein", "حسین"),
    ("Гульнара", "Гүлнар", "Gulnara"),
    ("Наталья", "Наталия", "Nataliya"),
    ("Абдурахман", "Абд ар-Рахман", "Abdul Rahman", "Abdurrahman"),
    ("Омар", "Умар", "Omar"),
    ("Сергей", "Сергій", "Serhiy", "Sergey"),
    ("Зухра", "Zohra", "زهرا"),
    ("Мохаммад Али", "Mohammad-Ali", "Мохаммадали"),
]
OTHERS = [
    ("Марат", "Мурат"),
    ("Хасан", "Хусан"),
    ("Хасан", "Хусейн"),
    ("Hasan", "Husayn"),
    ("حسن", "حسین"),
    ("Алия", "Алина"),
    ("Мария", "Марина"),
    ("Серик", "Берик"),
    ("Ерлан", "Нурлан"),
    ("Дина", "Диана"),
    ("Руслан", "Рустам"),
    ("Мохаммад Али", "Мохаммад Хасан"),
    ("Гул Ахмад", "Гул Мохаммад"),
    ("Айгуль", "Айнур"),
    ("Камал", "Камила"),
    ("Махмуд", "Мухаммед"),
]


def standing(one: str, other: str, of_one_sex: bool = True) -> Standing:
    return spelling.given_names(spelling.words(one), spelling.words(other), of_one_sex)


@pytest.mark.parametrize(("one", "other"), [pair for group in SPELT for pair in combinations(group, 2)])
def test_one_given_name_in_other_spellings(one: str, other: str) -> None:
    assert standing(one, other) is standing(other, one) is Standing.SAME


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_the_given_names_of_brothers_and_sisters(one: str, other: str) -> None:
    assert standing(one, other) is standing(other, one) is Standing.OTHER


@pytest.mark.parametrize(
    ("one", "other"),
    [("Самира", "Замира"), ("Светлана", "Свеклана"), ("Ахмет", "Ahmad"), ("Мохаммад", "Мохаммад Али")],
)
def test_given_names_that_may_be_one_or_two(one: str, other: str) -> None:
    assert standing(one, other) is Standing.NEAR


@pytest.mark.parametrize(("one", "other"), [("Валентин", "Валентина"), ("Салим", "Салима"), ("Самир", "Самира")])
def test_an_ending_is_a_spelling_among_women_and_a_sister_else(one: str, other: str) -> None:
    assert standing(one, other, of_one_sex=True) is Standing.SAME
    assert standing(one, other, of_one_sex=False) is Standing.NEAR


# -- twins, brothers, sisters, fathers and wives -----------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_twins_share_all_but_the_given_name(one: str, other: str) -> None:
    for father in ("", "Ибрагимович"):
        mine, theirs = (
            person("Рахимов", name, father, phones=("7015557193",), birth_place="Кабул", origin="AFG", sex="M")
            for name in (one, other)
        )
        assert confidence(mine, theirs) is None


def test_twins_of_either_sex_are_no_more_than_possible() -> None:
    him = person("Орлов", "Валентин", "Петрович", sex="M", phones=("7015557193",))
    her = person("Орлова", "Валентина", "Петровна", sex="F", phones=("7015557193",))
    assert confidence(him, her) is None
    assert RANK[confidence(him, replace(her, sex="U"))] <= RANK[POSSIBLE]


def test_a_brother_has_another_name_whatever_else_is_not_known() -> None:
    assert confidence(person("Ахмади", "Карим"), person("Ахмади", "Рахим")) is None
    assert confidence(person("Ахмади", "Карим", born=PartialDate(1990)), person("Ахмади", "Рахим")) is None


@pytest.mark.parametrize("father", ["Иванович", ""])
def test_father_and_son_of_one_name(father: str) -> None:
    old = person("Иванов", "Иван", father, PartialDate(1962, 5, 2), sex="M", phones=("7015557193",))
    young = person("Иванов", "Иван", father, PartialDate(1990, 8, 30), sex="M", phones=("7015557193",))
    assert confidence(old, young) is None
    assert confidence(old, replace(young, born=PartialDate(1990))) is None
    assert confidence(old, replace(young, born=PartialDate(1990, 1, 1, estimated=True))) is None
    assert RANK[confidence(old, replace(young, born=PartialDate()))] <= RANK[POSSIBLE]
    in_his_passport = frozenset({"N70718293"})
    assert confidence(replace(old, documents=in_his_passport), replace(young, documents=in_his_passport)) is POSSIBLE


def test_wives_share_a_telephone_and_a_surname() -> None:
    first = person("Каримова", "Зайнаб", born=PartialDate(1985), phones=("7015557193",), sex="F")
    second = person("Каримова", "Мадина", born=PartialDate(1985), phones=("7015557193",), sex="F")
    assert confidence(first, second) is None


def test_a_family_in_one_passport() -> None:
    mother = person("Каримова", "Зайнаб", born=PartialDate(1985, 2, 3), documents=("OA 1234567",))
    child = person("Каримов", "Юсуф", born=PartialDate(2015, 6, 7), documents=("OA1234567",))
    assert confidence(mother, child) is None
    twin = replace(child, names=(("name", "Каримов Якуб"),), given_name="Якуб")
    assert RANK[confidence(child, twin)] <= RANK[POSSIBLE]


# -- one person, recorded twice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (person("Петров", "Пётр", "Ильич"), person("Petrov", "Pyotr", "Ilyich"), CERTAIN),
        (person("Петров", "Пётр"), person("Petrov", "Petr"), LIKELY),
        (person("Нұрланова", "Мадина", "Ерланқызы"), person("Нурланова", "Мадина", "Ерлановна"), CERTAIN),
        (person("Нұрланова", "Мадина", "Ерлан қызы"), person("Nurlanova", "Madina"), LIKELY),
        (person("Ахмадзай", "محمد", latin="Mohammad Ahmadzai"), person("احمدزی", "محمد"), LIKELY),
        (person("Мохаммад", "Ахмадзай"), person("Ахмадзай", "Мохаммад"), LIKELY),  # swapped
        (person("Ғайратов", "Юсуф", "Алиұлы"), person("Yusuf", "Gairatov", "Ali"), CERTAIN),
        (person("Пушкина", "Анна", "Ивановна"), person("Пушкин", "Анна", "Ивановна"), CERTAIN),
        (person("Мaлeнькoвa", "Oльгa", "Петровна"), person("Маленькова", "Ольга", "Петровна"), CERTAIN),  # look-alikes
        (person("", "Абдулла"), person("", "Abdullah"), POSSIBLE),  # one name is all there is
        (person("Каримов", "Абдулла"), person("", "Abdullah"), POSSIBLE),
    ],
)
def test_one_person_with_the_same_birthday(one: Profile, other: Profile, expected: Confidence) -> None:
    assert confidence(one, other) is confidence(other, one) is expected
    assert not blocks(one).isdisjoint(blocks(other))


def test_a_married_name() -> None:
    before = person("Сейдахметова", "Динара", "Маратовна", sex="F", phones=("7015557193",))
    after = person("Ким", "Динара", "Маратовна", sex="F")
    assert confidence(before, after) is POSSIBLE
    assert confidence(before, replace(after, phones=frozenset({"87015557193"}))) is LIKELY
    told = replace(after, names=(*after.names, ("former", "Сейдахметова")))
    assert confidence(before, told) is CERTAIN
    assert confidence(before, replace(after, names=(*after.names, ("former", "Сейдахметова Динара")))) is CERTAIN
    assert confidence(before, person("Ким", "Динара", born=BORN, sex="F")) is None, "a birthday and a common name"


@pytest.mark.parametrize(
    ("written", "agrees", "expected"),
    [
        (PartialDate(1991, 3, 14), True, CERTAIN),
        (PartialDate(1991, 3, 15), False, LIKELY),  # one digit
        (PartialDate(1991, 3, 31), False, POSSIBLE),
        (PartialDate(1981, 3, 14), False, LIKELY),
        (PartialDate(1919, 3, 14), False, None),  # a slip, but of three generations
        (PartialDate(1991, 3), True, LIKELY),
        (PartialDate(1991), True, LIKELY),
        (PartialDate(1991, 1, 1), True, LIKELY),  # the year only
        (PartialDate(1990, estimated=True), False, POSSIBLE),
        (PartialDate(), None, POSSIBLE),
        (PartialDate(1987, 11, 20), False, POSSIBLE),
    ],
)
def test_dates_of_birth(written: PartialDate, agrees: bool | None, expected: Confidence | None) -> None:
    found = compare(AIGERIM, replace(AIGERIM, born=written, phones=frozenset({"701555719"}), birth_place=""))
    assert (point(found, "born"), found.confidence) == (agrees, expected)


def test_day_and_month_swapped() -> None:
    mine, theirs = PartialDate(1991, 3, 4), PartialDate(1991, 4, 3)
    assert confidence(replace(AIGERIM, born=mine), replace(AIGERIM, born=theirs)) is LIKELY


def test_the_first_of_january_proves_the_year_only() -> None:
    day = person("Ахмади", "Карим", born=PartialDate(1990, 5, 6))
    first = person("Ахмади", "Карим", born=PartialDate(1990, 1, 1))
    many = Rarity([first] * 50 + [person("Ахмади", "Али"), person("Рахими", "Карим")] * 20)
    assert confidence(day, day, many) is LIKELY
    assert confidence(first, first, many) is None
    assert confidence(first, first) is POSSIBLE
    estimated = replace(day, born=PartialDate(1990, 5, 6, estimated=True))
    assert confidence(estimated, estimated, many) is None


# -- numbers -----------------------------------------------------------------------------------------------------


def test_one_identification_number() -> None:
    one = person("Ким", "Анна", born=PartialDate(), iin="910314401117")
    other = person("Цой", "Анна", iin="910314-401117")
    assert confidence(one, other) is CERTAIN
    assert confidence(one, person("Ли", "Ольга", iin="910314401117")) is POSSIBLE, "typed into the wrong record"
    assert confidence(person(iin="000000000000"), person(iin="000000000000")) is None
    apart = replace(AIGERIM, iin="910314401117"), replace(AIGERIM, iin="900101300017")
    assert confidence(*apart) is POSSIBLE
    slip = replace(AIGERIM, iin="910314401117"), replace(AIGERIM, iin="910314401171")
    assert confidence(*slip) is CERTAIN


@pytest.mark.parametrize("typed", ["N 7071 8293", "n-70718293", "№ N70718293", "Ν70718293", "N7O7l8293"])
def test_one_document_however_it_is_typed(typed: str) -> None:
    one = person("Ахмади", "Карим", born=PartialDate(), documents=("N70718293",))
    assert confidence(one, person("Ahmadi", "Karim", born=PartialDate(), documents=(typed,))) is CERTAIN


@pytest.mark.parametrize("typed", ["", "-", "б/н", "нет", "000000", "unknown", "12"])
def test_what_stands_for_no_document(typed: str) -> None:
    assert plain_document(typed) == plain_phone(typed) == ""
    assert confidence(person("", "Карим", documents=(typed,)), person("", "Рахим", documents=(typed,))) is None


# -- little known ------------------------------------------------------------------------------------------------


def test_empty_records() -> None:
    for other in (Profile(), AIGERIM, person(born=BORN), person(iin="910314401117")):
        found = compare(Profile(), other)
        assert (found.confidence, found.score) == (None, 0.0)
    assert confidence(person(born=BORN), person(born=BORN)) is None
    assert blocks(Profile()) == frozenset()


def test_a_name_and_nothing_else_is_possible_when_it_is_rare() -> None:
    rare, common = (person(*name, born=PartialDate()) for name in (("Жаркынай", "Бермет"), ("Ахмади", "Мохаммад")))
    caseload = Rarity([rare, *[common] * 30, *[person("Ахмади", "Али"), person("Рахими", "Мохаммад")] * 10])
    assert confidence(rare, rare, caseload) is POSSIBLE
    assert confidence(common, common, caseload) is None
    assert confidence(rare, rare) is None, "without a caseload two names prove nothing"
    assert confidence(person("Ким", "Анна", "Львовна", PartialDate()), person("Kim", "Anna", "Lvovna", PartialDate()))


# -- whatever is written -----------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([word for group in SPELT for word in group] + [word for pair in OTHERS for word in pair]),
)
DATES = st.one_of(
    st.just(PartialDate()),
    st.just(BORN),
    st.builds(PartialDate, st.integers(1940, 2020), st.integers(1, 12), st.integers(1, 28), st.booleans()),
    st.builds(PartialDate, st.integers(1985, 1995), estimated=st.booleans()),
    st.builds(PartialDate, st.integers(1985, 1995), st.integers(1, 12)),
)
NUMBERS = st.one_of(st.sampled_from(["N70718293", "910314401117", "87015557193"]), st.text(max_size=14))


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    return person(
        draw(TEXTS),
        draw(TEXTS),
        draw(st.one_of(st.just(""), TEXTS)),
        draw(DATES),
        latin=draw(st.one_of(st.just(""), TEXTS)),
        former=draw(st.one_of(st.just(""), TEXTS)),
        sex=draw(st.sampled_from("FMXU")),
        origin=draw(st.sampled_from(["UNK", "AFG", "KAZ"])),
        birth_place=draw(st.one_of(st.sampled_from(["", "Кабул", "Kabul", "г. Шымкент"]), st.text(max_size=8))),
        iin=draw(st.one_of(st.just(""), NUMBERS)),
        documents=draw(st.sets(NUMBERS, max_size=2)),
        phones=draw(st.sets(NUMBERS, max_size=2)),
    )


@st.composite
def relatives(draw: st.DrawFn) -> tuple[Profile, Profile]:
    """Two records that agree in much, as pairs of strangers hardly do."""
    one, other = draw(profiles()), draw(profiles())
    shared = draw(st.sets(st.sampled_from(FIELDS)))
    return one, taking(other, one, shared)


FIELDS = ("family_name", "given_name", "patronymic", "born", "sex", "origin", "birth_place", "iin", "documents")
NAMED = {"family_name", "given_name", "patronymic"}


def taking(into: Profile, source: Profile, fields: set[str]) -> Profile:
    found = replace(into, **{name: getattr(source, name) for name in fields})
    full = " ".join(part for part in (found.family_name, found.given_name, found.patronymic) if part)
    return replace(found, names=(("name", full), *(pair for pair in found.names if pair[0] != "name")))


@given(relatives())
def test_it_is_the_same_from_both_sides(pair: tuple[Profile, Profile]) -> None:
    one, other = pair
    found = compare(one, other)
    assert found == compare(other, one)
    assert 0 <= found.score <= 100
    rarity = Rarity(pair)
    assert compare(one, other, rarity) == compare(other, one, rarity)
    assert chance(one, other, rarity) == chance(other, one, rarity)
    assert 0 < chance(one, other, rarity) <= 1
    starts = {None: (0, 45), POSSIBLE: (45, 70), LIKELY: (70, 90), CERTAIN: (90, 100)}
    least, most = starts[found.confidence]
    assert least <= found.score < most or found.score == most == 100


@given(relatives())
def test_what_is_likely_is_in_a_block(pair: tuple[Profile, Profile]) -> None:
    if compare(*pair).confidence in (CERTAIN, LIKELY):
        assert not blocks(pair[0]).isdisjoint(blocks(pair[1]))


@given(
    relatives(), st.sampled_from(["born", "sex", "origin", "birth_place", "iin", "documents", "phones", "given_name"])
)
def test_nothing_becomes_surer_when_a_point_is_made_to_differ(pair: tuple[Profile, Profile], what: str) -> None:
    one, other = pair
    same = taking(other, one, {what})
    assume(getattr(one, what) and getattr(one, what) not in ("U", "X", "UNK"))
    assume(what != "given_name" or spelling.words(one.given_name))
    differing: dict[str, Any] = {
        "born": PartialDate(1950, 7, 7) if (one.born.year or 0) > 1970 else PartialDate(2010, 7, 7),
        "sex": "M" if one.sex == "F" else "F",
        "origin": "UZB",
        "birth_place": "Ынтымақ",
        "iin": "720605400123",
        "documents": frozenset({"Q5544332"}),
        "phones": frozenset({"7779990011"}),
        "given_name": "Жумабике",
    }
    made = replace(other, **{what: differing[what]})
    if what == "given_name":
        made = taking(replace(made, names=()), made, set())
        same = replace(same, names=same.names[:1])
        one = replace(one, names=one.names[:1])
    assert RANK[compare(one, made).confidence] <= RANK[compare(one, same).confidence]
    assert compare(one, made).score <= compare(one, same).score


@given(relatives(), st.sampled_from(["iin", "documents", "phones", "origin"]))
def test_chance_is_smaller_when_more_agrees(pair: tuple[Profile, Profile], what: str) -> None:
    agreeing: dict[str, Any] = {
        "iin": "910314401117",
        "documents": frozenset({"N70718293"}),
        "phones": frozenset({"87015557193"}),
        "origin": "AFG",
    }
    silent: dict[str, Any] = {"iin": "", "documents": frozenset(), "phones": frozenset(), "origin": "UNK"}
    one, other = (replace(each, **{what: silent[what]}) for each in pair)
    before = chance(one, other, Rarity([AIGERIM]))
    one, other = (replace(each, **{what: agreeing[what]}) for each in pair)
    assert chance(one, other, Rarity([AIGERIM])) < before


@example("a" * 2000, "ٱ" * 2000)
@example("\x00", "\ud800")
@given(st.text(), st.text())
def test_any_text_can_be_compared(text: str, more: str) -> None:
    names = (("name", text), ("latin", more))
    one = Profile(None, names, text, more, text, BORN, more, text, more, text, frozenset({more}), frozenset({text}))
    other = Profile(None, (("former", text),), more, text, more, BORN, text, more, text, more, frozenset({text}))
    compare(one, other)
    assert 0 < chance(one, other, Rarity([one, other])) <= 1
    assert 0 < Rarity([one]).of(text) <= 1


# -- blocks: every way to write one person meets ------------------------------------------------------------------

RASHID = [
    ("Рашидов", "Юсуф", "Ибрагимович"),
    ("Rashidov", "Yusuf", "Ibrahimovich"),
    ("Рашидов", "Йусуф", "Иброхим ўғли"),
]
LEILA = [("Мұхаммедова", "Ләйла", "Омарқызы"), ("Мухамедова", "Лейла", "Умаровна"), ("Mukhammedova", "Leyla", "Omar")]
DATES_OF_ONE = [BORN, PartialDate(1991, 4, 14), PartialDate(1919, 3, 14), PartialDate(1991, 3), PartialDate(1991, 1, 1)]


@pytest.mark.parametrize("spelt", [RASHID, LEILA])
def test_the_ways_to_write_one_person_meet(spelt: list[tuple[str, str, str]]) -> None:
    written = []
    for (family, name, father), born, swapped in product(spelt, DATES_OF_ONE, (False, True)):
        both = (name, family) if swapped else (family, name)
        written += [
            person(*both, father, born),
            person(*both, "", born),
            person("Ким", name, father, born, former=family),
        ]
    apart = [
        (one.names, other.names) for one, other in combinations(written, 2) if blocks(one).isdisjoint(blocks(other))
    ]
    assert apart == []


def test_blocks_are_few() -> None:
    assert len(blocks(replace(AIGERIM, iin="910314401117", documents=frozenset({"N70718293"})))) <= 25


def test_people_of_different_names_and_days_share_no_block() -> None:
    other = person("Петров", "Пётр", "Ильич", PartialDate(1991, 3, 15), origin="KAZ", birth_place="Шымкент")
    assert blocks(AIGERIM).isdisjoint(blocks(other))


# -- chance ------------------------------------------------------------------------------------------------------


def test_chance_multiplies_what_agrees() -> None:
    crowd = [person(f"Фамилия{n}", f"Имя{n}", born=PartialDate(1900 + n % 90)) for n in range(300)]
    caseload = Rarity([*crowd, *[person("Ахмади", "Мохаммад")] * 99])
    rare = person("Жаркынаева", "Бермет", born=PartialDate(1990, 5, 6))
    common = person("Ахмади", "Мохаммад", born=PartialDate(1990, 5, 6))
    assert chance(rare, rare, caseload) == pytest.approx(1 / 400 * 1 / 400 / 20_000)
    assert chance(common, common, caseload) == pytest.approx(0.25 * 0.25 / 20_000)
    first = replace(common, born=PartialDate(1990, 1, 1))
    assert chance(first, first, caseload) == pytest.approx(0.25 * 0.25 / 40)
    month = replace(common, born=PartialDate(1990, 5))
    assert chance(month, common, caseload) == pytest.approx(0.25 * 0.25 / 480)
    assert chance(rare, common, caseload) == pytest.approx(1 / 20_000), "only the day"
    assert chance(Profile(), Profile(), caseload) == 1


def test_a_family_name_after_the_father_is_no_second_proof() -> None:
    caseload = Rarity([person(f"Фамилия{n}", f"Имя{n}") for n in range(999)])
    with_father = person("Сериков", "Айдос", "Серикович", PartialDate())
    without = person("Сериков", "Айдос", "", PartialDate())
    assert chance(with_father, with_father, caseload) == chance(without, without, caseload)


def test_rarity_counts_people_by_the_sound_of_their_names() -> None:
    caseload = Rarity([person("Петров", "Пётр"), person("Petrova", "Anna"), person("Ким", "Анна", latin="Kim Anna")])
    assert (caseload.persons, caseload.bearers("petrov"), caseload.bearers("ana")) == (3, 2, 2)
    caseload.remove(person("Петров", "Пётр"))
    assert (caseload.persons, caseload.bearers("Петрова")) == (2, 1)
    assert Rarity().of("petrov") == 1
    many = Rarity()
    many.persons = 1_000_000
    assert many.of("petrov") == 1 / 10_000


def test_an_id_says_nothing() -> None:
    assert compare(AIGERIM, replace(AIGERIM, person_id=UUID(int=1))).confidence is CERTAIN
