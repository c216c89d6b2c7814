"""Contents of sheets made by hand, as casework.editions.drafting writes them: the outputs read nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.releases import rules
from tests.releases import published

LANGUAGES = ("en", "ru", "kk")

KAZAKHSTAN = published.words(("Kazakhstan", "Казахстан", "Қазақстан"))
FIVE = published.words(
    ("Five countries of Central Asia", "Пять стран Центральной Азии", "Орталық Азияның бес елі"),
)
TEXTS = {
    "title": ("Kazakhstan: factsheet", "Казахстан: информационный листок", "Қазақстан: ақпараттық парақ"),
    "lead": (
        "Who is protected and who has no nationality.",
        "Кто находится под защитой и у кого нет гражданства.",
        "Кім қорғауда және кімнің азаматтығы жоқ.",
    ),
    "message": ("646 people are protected.", "Под защитой 646 человек.", "646 адам қорғауда."),
    "activity": (
        "Lawyers counsel people.\n\nThey also go to court.",
        "Юристы консультируют людей.\n\nОни также ходят в суд.",
        "Заңгерлер адамдарға кеңес береді.\n\nОлар сотқа да барады.",
    ),
    "law": (
        "A refugee certificate is valid for one year.",
        "Удостоверение беженца действует один год.",
        "Босқын куәлігі бір жыл жарамды.",
    ),
    "contacts": ("Office, Astana\noffice@example.org",) * 3,
    "method": ("Ages are as of the day.", "Возраст указан на эту дату.", "Жас сол күнге көрсетілген."),
    "reason": ("A number was wrong.", "Число было неверным.", "Сан қате болған."),
}


def said(name: str, language: str) -> str:
    return said_of(TEXTS[name], language)


def said_of(three: Sequence[str], language: str) -> str:
    return three[LANGUAGES.index(language)]


def release_content() -> dict[str, Any]:
    """The publication behind the national contents: with hidden cells, an estimate, outcomes and sources."""
    found = published.publication()
    estimate = published.figure(
        "refugee_like", ("In a refugee-like situation", "Сходное положение", "Ұқсас жағдай"), 65511,
        qualifier="up_to", source="UNHCR estimate", note="Never added to any other figure.",
    )  # fmt: skip
    money = {"as_of": "2025-03-31", "scope": "CENTRAL_ASIA_5", "source": "UNHCR"}
    required = published.figure(
        "funding_required", ("Funding required", "Потребности", "Қажетті қаржы"), 9600000, unit="usd", **money
    )
    share = published.figure(
        "funding_share", ("Share received", "Доля полученного", "Алынған үлес"), 28, unit="percent", **money
    )
    sources = {"refugees_asylum": "cases", "stateless_known": "sum"}
    figures = [{**one, "source": sources[one["code"]]} for one in found["figures"]]
    figures[1]["components"][1]["source"] = "cases"
    outcomes = {
        "POS": ("Status granted", "Статус предоставлен", "Мәртебе берілді"),
        "LATE": ("Settled otherwise", "Решено иначе", "Өзгеше шешілді"),
        "NEG": ("Refused", "Отказано", "Бас тартылды"),
        "NONE": ("No outcome", "Без исхода", "Нәтижесіз"),
    }
    closed = published.table(
        "decisions",
        {"result": outcomes},
        {("POS",): 31, ("LATE",): 3, ("NEG",): 12, ("NONE",): 2},
        [found["since"], found["as_of"]],
        unit="cases",
        hidden={("LATE",), ("NONE",)},
    )
    named = published.words(("Cases closed", "Закрытые дела", "Жабылған істер"))
    closed |= {"code": "cases_closed_by_outcome", "population": "cases_closed", "name": named}
    closed["dimensions"][0]["code"] = "outcome"
    populations = found["populations"] | {
        "cases_closed": {**found["populations"]["decisions"], "unit": "cases", "name": named}
    }
    return {
        **found,
        "figures": [*figures, estimate, required, share],
        "tables": [*found["tables"], closed],
        "populations": populations,
    }


def national(language: str = "en", release: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The content of the sheet of 1 January 2025 in one language."""
    release = release if release is not None else release_content()
    figures = {one["code"]: one for one in release["figures"]}
    words = published.words
    return {
        "format": "casework.factsheet/1",
        "kind": "national",
        "language": language,
        "area": "KAZ",
        "area_name": KAZAKHSTAN,
        "as_of": release["as_of"],
        "edition": 1,
        "code": f"KAZ-{release['as_of']}-e1",
        "release": {
            "code": f"KAZ-{release['as_of']}-e{release['edition']}",
            "digest": rules.digest(rules.canonical(release)),
            "counted_on": release["counted_on"],
        },
        "publication": release,
        "figures": release["figures"],
        "title": said("title", language),
        "lead": said("lead", language),
        "messages": [{"title": said("message", language), "text": said("lead", language)}] * 2,
        "activities": [
            {
                "code": "counselling",
                "name": words(("Legal counselling", "Юридические консультации", "Заңгерлік кеңес")),
                "text": said("activity", language),
                "counts": [
                    {"name": words(("Sessions", "Консультации", "Кеңестер")), "value": 345, "unit": "sessions"},
                    {"name": words(("Visits", "Визиты", "Бару")), "value": None, "unit": "sessions"},
                ],
            }
        ],
        "partners": [
            {
                "kind": "state",
                "names": [words(("Supreme Court", "Верховный суд", "Жоғарғы сот"))],
            },
            {"kind": "civil", "names": [words(("Sana Sezim", "Сана сезім", "Сана сезім"))]},
        ],
        "law": {
            "party": [words(("1951 Convention", "Конвенция 1951 года", "1951 жылғы конвенция"))],
            "not_party": [words(("1954 Convention", "Конвенция 1954 года", "1954 жылғы конвенция"))],
            "commitments": [words(("Ashgabat Declaration", "Ашхабадская декларация", "Ашхабад декларациясы"))],
            "text": said("law", language),
        },
        "funding": {
            "required": figures.get("funding_required"),
            "share": figures.get("funding_share"),
            "received": "2688000",
            "is_derived": True,
            "scope": FIVE,
        },
        "donors": [words(("A donor", "Донор", "Донор"))],
        "contacts": said("contacts", language),
        "method": said("method", language),
        "explained": "",
        "trends": [trend()],
        "countries": [],
        "correction": None,
        **changes,
    }  # fmt: skip


