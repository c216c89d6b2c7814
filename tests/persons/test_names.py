"""Names across alphabets. All names are common ones; none is of a real person."""

import csv
import random
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench import invented
from casework.persons.names import (
    NameIndex,
    alphabet,
    likeness,
    name_parts,
    normal_form,
    readings,
    skeleton,
    why,
)

REAL_PAIRS = Path(invented.__file__).parent / "name_pairs.csv"

# Each line is one name; each of its spellings must find every other.
MUST_FIND = [
    ["Петров", "petrov", "Петрова", "پتروف"],
    ["Нұрланова", "нурланова", "nurlanova", "Nūrlanova", "Nurlanov"],
    ["Қасымова", "Касымова", "Kasimova", "Qasymova", "Kasymov"],
    ["Әйгерим", "Айгерим", "Aigerim", "Äigerım", "Aygerim", "Áıgerim"],
    ["Мұхаммед", "Mohammad", "محمد", "Мухаммад", "Muxammad", "مُحَمَّد", "Muhammed"],
    ["Юсуф", "Yusuf", "یوسف", "يوسف", "Yousouf", "Jusuf"],
    ["Ғайрат", "Ghayrat", "Gairat", "Gʻayrat", "Ǵaırat", "غیرت"],
    ["Алишер ўғли", "Alisher oʻgʻli", "Әлішер ұлы", "Alisher uly", "Алишерович", "Alisherovna"],
    ["Әлішерұлы", "Alisherūly", "Алишерўғли", "Alisheroʻgʻli", "Alisheroglu", "Әлішерқызы", "Alisherqyzy"],
    ["Абдурахман", "Abd al-Rahman", "عبدالرحمن", "عبد الرحمن", "Abdurrahman", "Абдул Рахман"],
    ["Хуршид", "Xurshid", "Khurshid", "خورشید", "Xurşid"],
    ["Фатима", "Fatimah", "فاطمه", "فاطمة", "Fatma"],
    ["Жанар", "Zhanar", "Janar", "Djanar", "Žanar"],
    ["Шыңғыс", "Shyngys", "Şyñğys", "Шынгыс", "Shyńǵys"],
    ["Ерлан", "Yerlan", "Erlan"],
    ["Фёдор", "Федор", "Fyodor", "Fedor"],
    ["Александр", "Alexander", "Aleksandr", "Олександр"],
    ["Щербакова", "Shcherbakova", "Schtscherbakowa", "Щербаков"],
    ["Достоевский", "Dostoevskaya", "Dostoyevsky", "Достоевская"],
    ["Анна-Мария", "Anna Maria", "Аннамария", "Anna‑Maria"],
    ["Юсуфзай", "Yusuf Zai", "یوسف‌زی", "Yousufzay"],
    ["Григорий", "Григорій", "Hryhoriy"],
    ["Раҳимҷон", "Rahimjon", "Рахимджон", "Rakhimdzhon"],
    ["Гусейн", "Husain", "Хусейн", "حسین"],
    ["Çiğdem", "Чигдем", "Chigdem", "ÇİĞDEM"],
    ["Исхак", "Ishaq", "Iskhak", "Isxoq"],
    # Kazakh in Cyrillic and in the Latin of 2021 and of 2018, Russian, English, German, French
    ["Құрманғазы", "Qūrmanğazy", "Qurmanǵazy", "Курмангазы", "Kurmangazy", "Kourmangazy"],
    ["Жақсылықов", "Jaqsylyqov", "Жаксылыков", "Zhaksylykov", "Schaksylykow", "Jaksylykov"],
    ["Мәншүк", "Mänşük", "Mánshúk", "Маншук", "Manshuk", "Manschuk"],
    ["Өмірбек", "Ömırbek", "Ómirbek", "Омирбек", "Omirbek"],
    ["Жүніс", "Жунус", "Zhunis", "Jünıs"],
    ["Жүніс", "Юнус", "Yunus", "یونس", "Jünıs"],
    # Uzbek in both its alphabets, with every sign that serves as an apostrophe
    ["Oʻktam", "Ўктам", "O'ktam", "O`ktam", "O‘ktam", "Уктам", "Uktam"],
    ["Gʻulom", "Ғулом", "Гулям", "Ghulam", "غلام", "غۇلام", "Gholam"],
    ["Xoʻjayev", "Хўжаев", "Ходжаев", "Khodjaev", "Khodzhayev"],
    # Tajik and Dari
    ["Ҷамшед", "Джамшид", "Jamshid", "جمشید", "Dschamschid", "Djamchid", "Jamshed"],
    ["Нурулло", "Нурулла", "Nurullah", "نورالله", "Nouroullah"],
    ["Раҳмонӣ", "Рахмони", "Rahmani", "رحمانی", "Rachmani"],
    # Uyghur
    ["ئابدۇخالىق", "Абдухалик", "Abdukhaliq", "Abduxaliq", "عبدالخالق"],
    ["ئەركىن", "Эркин", "Erkin", "Ärkin"],
    # Ukrainian, and Russian in German and French
    ["Сергій", "Сергей", "Serhii", "Sergey", "Serhiy", "Sergej"],
    ["Ковальчук", "Kovalchuk", "Kowaltschuk", "Kovaltchouk"],
    ["Шевченко", "Shevchenko", "Schewtschenko", "Chevtchenko", "Şevchenko"],
    ["Чехов", "Chekhov", "Tschechow", "Tchekhov"],
    ["Хрущёв", "Khrushchev", "Chruschtschew", "Khrouchtchev"],
    ["Жуков", "Zhukov", "Schukow", "Joukov"],
    # Letters that look the same, mixed or throughout
    ["Петров", "Пeтрoв", "Пeтpoв", "Пётров"],
    ["Сероух", "Cepoyx", "Сepoуx"],
]
PAIRS = [
    pytest.param(one, other, id=f"{one}-{other}")
    for spellings in MUST_FIND
    for one in spellings
    for other in spellings
    if one != other
]
OTHERS = [
    "Садыкова Гульнара", "Ким Виктор", "Оразбаев Тимур", "Мельник Олена", "Назари Зухра", "Ли Мэй",
    "Тошматов Бахтиёр", "Мусаева Лейла", "Каримзода Фаррух", "Yılmaz Kemal", "Wagner Hans",
    "Бондаренко Ирина", "Сулейменова Динара",
]  # fmt: skip

