"""A publication made by hand, as casework.releases.publication writes them: for the pages, which read nothing else."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import product
from typing import Any
from uuid import UUID

from casework.core.db import db
from casework.disclosure import tables as exact
from casework.disclosure.tables import Facts
from casework.releases.models import Release, ReleaseFacts, Step

NAMES = {
    "refugees_asylum": (
        "Refugees and asylum-seekers",
        "Беженцы и лица, ищущие убежище",
        "Босқындар мен баспана іздеушілер",
    ),
    "undetermined": (
        "Persons of undetermined nationality registered by partners",
        "Лица с неопределённым гражданством, зарегистрированные партнёрами",
        "Серіктестер тіркеген азаматтығы айқындалмаған адамдар",
    ),
    "sessions": ("Counselling sessions", "Консультации", "Кеңестер"),
    "decisions": ("Decisions", "Решения", "Шешімдер"),
}

STATUS = {
    "ASR": ("Asylum-seeker", "Лицо, ищущее убежище", "Баспана іздеуші"),
    "REF-C": ("Refugee under the Convention", "Беженец по Конвенции", "Конвенция бойынша босқын"),
    "REF-M": ("Refugee under UNHCR’s mandate", "Беженец по мандату УВКБ ООН", "БҰҰ БЖКБ мандаты бойынша босқын"),
}
ORIGIN = {
    "AFG": ("Afghanistan", "Афганистан", "Ауғанстан"),
    "UKR": ("Ukraine", "Украина", "Украина"),
    "UZB": ("Uzbekistan", "Узбекистан", "Өзбекстан"),
    "OTHER": ("Other countries", "Другие страны", "Басқа елдер"),
}
SEX = {
    "F": ("Women and girls", "Женщины и девочки", "Әйелдер мен қыздар"),
    "M": ("Men and boys", "Мужчины и мальчики", "Ерлер мен ұлдар"),
}
AGE = {
    "0-4": ("0–4",) * 3,
    "5-11": ("5–11",) * 3,
    "12-17": ("12–17",) * 3,
    "18-59": ("18–59",) * 3,
    "60+": ("60+",) * 3,
}
REGION = {
    "KZ-75": ("Almaty", "Алматы", "Алматы"),
    "KZ-71": ("Astana", "Астана", "Астана"),
    "KZ-79": ("Shymkent", "Шымкент", "Шымкент"),
    "KZ-61": ("Turkistan Region", "Туркестанская область", "Түркістан облысы"),
    "KZ-59": ("North Kazakhstan Region", "Северо-Казахстанская область", "Солтүстік Қазақстан облысы"),
}
IN = {
    "REG": ("Identified or registered", "Выявлены или зарегистрированы", "Анықталды немесе тіркелді"),
    "REOPENED": ("Reopened", "Возобновлены", "Қайта ашылды"),
    "CORRECTED": ("Recorded late or corrected", "Внесены позже или исправлены", "Кеш жазылды немесе түзетілді"),
}
OUT = {
    "CONFIRMED": ("Nationality confirmed", "Гражданство подтверждено", "Азаматтығы расталды"),
    "DEPARTED": ("Departed", "Выехали", "Кетті"),
    "DIED": ("Died", "Умерли", "Қайтыс болды"),
}
KIND = {"FIRST": ("First session", "Первичная", "Алғашқы"), "NEXT": ("Later session", "Повторная", "Қайталама")}
OUTCOME = {"POS": ("Granted", "Положительное", "Оң"), "NEG": ("Refused", "Отказ", "Бас тарту")}

LABELS = {
    "status": STATUS,
    "origin": ORIGIN,
    "sex": SEX,
    "age": AGE,
    "region": REGION,
    "modality": KIND,
    "result": OUTCOME,
}
DIMENSIONS = {
    "status": ("Status", "Статус", "Мәртебе"),
    "origin": ("Country of origin", "Страна происхождения", "Шыққан елі"),
    "sex": ("Sex", "Пол", "Жынысы"),
    "age": ("Age", "Возраст", "Жасы"),
    "region": ("Region of residence", "Регион проживания", "Тұратын өңірі"),
    "flow": ("Why", "Причина", "Себебі"),
    "modality": ("Kind of session", "Вид консультации", "Кеңес түрі"),
    "month": ("Month", "Месяц", "Ай"),
    "result": ("Outcome", "Исход", "Нәтижесі"),
    "procedure": ("Procedure", "Процедура", "Рәсім"),
    "instance": ("Instance", "Инстанция", "Саты"),
}


def words(three: Sequence[str]) -> dict[str, str]:
    return dict(zip(("en", "ru", "kk"), three, strict=True))


def explained(name: Sequence[str]) -> dict[str, str]:
    return words([f"{name[0]}, each once.", f"{name[1]}, по одному разу.", f"{name[2]}, бір реттен."])


def table(
    population: str,
    by: Mapping[str, Mapping[str, Sequence[str]]],
    counts: Mapping[tuple[str, ...], int],
    when: str | list[str],
    *,
    unit: str = "persons",
    hidden: Iterable[tuple[str, ...]] = (),
    structural: Iterable[tuple[str, ...]] = (),
) -> dict[str, Any]:
    """A table of these counts with all its margins; coordinates left out are 0."""
    dimensions, withheld, impossible = list(by), set(hidden), set(structural)
    cells = []
    for at in product(*(["*", *by[one]] for one in dimensions)):
        total = sum(n for where, n in counts.items() if all(a in ("*", b) for a, b in zip(at, where, strict=True)))
        cell: dict[str, Any] = {"at": list(at)}
        if at in withheld:
            cell["hidden"] = True
        else:
            cell["value"] = total
            if at in impossible:
                cell["structural"] = True
        cells.append(cell)
    label = NAMES[population.partition(":")[0]]
    name = [f"{title} – {', '.join(DIMENSIONS[one][n] for one in dimensions)}" for n, title in enumerate(label)]
    return {
        "code": f"{population}_by_{'_'.join(dimensions)}",
        "population": population,
        "when": when,
        "version": 1,
        "name": words(name),
        "definition": explained(name),
        "unit": unit,
        "dimensions": [
            {
                "code": one,
                "name": words(DIMENSIONS[one]),
                "is_sensitive": one == "result",
                "categories": [
                    {"code": code, "label": words(label), "members": None if code == "OTHER" else []}
                    for code, label in by[one].items()
                ],
            }
            for one in dimensions
        ],
        "cells": cells,
    }


def publication(as_of: str = "2025-01-01", since: str = "2024-01-01", **changes: Any) -> dict[str, Any]:
    """646 refugees and asylum-seekers, 466 persons of undetermined nationality, what was done for them."""
    period = [since, as_of]
    months = {f"2024-{n:02}": (f"2024-{n:02}",) * 3 for n in (10, 11, 12)}
    protected = {
        ("ASR", "AFG"): 118,
        ("ASR", "UKR"): 40,
        ("ASR", "UZB"): 12,
        ("ASR", "OTHER"): 31,
        ("REF-C", "AFG"): 199,
        ("REF-C", "UKR"): 2,
        ("REF-C", "UZB"): 11,
        ("REF-C", "OTHER"): 30,
        ("REF-M", "AFG"): 3,
        ("REF-M", "UKR"): 200,
        ("REF-M", "OTHER"): 0,
    }
    tables = [
        table(
            "refugees_asylum",
            {"status": STATUS, "origin": ORIGIN},
            protected,
            as_of,
            hidden={
                ("REF-C", "UKR"),
                ("REF-C", "UZB"),
                ("REF-M", "AFG"),
                ("REF-M", "UKR"),
                ("REF-M", "UZB"),
                ("REF-C", "AFG"),
                ("ASR", "UKR"),
                ("ASR", "UZB"),
            },
            structural={("REF-M", "OTHER")},
        ),
        table(
            "refugees_asylum",
            {"region": REGION},
            {("KZ-75",): 402, ("KZ-71",): 121, ("KZ-79",): 97, ("KZ-61",): 23, ("KZ-59",): 3},
            as_of,
            hidden={("KZ-61",), ("KZ-59",)},
        ),
        table(
            "refugees_asylum",
            {"sex": SEX, "age": AGE},
            {
                (sex, age): n
                for sex, row in (("F", (20, 41, 30, 190, 19)), ("M", (22, 44, 31, 230, 19)))
                for age, n in zip(AGE, row, strict=True)
            },
            as_of,
        ),
        table("refugees_asylum:in", {"flow": IN}, {("REG",): 61, ("REOPENED",): 8}, period),
        table("refugees_asylum:out", {"flow": OUT}, {("DEPARTED",): 40, ("CONFIRMED",): 0, ("DIED",): 5}, period),
        table(
            "undetermined",
            {"sex": SEX, "age": AGE, "region": REGION},
            {(sex, age, region): 12 for sex in SEX for age in AGE for region in list(REGION)[:4]}
            | {("M", "60+", "KZ-75"): 0, ("F", "60+", "KZ-59"): 1, ("F", "60+", "KZ-75"): 9},
            as_of,
            hidden={("F", "60+", "KZ-59"), ("F", "60+", "KZ-75"), ("M", "60+", "KZ-59"), ("M", "60+", "KZ-75")},
        ),
        table(
            "undetermined:in",
            {"flow": IN},
            {("REG",): 30, ("REOPENED",): 3, ("CORRECTED",): 2},
            period,
            hidden={("REOPENED",), ("CORRECTED",)},
        ),
        table("undetermined:out", {"flow": OUT}, {("CONFIRMED",): 21}, period),
        table(
            "sessions",
            {"modality": KIND, "month": months},
            {(kind, month): n for kind, n in (("FIRST", 34), ("NEXT", 81)) for month in months},
            period,
            unit="sessions",
        ),
        table("decisions", {"result": OUTCOME}, {("POS",): 14, ("NEG",): 6}, period, unit="decisions"),
    ]
    stocks = {code: {"kind": "stock", "unit": "persons"} for code in ("refugees_asylum", "undetermined")}
    flows = {f"{code}:{way}": {"kind": "events", "unit": "persons"} for code in stocks for way in ("in", "out")}
    events = {code: {"kind": "events", "unit": code} for code in ("sessions", "decisions")}
    populations = {
        code: {
            **facts,
            "version": 1,
            "name": words(NAMES[code.partition(":")[0]]),
            "definition": explained(NAMES[code.partition(":")[0]]),
        }
        for code, facts in (stocks | flows | events).items()
    }
    return {
        "format": "casework.release/1",
        "country": "KAZ",
        "as_of": as_of,
        "since": since,
        "edition": 1,
        "corrects": None,
        "counted_on": "2025-02-03",
        "threshold": 5,
        "listed_from": 10,
        "texts": {
            "method": words(
                ["Persons are counted as of the day.", "Люди учтены на эту дату.", "Адамдар осы күнге есептелген."]
            )
        },
        "populations": populations,
        "tables": tables,
        "equations": [],
        "floors": [],
        "accounts": [
            {
                "population": code,
                "opening": {"value": opening},
                "closing": {"value": closing},
                "in": f"{code}:in_by_flow",
                "out": f"{code}:out_by_flow",
                "released": None,
                "corrected": None,
            }
            for code, opening, closing in (("refugees_asylum", 622, 646), ("undetermined", 452, 466))
        ],
        "figures": [figure("refugees_asylum", NAMES["refugees_asylum"], 646), stateless()],
        "durations": [
            {
                "code": "confirmation",
                "name": words(["Confirming a nationality", "Подтверждение гражданства", "Азаматтықты растау"]),
                "definition": words(
                    ["From application to decision.", "От заявления до решения.", "Өтініштен шешімге дейін."]
                ),
                "median_days": 140,
                "hidden": False,
            },
            {
                "code": "appeal",
                "name": words(["Appeal", "Обжалование", "Шағымдану"]),
                "definition": words(["From appeal to decision.", "От жалобы до решения.", "Шағымнан шешімге дейін."]),
                "median_days": None,
                "hidden": True,
            },
        ],
        "findings": [
            {
                "kind": "sum",
                "figure": "stateless_known",
                "explanation": None,
                "message": words(
                    [
                        "The parts make 7,865 and the sheet prints 7,866.",
                        "Части дают 7865, напечатано 7866.",
                        "Бөліктері 7865 береді, 7866 басылған.",
                    ]
                ),
            },
            {
                "kind": "stale",
                "figure": "stateless_government",
                "explanation": None,
                "message": words(["It is more than 18 months old.", "Ему больше 18 месяцев.", "Оған 18 айдан асты."]),
            },
        ],
        "corrections": [],
        **changes,
    }


def figure(code: str, name: Sequence[str], value: int | str | None, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": words(name),
        "definition": explained(name),
        "value": value,
        "hidden": value is None,
        "unit": "persons",
        "scope": "KAZ",
        "as_of": "2025-01-01",
        "qualifier": "",
        "source": None,
        "document": None,
        "note": None,
        "verified": True,
        "parts": [],
        "components": [],
        **more,
    }


def stateless() -> dict[str, Any]:
    government = figure(
        "stateless_government",
        (
            "Stateless persons registered by the Government",
            "Лица без гражданства по данным государства",
            "Мемлекет тіркегендер",
        ),
        7399,
        source="Ministry of Internal Affairs",
        document="Letter of 3 July 2024",
        qualifier="about",
    )
    known = (
        "Persons known to be stateless or of undetermined nationality",
        "Известные лица без гражданства",
        "Белгілі азаматтығы жоқ адамдар",
    )
    return figure(
        "stateless_known", known, 7865, components=[government, figure("undetermined", NAMES["undetermined"], 466)]
    )


# -- as rows ---------------------------------------------------------------------------------------------------------

REPORT: dict[str, Any] = {
    "protection": {"hidden": 14, "cells": 190, "gap": 0, "is_optimal": True, "unsafe": []},
    "attack": {
        "is_safe": True,
        "hidden": 14,
        "harmless": 1,
        "certified": 12,
        "rests_on_relaxation": True,
        "notes": ["medians", "cells_only"],
        "unsafe": [],
    },
    "rounds": 1,
    "against": [],
    "is_safe": True,
    "unsafe": [],
}
"""As the protection and the attack leave it: counts, no place and no number."""


def text_of(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def release(step: Step = Step.FROZEN, content: Mapping[str, Any] | None = None, **values: Any) -> Release:
    """A release at this step, as its actions leave it. In the session of whoever acts."""
    content = content if content is not None else publication()
    is_shown = step in (Step.ATTACKED, Step.FROZEN)
    text = text_of(content)
    made = Release(
        **{
            "as_of": date.fromisoformat(content["as_of"]),
            "since": date.fromisoformat(content["since"]),
            "edition": content["edition"],
            "step": step,
            "tables": [one["code"] for one in content["tables"]],
            "listed_from": content["listed_from"],
            "listed": {},
            "threshold": content["threshold"],
            "data_cut": datetime(2025, 2, 3, 4, tzinfo=UTC) if step != Step.BEGUN else None,
            "publication": text if is_shown else None,
            "report": REPORT if is_shown else None,
            "digest": sha256(text.encode()).hexdigest() if step == Step.FROZEN else None,
            "created_at": datetime(2025, 2, 3, 4, tzinfo=UTC),
            "frozen_at": datetime(2025, 2, 3, 6, tzinfo=UTC) if step == Step.FROZEN else None,
            **values,
        }
    )
    db.session.add(made)
    db.session.flush()
    if step not in (Step.BEGUN, Step.DISCARDED):
        db.session.add(ReleaseFacts(release_id=made.id, facts=exact.as_json(Facts(()))))
        db.session.flush()
    return made


def release_id(step: Step = Step.FROZEN, content: Mapping[str, Any] | None = None, **values: Any) -> UUID:
    return release(step, content, **values).id