def with_three_breakdowns(language: str = "en") -> dict[str, Any]:
    """The same with a table that an officer added: by three breakdowns of which no other table has any."""
    release = release_content()
    by = {
        "procedure": {
            "NAT": ("Nationality", "Гражданство", "Азаматтық"),
            "ID": ("Identity document", "Удостоверение личности", "Жеке куәлік"),
        },
        "instance": {
            "FIRST": ("First instance", "Первая инстанция", "Бірінші саты"),
            "COURT": ("Court", "Суд", "Сот"),
        },
        "result": published.OUTCOME,
    }
    counts = {
        ("NAT", "FIRST", "POS"): 9,
        ("NAT", "COURT", "POS"): 4,
        ("NAT", "COURT", "NEG"): 2,
        ("ID", "FIRST", "NEG"): 7,
    }
    hidden = {("NAT", "COURT", "NEG"), ("NAT", "FIRST", "NEG"), ("ID", "COURT", "NEG"), ("ID", "FIRST", "NEG")}
    table = published.table(
        "decisions", by, counts, [release["since"], release["as_of"]], unit="decisions", hidden=hidden
    )
    return national(language, {**release, "tables": [*release["tables"], table]})


def trend() -> dict[str, Any]:
    """Two sources: the releases since 2024, and others' yearly figures, which have a gap."""
    words = published.words
    return {
        "code": "refugees_asylum",
        "name": words(published.NAMES["refugees_asylum"]),
        "unit": "persons",
        "lines": [
            {
                "code": "releases",
                "name": words(("Releases", "Выпуски", "Шығарылымдар")),
                "source": words(("Case data of partners", "Данные партнёров", "Серіктестердің деректері")),
                "points": [{"as_of": "2024-01-01", "value": 622}, {"as_of": "2025-01-01", "value": 646}],
            },
            {
                "code": "rdf",
                "name": words(("Refugee Data Finder",) * 3),
                "source": words(("UNHCR Refugee Population Statistics Database",) * 3),
                "points": [
                    {"as_of": "2022-01-01", "value": 657},
                    {"as_of": "2023-01-01", "value": 1148},
                ],
            },
        ],
        "note": words(("A gap in two years.", "Пробел в два года.", "Екі жылда бос орын.")),
    }


def correction(language: str = "en") -> dict[str, Any]:
    """A second edition of the day."""
    words = published.words
    change = {
        "what": words(published.NAMES["refugees_asylum"]),
        "before": words(("645",) * 3),
        "after": words(("646",) * 3),
    }
    told = {"reason": said("reason", language), "changes": [change], "corrects": "0" * 64}
    return national(language, edition=2, code="KAZ-2025-01-01-e2", correction=told)


def regional(language: str = "en", **changes: Any) -> dict[str, Any]:
    """A sheet of two countries."""
    words = published.words
    countries = (
        ("KAZ", KAZAKHSTAN, "2025-01-01", 646),
        ("KGZ", words(("Kyrgyzstan", "Кыргызстан", "Қырғызстан")), "2024-12-01", 680),
    )
    components = [
        published.figure(
            "refugees_asylum", tuple(name.values()), value, scope=area, as_of=day, source=f"{area}-{day}-e1"
        )
        for area, name, day, value in countries
    ]
    total = published.figure(
        "refugees_asylum", published.NAMES["refugees_asylum"], 1326, scope="CENTRAL_ASIA", source="sum",
        components=components,
    )  # fmt: skip
    found = national(language)
    return {
        **found,
        "kind": "regional",
        "area": "CENTRAL_ASIA",
        "area_name": words(("Central Asia", "Центральная Азия", "Орталық Азия")),
        "code": "CENTRAL_ASIA-2025-01-01-e1",
        "release": None,
        "publication": None,
        "figures": [total],
        "activities": [],
        "partners": [],
        "law": None,
        "funding": None,
        "donors": [],
        "trends": [],
        "countries": [
            {"area": area, "name": name, "as_of": day, "edition": f"{area}-{day}-e1", "digest": "0" * 64}
            for area, name, day, _value in countries
        ],
        **changes,
    }