# Letters of one alphabet each, without those that upper and lower case or a look-alike would make ambiguous.
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіўҳҷӣӯєї"
LATIN = "abcdefghijklmnopqrstuvwxyzäğıñöşūüáǵńóúýçč"
ARABIC = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيكةى"
words = st.text(st.sampled_from(CYRILLIC), min_size=1, max_size=12) | (
    st.text(st.sampled_from(LATIN), min_size=1, max_size=12) | st.text(st.sampled_from(ARABIC), min_size=1, max_size=12)
)
full_names = st.lists(words, min_size=1, max_size=4).map(" ".join)
anything = st.text() | st.text(st.characters(categories=["L", "M", "N", "P", "Z", "C"])) | full_names


def person(number: int) -> UUID:
    return UUID(int=number)


def index_of(*names: str) -> NameIndex:
    index = NameIndex()
    for number, name in enumerate(names):
        index.put(person(number), [("main", name)])
    return index


@pytest.mark.parametrize(("asked", "recorded"), PAIRS)
def test_every_spelling_finds_every_other(asked: str, recorded: str) -> None:
    index = index_of(*OTHERS, recorded)
    hits = index.find(asked)
    assert hits
    assert hits[0].person_id == person(len(OTHERS))
    assert likeness(asked, recorded) >= 75


@pytest.mark.parametrize(("asked", "recorded"), PAIRS[::3])
def test_also_within_a_whole_name_in_another_order(asked: str, recorded: str) -> None:
    index = index_of(*OTHERS, f"Тестов {recorded}")
    hits = index.find(f"{asked} Testov")
    assert hits
    assert hits[0].person_id == person(len(OTHERS))


def test_different_names_are_unlike() -> None:
    for one in OTHERS:
        for other in OTHERS:
            if one != other:
                assert likeness(one, other) < 70, (one, other)


@pytest.mark.parametrize(
    ("part", "form", "consonants"),
    [
        ("Нұрланова", "nurlanov", "nrlnv"),
        ("محمد", "mhmd", "mhmd"),
        ("Әйгерим", "aigerim", "agrm"),
        ("Oʻgʻli", "ogli", "agl"),
        ("Исхак", "isħak", "ashg"),
        ("Ishak", "išak", "ašg"),
        ("ქეთევან", "ქეთევან", "ქეთევან"),
        ("", "", ""),
        ("-'?", "", ""),
    ],
)
def test_forms(part: str, form: str, consonants: str) -> None:
    assert normal_form(part) == form
    assert skeleton(part) == consonants


def test_latin_letters_are_read_in_several_ways() -> None:
    assert readings("Jusuf") == ("žusuf", "iusuf")
    assert "žemile" in readings("Cemile")
    assert "isħak" in readings("Ishaq")
    assert readings("Петров") == ("petrov",)


