"""The texts of an edition: which there are, what they say at first, and what the placeholders in them stand for.

A text never says a number that its figure does not: `{refugees_asylum}` is the figure as it is printed, and
`{share:part/whole}` a percentage of two published figures. What is withheld has no placeholder that works.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from casework.core import i18n
from casework.core.config import LANGUAGES
from casework.core.i18n import Text
from casework.figures import report, shares

Json = Mapping[str, Any]

SEED = Path(__file__).parent / "seed" / "texts.toml"


@dataclass(frozen=True)
class Section:
    """A text of an edition. `rows`: how high its field is."""

    code: str
    name: Text
    hint: Text
    is_required: bool
    rows: int


_MESSAGE = Text(
    "The first line is the title; what follows is the text.",
    "Первая строка – заголовок; дальше – текст.",
    "Бірінші жол – тақырып; әрі қарай – мәтін.",
)
_PARAGRAPHS = Text(
    "An empty line begins a new paragraph.",
    "Пустая строка начинает новый абзац.",
    "Бос жол жаңа абзацты бастайды.",
)


def _message(number: int) -> Section:
    name = Text(f"Message {number}", f"Тезис {number}", f"{number}-тұжырым")
    return Section(f"message_{number}", name, _MESSAGE, is_required=number <= REQUIRED_MESSAGES, rows=4)


def _activity(code: str, name: Text) -> Section:
    return Section(code, name, _PARAGRAPHS, is_required=False, rows=4)


REQUIRED_MESSAGES = 2
MESSAGES = tuple(f"message_{number}" for number in range(1, 5))
ACTIVITIES = ("counselling", "assistance", "cash", "trainings", "safeguards", "awareness")

SECTIONS: tuple[Section, ...] = (
    Section(
        "title",
        Text("Title", "Заголовок", "Тақырып"),
        Text("One line.", "Одна строка.", "Бір жол."),
        is_required=True,
        rows=1,
    ),
    Section(
        "lead",
        Text("Lead", "Вводный абзац", "Кіріспе"),
        Text(
            "One or two sentences for whoever reads nothing else.",
            "Одно-два предложения для тех, кто больше ничего не прочтёт.",
            "Басқа ештеңе оқымайтындарға арналған бір-екі сөйлем.",
        ),
        is_required=True,
        rows=3,
    ),
    *(_message(number) for number in range(1, len(MESSAGES) + 1)),
    _activity("counselling", Text("Legal counselling", "Юридические консультации", "Заңгерлік кеңес")),
    _activity(
        "assistance",
        Text("Legal and social assistance", "Правовая и социальная помощь", "Құқықтық және әлеуметтік көмек"),
    ),
    _activity("cash", Text("Cash assistance", "Денежная помощь", "Ақшалай көмек")),
    _activity("trainings", Text("Trainings", "Обучение", "Оқыту")),
    _activity(
        "safeguards",
        Text(
            "Safeguards against statelessness",
            "Гарантии против безгражданства",
            "Азаматтықсыз қалудан қорғау кепілдіктері",
        ),
    ),
    _activity("awareness", Text("Awareness", "Информирование", "Ақпараттандыру")),
    Section(
        "law",
        Text("Legal framework", "Правовая база", "Құқықтық негіз"),
        Text(
            "Beside the treaties, which come from the code lists as they were in force on the day of the sheet.",
            "Помимо договоров: они берутся из справочников по состоянию на дату бюллетеня.",
            "Шарттардан бөлек: олар бюллетень күніндегі анықтамалықтардан алынады.",
        ),
        is_required=False,
        rows=4,
    ),
    Section(
        "contacts",
        Text("Contacts", "Контакты", "Байланыс"),
        Text(
            "One a line: offices and mailboxes, no names of people.",
            "По одному в строке: офисы и почтовые ящики, без имён людей.",
            "Әр жолға біреуден: кеңселер мен пошта жәшіктері, адамдардың аты жазылмайды.",
        ),
        is_required=True,
        rows=3,
    ),
    Section(
        "method",
        Text("Notes on method", "Примечания о методике", "Әдістеме туралы ескертпелер"),
        Text(
            "Beside the notes that come with the release.",
            "Помимо примечаний, которые сопровождают выпуск.",
            "Шығарылыммен бірге келетін ескертпелерден бөлек.",
        ),
        is_required=False,
        rows=4,
    ),
    Section(
        "explained",
        Text("What does not add up, and why", "Что не сходится и почему", "Не сәйкес келмейді және неге"),
        Text(
            "As it was signed with the release: a paragraph for each sum that does not come out, in their order.",
            "Как подписано вместе с выпуском: по абзацу на каждую несходящуюся сумму, в том же порядке.",
            "Шығарылыммен бірге қол қойылғандай: сәйкес келмейтін әр қосындыға бір абзац, сол ретпен.",
        ),
        is_required=False,
        rows=3,
    ),
    Section(
        "correction",
        Text("Reason for the correction", "Причина исправления", "Түзету себебі"),
        Text(
            "What was wrong in the edition before, and why. What changed is listed beside it.",
            "Что было неверно в прежнем издании и почему. Что изменилось, перечислено рядом.",
            "Алдыңғы басылымда не қате болғаны және неге. Не өзгергені қасында тізілген.",
        ),
        is_required=False,
        rows=3,
    ),
)
"""In the order of the sheet."""


@cache
def _shipped() -> dict[str, dict[str, dict[str, str]]]:
    with SEED.open("rb") as file:
        found: dict[str, dict[str, dict[str, str]]] = tomllib.load(file)
    return found


def defaults(kind: str) -> dict[str, dict[str, str]]:
    """What each section says at first, by language, in the order of the sheet; only the sections of this kind.

    `kind`: national or regional. Raises KeyError for another.
    """
    shipped = _shipped()[kind]
    return {
        one.code: {language: shipped[one.code].get(language, "").strip() for language in LANGUAGES}
        for one in SECTIONS
        if one.code in shipped
    }


# -- placeholders --------------------------------------------------------------------------------------------


class UnknownFigure(LookupError):
    """A placeholder stands for nothing that is published. `name`: as it is written between the braces."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Known:
    """What placeholders stand for. `figures`: Key Figures as a publication has them, by code."""

    figures: Mapping[str, Json]
    as_of: date
    area: str

    @classmethod
    def of(cls, figures: Iterable[Json], as_of: date, area: str) -> "Known":
        return cls({one["code"]: one for one in each_figure(figures)}, as_of, area)


