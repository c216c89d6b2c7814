"""What one content says otherwise than an earlier one of the same day: figures, shown cells, lists, texts."""

from collections.abc import Iterable, Iterator, Mapping
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


def between(before: Json, after: Json) -> list[Change]:
    """Every change, in the language of the page. Texts are compared where both are of one language.

    A number that the later content withholds is not repeated from the earlier one.
    """
    found = [*_figures(before["figures"], after["figures"])]
    if before["publication"] is not None and after["publication"] is not None:
        found += _cells(before["publication"], after["publication"])
    found += _lists(before, after)
    if before["language"] == after["language"]:
        found += _texts(before, after)
    return found


def _change(what: Json, before: str, after: str) -> Change:
    return {"what": dict(what), "before": before, "after": after}


def _figures(before: Iterable[Json], after: Iterable[Json]) -> Iterator[Change]:
    """Key Figures by code, with their parts, components and days."""
    then = {one["code"]: one for one in texts.each_figure(before)}
    now = {one["code"]: one for one in texts.each_figure(after)}
    for code in dict.fromkeys([*then, *now]):
        old, new = then.get(code), now.get(code)
        words = [_figure(one) for one in (old, new)]
        if words[0] != words[1]:
            is_withheld = new is not None and new["hidden"]
            yield _change(_named((new or old or {})["name"]), _("was shown") if is_withheld else words[0], words[1])


def _named(name: Json | str) -> Json:
    return dict.fromkeys(LANGUAGES, name) if isinstance(name, str) else name


def _figure(figure: Json | None) -> str:
    """As printed; with its day where that is not the sheet's own business."""
    if figure is None:
        return _("not there")
    if figure["value"] is None:
        return _("hidden to protect people") if figure["hidden"] else _("not known")
    value = figure["value"]
    number = value if isinstance(value, int) else Decimal(value)
    return report.worded(number, figure["unit"], figure["qualifier"] or "")


def _cells(before: Json, after: Json) -> Iterator[Change]:
    """Cells of tables that both have, one of which at least was shown."""
    earlier = {table["code"]: table for table in before["tables"]}
    for table in after["tables"]:
        if table["code"] not in earlier:
            continue
        then = {tuple(one["at"]): one.get("value") for one in earlier[table["code"]]["cells"]}
        for one in table["cells"]:
            at = tuple(one["at"])
            if at in then and then[at] != one.get("value"):
                was = _number(then[at]) if "value" in one else _("was shown")
                yield _change(_place(table, at), was, _number(one.get("value")))


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


def _texts(before: Json, after: Json) -> Iterator[Change]:
    names = {one.code: one.name for one in texts.SECTIONS}
    then, now = _all_texts(before), _all_texts(after)
    for code, name in names.items():
        if then.get(code, "") != now.get(code, ""):
            words = {language: getattr(name, language) for language in LANGUAGES}
            yield _change(words, then.get(code, "") or "–", now.get(code, "") or "–")


def _all_texts(content: Json) -> dict[str, str]:
    found = {code: content[code] for code in ("title", "lead", "contacts", "method")}
    for code, one in zip(texts.MESSAGES, content["messages"], strict=False):
        found[code] = f"{one['title']}\n{one['text']}".strip()
    found |= {one["code"]: one["text"] for one in content["activities"]}
    return found | {"law": (content["law"] or {}).get("text", "")}
