"""What one content says otherwise than an earlier one: figures, shown cells, medians, trends, lists, texts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from casework.core import i18n
from casework.core.config import LANGUAGES
from casework.core.i18n import Text
from casework.disclosure.tables import TOTAL
from casework.editions import texts
from casework.figures import report
from casework.releases.reading import said

Json = Mapping[str, Any]
Change = dict[str, Any]


def between(before: Json, after: Json, *, is_quoted: bool = False) -> list[Change]:
    """Every change, in the language of the page. Texts are compared where both are of one language.

    A number that the later content withholds is not repeated from the earlier one; nor are texts, which may say it:
    `is_quoted`, for officers who have both before them, they are told word for word.
    """
    found = [*_figures(before["figures"], after["figures"], is_same_day=before["as_of"] == after["as_of"])]
    if before["publication"] is not None and after["publication"] is not None:
        found += _tables(before["publication"], after["publication"])
        found += _durations(before["publication"], after["publication"])
    found += _trends(before["trends"], after["trends"])
    found += _lists(before, after)
    if before["language"] == after["language"]:
        found += _texts(before, after, is_quoted=is_quoted)
    return found


def _change(what: Json, before: str, after: str) -> Change:
    return {"what": dict(what), "before": before, "after": after}


def _figures(before: Iterable[Json], after: Iterable[Json], *, is_same_day: bool) -> Iterator[Change]:
    """Key Figures by code, with their parts and components; of one day also a figure's own day and its source."""
    then = {one["code"]: one for one in texts.each_figure(before)}
    now = {one["code"]: one for one in texts.each_figure(after)}
    for code in dict.fromkeys([*then, *now]):
        old, new = then.get(code), now.get(code)
        name = _named((new or old or {})["name"])
        words = [_figure(one) for one in (old, new)]
        if words[0] != words[1]:
            is_withheld = new is not None and new["hidden"]
            yield _change(name, _("was shown") if is_withheld else words[0], words[1])
        if is_same_day and old is not None and new is not None:
            said_of = [(_day(one["as_of"]), said(one["source"])) for one in (old, new)]
            for was, now_said in zip(*said_of, strict=True):
                if was != now_said:
                    yield _change(name, was or "–", now_said or "–")


def _day(text: str | None) -> str:
    return _("as of %(day)s", day=i18n.day(date.fromisoformat(text))) if text else ""


def _named(name: Json | str) -> Json:
    return dict.fromkeys(LANGUAGES, name) if isinstance(name, str) else name


def _figure(figure: Json | None) -> str:
    if figure is None:
        return _("not there")
    if figure["hidden"]:
        return _("hidden to protect people")
    if figure["value"] is None:
        return _("not known")
    value = figure["value"]
    number = value if isinstance(value, int) else Decimal(value)
    return report.worded(number, figure["unit"], figure["qualifier"] or "")


def _tables(before: Json, after: Json) -> Iterator[Change]:
    """Tables that only one has; of those that both have, cells that one of them at least shows."""
    earlier, later = ({one["code"]: one for one in each["tables"]} for each in (before, after))
    for code in dict.fromkeys([*earlier, *later]):
        if code in earlier and code in later:
            yield from _cells(earlier[code], later[code])
        else:
            has = [_("published") if code in each else _("not there") for each in (earlier, later)]
            yield _change((later.get(code) or earlier[code])["name"], *has)


def _cells(before: Json, after: Json) -> Iterator[Change]:
    then = {tuple(one["at"]): one.get("value") for one in before["cells"]}
    for one in after["cells"]:
        at = tuple(one["at"])
        if at in then and then[at] != one.get("value"):
            was = _number(then[at]) if "value" in one else _("was shown")
            yield _change(_place(after, at), was, _number(one.get("value")))


def _durations(before: Json, after: Json) -> Iterator[Change]:
    """Medians in days."""
    then = {one["code"]: one for one in before["durations"]}
    for one in after["durations"]:
        old = then.get(one["code"])
        if old is None or old["median_days"] == one["median_days"]:
            continue
        was = _("was shown") if one["hidden"] else _number(old["median_days"])
        yield _change(one["name"], was, _number(None if one["hidden"] else one["median_days"]))


