"""Well-known passwords are refused on whatever keyboard they were typed; words by chance are not."""

import random
import re
from gzip import decompress

import pytest

from casework.accounts import blocklist, rules

WORDS = decompress(blocklist.LIST.read_bytes()).decode("utf-8").split()

# Words of everyday, not taken from the list: what somebody may choose four of.
CHOSEN = {
    "English": "heron kettle lantern meadow harvest pepper window orchard thunder velvet saddle pebble cradle willow "
    "barley anchor copper bishop tunnel feather ginger hammock island jacket ladder marble needle oyster puddle",
    "Russian": "цапля чайник фонарь луг урожай перец окно сад гром бархат седло галька колыбель ива ячмень якорь медь "
    "тоннель перо имбирь гамак остров куртка лестница мрамор иголка устрица лужа морошка ёжик",
    "Kazakh": "тырна шәйнек шам шалғын егін бұрыш терезе бақша найзағай барқыт ертоқым тас бесік тал арпа зәкір мыс "
    "жолбарыс қауырсын зімбір арал күртеше баспалдақ мәрмәр ине қоңыз шалшық түлкі бұлақ көбелек",
    "Arabic": "غلاية فانوس مرج حصاد فلفل نافذة بستان رعد مخمل سرج حصاة مهد صفصاف شعير مرساة نحاس نفق ريشة زنجبيل "
    "أرجوحة جزيرة سترة سلم رخام إبرة محار بركة فراشة ثعلب ينبوع",
}


@pytest.mark.parametrize(
    "password",
    [
        "йцукенгшщз2024",
        "ghbdtnrfrltkf",  # приветкакдела on the English keyboard
        "приветкакдела",
        "Пароль123456",
        "GFHJKM!!2026",  # пароль, capitals
        "П@роль-2026!",
        "Пapoль 2026г",  # some letters are Latin
        "Rfpf[cnfy2026",  # казахстан
        "Құпиясөз2024",
        "09gbzc-p2024",  # құпиясөз with the keys of the English keyboard
        ")(GBZC_P2024",  # and with Shift
        "c2ktvtnc3p2030",  # сәлеметсіз, half of the keys
        "әіңғүұқөһәіңғ",  # the row of digits on the Kazakh keyboard
        "2026Алматы2026",
        "алматыастана",
        "P@$$w0rd2024!",
        "1l0v3y0u!!!!!",
        "drowssap12345",
        "dragonmonkey2024",
        "letmein letmein",
        "Наташа19851985",
        "natasha.natasha.1985",
        "!QAZ@WSX3edc",
        "Q!W@E#R$T%Y^",
        "870123456789",
        "+7 701 234 56 78",
        "iloveyoubaby123",
        "қауіпсіздік2026",
        "беженцы2026!",
    ],
)
def test_well_known_ones_are_refused(password: str) -> None:
    assert rules.is_too_easy(password)


@pytest.mark.parametrize(
    "password",
    [
        "barley kettle under seven herons",
        "сорок ежей едят морошку",
        "қоңыр түлкі билейді ерекше",
        "بيت أزرق فوق تلة بعيدة",
        "4h7-k2p-9xw-q3m",
        "mqzkvtrwpbnd",
    ],
)
def test_good_ones_pass_in_four_scripts(password: str) -> None:
    assert not rules.is_too_easy(password)


@pytest.mark.parametrize("language", CHOSEN)
def test_four_words_by_chance_are_not_refused(language: str) -> None:
    chance, words = random.Random(f"issue 8, {language}"), CHOSEN[language].split()
    phrases = [chance.choice((" ", "-", "")).join(chance.sample(words, 4)) for _ in range(125)]
    assert [phrase for phrase in phrases if rules.is_too_easy(phrase)] == []


@pytest.mark.parametrize("letters", ["a-z", "а-яәіңғүұқөһ"])
def test_even_four_words_of_the_list_are_refused_less_than_once_in_two_hundred(letters: str) -> None:
    chance, words = random.Random(8), [word for word in WORDS if re.fullmatch(f"[{letters}]{{4,9}}", word)]
    refused = sum(rules.is_too_easy(" ".join(chance.sample(words, 4))) for _ in range(250))
    assert refused < 0.005 * 250


def test_the_list_is_long_small_and_says_where_it_is_from() -> None:
    assert blocklist.size() == len(set(WORDS)) >= 100_000
    assert blocklist.LIST.stat().st_size < 1_000_000
    source = (blocklist.LIST.parent / "SOURCE.md").read_text("utf-8")
    assert f"{len(WORDS):,}" in source
    assert "MIT" in source


def test_every_entry_is_found_at_its_place() -> None:
    assert blocklist.known("123456") == blocklist.known(WORDS[0]) == 1
    places = [blocklist.known(word) for word in WORDS[::97]]
    assert None not in places
    assert places == sorted(place for place in places if place is not None)
    assert blocklist.known("this is not in the list") is None


def test_words_of_our_own_are_those_that_the_list_lacks() -> None:
    assert len(rules.LISTED) == len(set(rules.LISTED))
    assert [word for word in rules.LISTED if (blocklist.known(word) or 99) < blocklist.LISTED] == []
    assert [word for word in rules.LISTED if word != blocklist.plain(word)] == []


def test_every_reading_has_as_many_signs_as_were_typed() -> None:
    text = "".join(chr(code) for code in range(32, 0x530))
    assert {len(one) for one in blocklist.spellings(text)} == {len(text)}