def each_figure(figures: Iterable[Json]) -> Iterator[Json]:
    """Figures with all their parts and components."""
    for one in figures:
        yield one
        yield from each_figure((*one["parts"], *one["components"]))


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SHARE = "share:"


def resolved(text: str, known: Known) -> str:
    """The text with what its placeholders stand for, in the language of the page. Raises UnknownFigure."""
    return _PLACEHOLDER.sub(lambda found: _value(found[1].strip(), known), text)


def _value(name: str, known: Known) -> str:
    if name == "as_of":
        return i18n.day(known.as_of)
    if name == "area":
        return known.area
    if name.startswith(_SHARE):
        part, _slash, whole = name.removeprefix(_SHARE).partition("/")
        return shares.share(*_part_and_whole(name, part.strip(), whole.strip(), known))
    figure = known.figures.get(name)
    if figure is None or _number(figure) is None:
        raise UnknownFigure(name)
    return report.worded(_number(figure) or Decimal(0), figure["unit"], figure.get("qualifier") or "")


def _part_and_whole(name: str, part: str, whole: str, known: Known) -> tuple[Decimal, Decimal]:
    """What a share is of: only figures one of which is in the other, exact and published both."""
    above = known.figures.get(whole)
    below = next((one for one in each_figure([above]) if one["code"] == part), None) if above is not None else None
    if above is None or below is None:
        raise UnknownFigure(name)
    numerator, denominator = _number(below), _number(above)
    is_like = below["unit"] == above["unit"] and not below.get("qualifier") and not above.get("qualifier")
    if numerator is None or not denominator or not is_like:
        raise UnknownFigure(name)
    return numerator, denominator


def _number(figure: Json) -> Decimal | None:
    """None: withheld, or nobody has given it."""
    value = figure.get("value")
    return None if value is None or figure.get("hidden") else Decimal(value)


# -- numbers typed by hand -----------------------------------------------------------------------------------

_SPACES = "\u0020\u00a0\u202f\u2009"
_NUMBER = re.compile(
    rf"(?<![\w.,–-])\d{{1,3}}(?:[{_SPACES},]\d{{3}})+(?:[.,]\d+)?(?!\d)|(?<![\w.,])\d+(?:[.,]\d+)?(?!\d)"
)
_DAYS = re.compile(
    r"\b\d{1,2}\s+[^\W\d]+\s+(?:19|20)\d\d\b"  # 1 January 2025
    r"|\b(?:19|20)\d\d\s+(?:ж\.|[^\W\d]+)\s+\d{1,2}\s+[^\W\d]+"  # 2025 жылғы 1 қаңтар
    r"|\b\d{1,2}\.\d{1,2}\.(?:19|20)\d\d\b"  # 01.01.2025
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\+\d[\d ()-]+")


def loose_numbers(text: str, figures: Iterable[Json]) -> list[str]:
    """Numbers typed by hand that no published figure has, as they are written, each once.

    Years, days, numbers of lists, addresses and telephone numbers are no figures.
    """
    published = {_number(one) for one in each_figure(figures)}
    rest = text
    for one in (_PLACEHOLDER, _ADDRESS, _DAYS, _LIST_NUMBER):
        rest = one.sub(" ; ", rest)
    found: dict[str, None] = {}
    for number in (each[0] for each in _NUMBER.finditer(rest)):
        if not _YEAR.fullmatch(number) and _readings(number).isdisjoint(published):
            found[number] = None
    return list(found)


def _readings(number: str) -> set[Decimal | None]:
    """What a written number may mean: a comma or a point is between thousands in one language, a decimal in another."""
    plain = re.sub(rf"[{_SPACES}]", "", number)
    found: set[Decimal | None] = {Decimal(re.sub(r"[.,]", "", plain))} if re.search(r"[.,]\d{3}\b", plain) else set()
    if plain.count(",") + plain.count(".") <= 1:
        found.add(Decimal(plain.replace(",", ".")))
    return found