def test_parts_of_a_name_are_the_whole_and_its_elements() -> None:
    assert name_parts("Петрова-Ким, Анна") == ("Петрова-Ким", "Петрова", "Ким", "Анна")
    assert name_parts(" - . ") == ()


def test_alphabets() -> None:
    assert [alphabet(text) for text in ("Петров", "Petrov", "محمد", "", "1")] == ["C", "L", "A", "?", "?"]


@given(anything)
def test_nothing_breaks_on_any_text(text: str) -> None:
    for read in (normal_form, skeleton, name_parts, readings, alphabet):
        read(text)
    assert likeness(text, text) in (0.0, 100.0)
    assert why(text, text)
    index = index_of(text, "Петров")
    index.find(text)
    index.drop(person(0))
    assert index.find("Петров")[0].person_id == person(1)


def test_half_of_a_surrogate_pair_does_not_break_anything_either() -> None:
    text = "Пе\ud800тров"
    assert likeness(text, "Петров") > 75
    assert index_of("Петров").find(text)


@given(words)
def test_case_does_not_matter(word: str) -> None:
    assert normal_form(word.upper()) == normal_form(word.lower()) == normal_form(word)


@given(words, st.sampled_from("'’ʻʼ`ʹ\u200c\u200dـ\u0301\u064e"), st.data())
def test_apostrophes_and_vowel_signs_do_not_matter(word: str, sign: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word)))
    # An accent may make another letter of the one before it (ý, ć), and nothing else here does.
    assume(sign != "\u0301" or word[max(0, place - 1)] in "abdefhklmqtvwx")
    assert normal_form(word[:place] + sign + word[place:]) == normal_form(word)


@given(full_names, st.sampled_from(["  ", "\t", "\u00a0", ", "]))
def test_spacing_does_not_matter(name: str, space: str) -> None:
    assert likeness(name, space + name.replace(" ", space) + space) == likeness(name, name)


ALIKE = dict(zip("асеорхукмті", "aceopxykmti", strict=True))


@given(st.text(st.sampled_from("асеорхукмтінлдж"), min_size=2, max_size=10), st.data())
def test_latin_look_alikes_in_a_cyrillic_word_do_not_matter(word: str, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(word) - 1))
    mixed = "".join(
        letter if place == kept or not data.draw(st.booleans()) else ALIKE.get(letter, letter)
        for place, letter in enumerate(word)
    )
    assert normal_form(mixed) == normal_form(word)


def test_cyrillic_look_alikes_in_a_latin_word_do_not_matter() -> None:
    assert normal_form("Nurlаnоvа") == normal_form("Nurlanova")
    assert normal_form("ПETPOB") == normal_form("ПЕТРОВ")


@given(anything | st.sampled_from([name for spellings in MUST_FIND for name in spellings]))
def test_a_normal_form_is_its_own(text: str) -> None:
    for part in (text, *name_parts(text)):
        form = normal_form(part)
        assert normal_form(form) == form
        assert skeleton(form) == skeleton(part)
        for reading in readings(part):
            assert normal_form(reading) == reading
    assert readings(text)[0] == normal_form(text)


@given(anything, anything)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 100
    assert likeness(one, one) in (0.0, 100.0)


SYLLABLES = ["ба", "ге", "ди", "ку", "ло", "ми", "нар", "вет", "чуш", "физ"]  # no letter meets its like
long_words = st.lists(st.sampled_from(SYLLABLES), min_size=3, max_size=5, unique=True).map("".join)


