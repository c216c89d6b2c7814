"""The days off and working weekends of Kazakhstan that the library `holidays` knows, in three languages."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.metadata import version

import holidays
from babel import Locale
from babel.dates import format_date

from casework.core.i18n import Text

VERSION = version("holidays")
YEARS = range(1990, 2101)
NAMES = {
    "Capital Day": Text("Capital Day", "День Столицы", "Астана күні"),
    "Constitution Day": Text("Constitution Day", "День Конституции", "Конституция күні"),
    "Defender of the Fatherland Day": Text(
        "Defender of the Fatherland Day", "День защитника Отечества", "Отан қорғаушы күні"
    ),
    "Eid al-Adha": Text("Kurban Ait, first day", "Курбан-айт, первый день", "Құрбан айттың бірінші күні"),
    "First President Day": Text("First President Day", "День Первого Президента", "Тұңғыш Президент күні"),
    "Independence Day": Text("Independence Day", "День Независимости", "Тәуелсіздік күні"),
    "International Women's Day": Text(
        "International Women's Day", "Международный женский день", "Халықаралық әйелдер күні"
    ),
    "Kazakhstan's People Solidarity Holiday": Text(
        "Unity Day of the People of Kazakhstan",
        "Праздник единства народа Казахстана",
        "Қазақстан халқының бірлігі мерекесі",
    ),
    "New Year's Day": Text("New Year", "Новый год", "Жаңа жыл"),
    "Nowruz Holiday": Text("Nauryz", "Наурыз мейрамы", "Наурыз мейрамы"),
    "Orthodox Christmas": Text("Orthodox Christmas", "Православное Рождество", "Православиелік Рождество"),
    "Republic Day": Text("Republic Day", "День Республики", "Республика күні"),
    "Victory Day": Text("Victory Day", "День Победы", "Жеңіс күні"),
}
"""The library has no Russian, and its English is its own."""

OBSERVED = Text("moved", "перенесённый выходной", "ауыстырылған демалыс")
ESTIMATED = Text("estimated", "предварительно", "болжамды")
_NAME = re.compile(r"(?P<name>.+?)(?: \((?P<how>observed|estimated|observed, estimated)\))?")
_SWAP = re.compile(r"Day off \(substituted from (\d\d/\d\d/\d{4})\)")


@dataclass(frozen=True)
class Official:
    """Everything the library knows, in one reading."""

    days_off: dict[date, Text]
    workdays: dict[date, Text]
    estimated: frozenset[date]


@lru_cache
def official() -> Official:
    """The library's calendar. It comes with the installed release, so a process reads it once."""
    days_off: dict[date, Text] = {}
    workdays: dict[date, Text] = {}
    estimated = set()
    for day, said in holidays.country_holidays("KZ", years=YEARS, language="en_US").items():
        names = []
        for name in said.split("; "):
            if swap := _SWAP.fullmatch(name):
                worked = datetime.strptime(swap[1], "%m/%d/%Y").date()  # noqa: DTZ007 - a date, no moment
                names.append(_instead_of_work(worked))
                workdays[worked] = _instead_of_rest(day)
            else:
                names.append(_name(name))
        if "estimated" in said:
            estimated.add(day)
        days_off[day] = _joined(names)
    return Official(days_off, workdays, frozenset(estimated))


def _name(said: str) -> Text:
    parts = _NAME.fullmatch(said)
    name = parts["name"] if parts else said
    words = NAMES.get(name) or Text(name, name, name)
    how = (parts["how"] or "") if parts else ""
    notes = [note for key, note in (("observed", OBSERVED), ("estimated", ESTIMATED)) if key in how]
    if not notes:
        return words
    note = _joined(notes, ", ")
    return Text(f"{words.en} ({note.en})", f"{words.ru} ({note.ru})", f"{words.kk} ({note.kk})")


def _joined(words: list[Text], by: str = "; ") -> Text:
    return Text(by.join(one.en for one in words), by.join(one.ru for one in words), by.join(one.kk for one in words))


def _instead_of_work(worked: date) -> Text:
    en, ru, kk = _written(worked)
    return Text(f"Day off (worked on {en} instead)", f"Выходной (рабочий день: {ru})", f"Демалыс (жұмыс күні: {kk})")


def _instead_of_rest(rested: date) -> Text:
    en, ru, kk = _written(rested)
    return Text(
        f"Working day (day off on {en} instead)", f"Рабочий день (выходной: {ru})", f"Жұмыс күні (демалыс: {kk})"
    )


def _written(day: date) -> list[str]:
    return [format_date(day, "long", locale=Locale.parse(name)) for name in ("en_GB", "ru", "kk")]
