"""Three languages: which one a page speaks, labels that carry all three, and dates as each language writes them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import pairwise

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import current_app, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from pyphen import Pyphen

from casework.core.clock import ALMATY
from casework.core.config import LANGUAGES

NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
babel = Babel()


@dataclass(frozen=True)
class Text:
    """The same words in three languages."""

    en: str
    ru: str
    kk: str

    def __str__(self) -> str:
        words: str = getattr(self, language())
        return words


def language() -> str:
    """The language of the page being made: en, ru or kk."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "en"


def choose_language() -> str:
    """The signed-in user's language, else the one chosen on this device, else the browser's, else the site's."""
    if g.get("language") in LANGUAGES:
        return str(g.language)
    default: str = current_app.extensions["settings"].default_language
    if not has_request_context():
        return default
    who = g.get("principal")
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    if who is not None and who.language in LANGUAGES:
        return str(who.language)
    return request.accept_languages.best_match(LANGUAGES) or default


def _locale() -> Locale:
    # British order for English: a day before its month, as in the other two.
    return Locale.parse("en_GB" if language() == "en" else language())


def day(value: object) -> str:
    """23 November 2026 · 23 ноября 2026 г. · 2026 ж. 23 қараша; partial dates say what they know."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ALMATY).date()
    if isinstance(value, date):
        return format_date(value, "long", locale=_locale())
    year, month, number = (getattr(value, part) for part in ("year", "month", "day"))
    if year and month and number:
        return format_date(date(year, month, number), "long", locale=_locale())
    if year and month:
        return month_name(date(year, month, 1))
    return str(year) if year else ""


def short_day(value: date | None) -> str:
    if value is None:
        return ""
    return format_date(value, "d MMM", locale=_locale())


def month_name(value: date) -> str:
    """November 2026 · ноябрь 2026 · 2026 ж. қараша."""
    return format_date(value, "yyyy 'ж'. MMMM" if language() == "kk" else "LLLL yyyy", locale=_locale())


def moment(value: datetime | None) -> str:
    if value is None:
        return ""
    local = value.astimezone(ALMATY)
    return (
        f"{format_date(local.date(), 'long', locale=_locale())}, {format_time(local.time(), 'HH:mm', locale=_locale())}"
    )


def number(value: float | int | None) -> str:
    return "" if value is None else format_decimal(value, locale=_locale())


_LIKE_RUSSIAN = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_LONG_WORD = re.compile(r"[^\W\d_]{11,}")


def breakable(text: str) -> str:
    """The words with soft hyphens in the long ones, for narrow places."""
    return text if language() == "en" else _LONG_WORD.sub(lambda word: "\u00ad".join(syllables(word[0])), text)


def syllables(word: str) -> list[str]:
    """Where a word may be broken, in the language of the page. Kazakh is broken by the Russian patterns."""
    ends = _hyphens("en_GB" if language() == "en" else "ru_RU").positions(word.translate(_LIKE_RUSSIAN))
    return [word[start:end] for start, end in pairwise([0, *ends, len(word)])]


@cache
def _hyphens(patterns: str) -> Pyphen:
    return Pyphen(lang=patterns, left=3, right=3)