def _trends(before: Iterable[Json], after: Iterable[Json]) -> Iterator[Change]:
    """Points of lines that both have, and points that only the later one has."""
    then = {key: value for key, (_what, value) in _points(before).items()}
    for key, (what, value) in _points(after).items():
        if key not in then or then[key] == value:
            continue
        yield _change(what, _number(then[key]) if value is not None else _("was shown"), _number(value))


def _points(trends: Iterable[Json]) -> dict[tuple[str, str, str], tuple[Json, int | None]]:
    found: dict[tuple[str, str, str], tuple[Json, int | None]] = {}
    for trend in trends:
        for line in trend["lines"]:
            for point in line["points"]:
                if not point.get("absent"):
                    what = {
                        language: f"{trend['name'][language]}, {line['name'][language]}: {point['as_of']}"
                        for language in LANGUAGES
                    }
                    found[trend["code"], line["code"], point["as_of"]] = (what, point["value"])
    return found


def _number(value: int | None) -> str:
    return _("hidden to protect people") if value is None else i18n.number(value)


def _place(table: Json, at: tuple[str, ...]) -> Json:
    """Where a cell stands, in three languages."""
    found = {}
    for language in LANGUAGES:
        labels = [
            category["label"][language]
            for dimension, code in zip(table["dimensions"], at, strict=True)
            for category in dimension["categories"]
            if code != TOTAL and category["code"] == code
        ]
        found[language] = ": ".join([table["name"][language], *([", ".join(labels)] if labels else [])])
    return found


_LISTS = {
    "party": Text("Party to", "Участвует в", "Қатысады"),
    "not_party": Text("Not party to", "Не участвует в", "Қатыспайды"),
    "commitments": Text("Commitments", "Обязательства", "Міндеттемелер"),
    "state": Text("State partners", "Государственные партнёры", "Мемлекеттік серіктестер"),
    "civil": Text("Civil society partners", "Партнёры из гражданского общества", "Азаматтық қоғам серіктестері"),
    "donors": Text("Donors", "Доноры", "Донорлар"),
}


def _lists(before: Json, after: Json) -> Iterator[Change]:
    then, now = _all_lists(before), _all_lists(after)
    for code, name in _LISTS.items():
        if then.get(code, "") != now.get(code, ""):
            words = {language: getattr(name, language) for language in LANGUAGES}
            yield _change(words, then.get(code, "") or "–", now.get(code, "") or "–")


def _all_lists(content: Json) -> dict[str, str]:
    law = content["law"] or {}
    lists = {
        **{code: law.get(code, []) for code in ("party", "not_party", "commitments")},
        **{one["kind"]: one["names"] for one in content["partners"]},
        "donors": content["donors"],
    }
    return {code: "; ".join(said(one) for one in names) for code, names in lists.items()}


def _texts(before: Json, after: Json, *, is_quoted: bool) -> Iterator[Change]:
    names = {one.code: one.name for one in texts.SECTIONS}
    then, now = _all_texts(before), _all_texts(after)
    for code, name in names.items():
        if then.get(code, "") != now.get(code, ""):
            words = {language: getattr(name, language) for language in LANGUAGES}
            if is_quoted:
                yield _change(words, then.get(code, "") or "–", now.get(code, "") or "–")
            else:
                yield _change(words, _("worded otherwise"), _("as it stands here"))


def _all_texts(content: Json) -> dict[str, str]:
    found = {code: content[code] for code in ("title", "lead", "contacts", "method", "explained")}
    for code, one in zip(texts.MESSAGES, content["messages"], strict=False):
        found[code] = f"{one['title']}\n{one['text']}".strip()
    found |= {one["code"]: one["text"] for one in content["activities"]}
    notes = (content["publication"] or {}).get("texts", {})
    found["method"] = "\n\n".join([*(said(one) for one in notes.values()), found["method"]]).strip()
    return found | {"law": (content["law"] or {}).get("text", "")}