@given(st.lists(long_words, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_words_does_not_matter(parts: list[str], chance: random.Random) -> None:
    # Long words only: a particle belongs to the word beside it.
    assert likeness(" ".join(parts), " ".join(chance.sample(parts, len(parts)))) == 100


# The index


def test_reasons() -> None:
    assert why("Петров Иван", "Иван Петров") == "same"
    assert why("Petrov", "Петров Иван") == "other_alphabet"
    assert why("Пет", "Петров Иван") == "beginning"
    assert why("Mohammad", "Мұхаммед") == "other_spelling"
    assert why("Петроф Иван Сергеевич", "Петров Иван") == "part"
    assert why("Петкров", "Петров") == "similar"


def test_the_best_comes_first_and_says_by_which_name() -> None:
    index = NameIndex()
    index.put(person(1), [("main", "Ахметова Динара Маратқызы"), ("birth", "Ким Динара")])
    index.put(person(2), [("main", "Ким Диана")])
    index.put(person(3), [("main", "Ли Диана")])
    hits = index.find("kim dinara")
    assert [(hit.person_id, hit.kind) for hit in hits][:2] == [(person(1), "birth"), (person(2), "main")]
    assert hits[0].score > hits[1].score
    assert hits[0].reason_code == "other_alphabet"


def test_a_typed_beginning_finds() -> None:
    index = index_of("Нұрланова Әйгерим", "Петров Иван")
    assert [hit.person_id for hit in index.find("nurl aig")] == [person(0)]


def test_numbers_are_found_exactly() -> None:
    index = NameIndex()
    index.put(
        person(1),
        [("main", "Тестова Анна")],
        [("phone", "+7 (701) 000-00-01"), ("document", "N 00-12"), ("email", "a.test@example.org")],
    )
    index.put(person(2), [("main", "Тестов Пётр")], [("phone", "8 701 000 00 02")])
    assert [(h.person_id, h.kind, h.reason_code) for h in index.find("87010000001")] == [(person(1), "phone", "number")]
    assert index.find("n0012")[0].person_id == person(1)
    assert index.find("A.Test@example.org")[0].kind == "email"
    assert index.find("٨٧٠١٠٠٠٠٠٠٢")[0].person_id == person(2)
    assert index.find("8701000000") == []
    index.drop(person(1))
    assert index.find("87010000001") == []


def test_putting_again_replaces_and_dropping_forgets() -> None:
    index = index_of("Петров Иван")
    index.put(person(0), [("main", "Сидоров Иван")])
    assert index.find("Петров") == []
    assert index.find("Сидоров")
    index.drop(person(0))
    index.drop(person(0))
    assert index.find("Сидоров") == []
    assert len(index) == 0
    assert person(0) not in index


def test_nothing_asked_finds_nothing() -> None:
    index = index_of("Петров Иван", "", "-")
    assert index.find("") == index.find("  ,- ") == index.find("Петров", limit=0) == []
    assert len(index.find("Петров", limit=1)) == 1


@given(st.lists(full_names, min_size=1, max_size=12), st.data())
def test_a_name_is_found_by_itself_and_forgotten_without_a_trace(names: list[str], data: st.DataObject) -> None:
    index = index_of(*names)
    number = data.draw(st.integers(0, len(names) - 1))
    if likeness(names[number], names[number]):
        assert person(number) in {hit.person_id for hit in index.find(names[number], limit=len(names))}
    for left in data.draw(st.permutations(range(len(names)))):
        index.drop(person(left))
        assert person(left) not in {hit.person_id for name in names for hit in index.find(name)}
    fresh = NameIndex()
    kept = [attribute for attribute in NameIndex.__init__.__code__.co_names if attribute.startswith(("_by", "_form"))]
    assert len(kept) == 6
    assert all(getattr(index, attribute) == getattr(fresh, attribute) for attribute in kept)
    assert not any(index._persons), "the places stay, empty, for whoever comes"


@given(long_words, st.data())
def test_one_slip_is_forgiven(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(name) - 2))
    slips = [
        name[:place] + name[place + 1 :],
        name[:place] + "м" + name[place:],
        name[:place] + name[place + 1] + name[place] + name[place + 2 :],
    ]
    slip = data.draw(st.sampled_from(slips))
    assert index_of(name).find(slip), slip


def test_no_more_are_given_than_asked_for() -> None:
    index = index_of(*(f"Тестов{number} Имя" for number in range(300)))
    assert len(index.find("Имя", limit=20)) == 20


# Against names that nobody here spelled


def test_real_public_names_are_alike_in_all_their_spellings() -> None:
    with REAL_PAIRS.open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    assert len(pairs) >= 150
    assert all(all(pair.values()) for pair in pairs), "with their languages and where such spellings are found"
    alike = [pair for pair in pairs if likeness(pair["spelling"], pair["other_spelling"]) >= 75]
    assert len(alike) >= 0.97 * len(pairs)


@pytest.mark.parametrize("kind", invented.KINDS)
def test_invented_people_are_found_however_they_are_spelled(kind: str) -> None:
    """The generator shares no table with the normaliser; `make bench` does the same with many more."""
    chance, crowd = random.Random(5), invented.Crowd(5)
    people = [crowd.person() for _ in range(400)]
    names = [invented.recorded(one, chance) for one in people]
    index = index_of(*(name for name, _table in names))
    found = 0
    for number, (one, (name, table)) in enumerate(zip(people, names, strict=True)):
        hits = index.find(invented.asked(one, name, table, kind, chance), limit=10)
        found += person(number) in {hit.person_id for hit in hits}
    assert found >= 0.98 * len(people)
