"""Invented people: no surname is anyone's, for each is built from a word for example, sample or pattern."""

from dataclasses import dataclass
from random import Random
from typing import Any

from casework.persons.models import Contacts, DocumentNumber, Identity
from casework.persons.rules import PartialDate, check_iin


@dataclass(frozen=True)
class Culture:
    """How names are made: surnames and given names as (written, in Latin letters), men first."""

    language: str
    languages: tuple[str, ...]
    surnames: tuple[tuple[str, str], ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    patronymic: tuple[str, str] | None = None
    """What is added to a father's name, for a son and for a daughter."""


def _pairs(*surnames: str, feminine: str = "а") -> tuple[tuple[str, str], ...]:
    return tuple((one, one + feminine) for one in surnames)


def _same(*surnames: str) -> tuple[tuple[str, str], ...]:
    return tuple((one, one) for one in surnames)


# Written names of scripts that no table turns into Latin letters the way a passport does: “written|Latin”.
CULTURES = {
    "kk": Culture(
        "kaz",
        ("kaz", "rus"),
        (*_pairs("Үлгіов", "Үлгібаев", "Мысалов", "Мысалбаев", "Нұсқаев", "Өрнекбаев", "Сынамаев"),
         ("Үлгіұлы", "Үлгіқызы")),
        ("Ерлан", "Асқар", "Нұржан", "Бекзат", "Қайрат", "Дәурен", "Жандос", "Әлихан", "Мұрат", "Сәбит"),
        ("Әлия", "Гүлжан", "Айнұр", "Қарлығаш", "Жанар", "Мөлдір", "Сәуле", "Ұлжан", "Нұргүл", "Ботагөз"),
        ("ұлы", "қызы"),
    ),
    "ru": Culture(
        "rus",
        ("rus",),
        _pairs("Примеров", "Образчиков", "Пробников", "Макетов", "Эталонов", "Черновиков", "Шаблонов"),
        ("Иван", "Сергей", "Николай", "Пётр", "Виктор", "Юрий", "Фёдор", "Егор", "Артём", "Олег"),
        ("Анна", "Елена", "Наталья", "Ольга", "Валентина", "Людмила", "Софья", "Юлия", "Зоя", "Дарья"),
        ("ович", "овна"),
    ),
    "uz": Culture(
        "uzb",
        ("uzb", "rus"),
        _pairs("Намунаев", "Намунабоев", "Мисолов", "Андозаев"),
        ("Жасур", "Бахтиёр", "Шерзод", "Улуғбек", "Отабек", "Дилшод", "Ғайрат"),
        ("Дилноза", "Гулчеҳра", "Нигора", "Шаҳноза", "Мафтуна", "Ўғилой", "Зулфия"),
        ("ович", "овна"),
    ),
    "tg": Culture(
        "tgk",
        ("tgk", "rus"),
        (*_same("Намуназода", "Мисолзода"), *_pairs("Мисолиев", "Намунаев")),
        ("Фирӯз", "Ҷамшед", "Бахтовар", "Суҳроб", "Рустам"),
        ("Гулрухсор", "Меҳрангез", "Парвина", "Шаҳло", "Зебо"),
    ),
    "prs": Culture(
        "prs",
        ("prs",),
        _same("نمونه‌یار|Namunayar", "مثالی|Misali", "الگویی|Olgoyi", "نمونه‌زاده|Namunazada"),
        ("احمد|Ahmad", "فرید|Farid", "نجیب|Najib", "حمید|Hamid", "جاوید|Jawid", "عمر|Omar", "یوسف|Yusuf"),
        ("مریم|Maryam", "زهرا|Zahra", "شبنم|Shabnam", "لیلا|Laila", "فرشته|Fereshta", "نسرین|Nasrin"),
    ),
    "pus": Culture(
        "pus",
        ("pus", "prs"),
        _same("بېلګه‌وال|Belgawal", "نمونه‌خېل|Namunakhel", "مثال‌خان|Misalkhan"),
        ("ګل‌محمد|Gul Mohammad", "زلمی|Zalmai", "تورپیکی|Torpekai", "وحید|Wahid", "اسد|Asad"),
        ("ملالۍ|Malalai", "زرغونه|Zarghuna", "پلوشه|Palwasha", "سپوږمۍ|Spozhmai"),
    ),
    "uk": Culture(
        "ukr",
        ("ukr", "rus"),
        (*_same("Зразкенко", "Прикладенко", "Шаблоненко", "Взірченко"), ("Зразковський", "Зразковська")),
        ("Андрій", "Олексій", "Тарас", "Ігор", "Богдан", "Сергій", "Євген", "Микола"),
        ("Оксана", "Ганна", "Тетяна", "Ірина", "Леся", "Надія", "Світлана", "Соломія"),
        ("ович", "івна"),
    ),
    "ug": Culture(
        "uig",
        ("uig", "rus"),
        (*_pairs("Үлгәев", "Нусхаев"), *_same("Мисалий")),
        ("Турсун", "Әхмәт", "Йолвас", "Шөһрәт", "Азат"),
        ("Айгүл", "Рәйһан", "Патигүл", "Зөһрә", "Мәрийәм"),
    ),
    "ky": Culture(
        "kir",
        ("kir", "rus"),
        _pairs("Үлгүбаев", "Мисалиев", "Үлгүев"),
        ("Азамат", "Бакыт", "Нурбек", "Эрмек"),
        ("Айжан", "Гүлнара", "Жылдыз", "Чынара"),
    ),
    "ar": Culture(
        "ara",
        ("ara",),
        _same("النموذجي|Al-Namudhaji", "المثالي|Al-Mithali", "العينات|Al-Ayyinat"),
        ("خالد|Khaled", "سامر|Samer", "محمود|Mahmoud", "زياد|Ziad"),
        ("هناء|Hanaa", "رنا|Rana", "سلمى|Salma", "دينا|Dina"),
    ),
    "fa": Culture(
        "fas",
        ("fas", "eng"),
        _same("نمونه‌پور|Namunepour", "الگونژاد|Olgunejad"),
        ("رضا|Reza", "کامران|Kamran", "بهرام|Bahram"),
        ("نگین|Negin", "شیرین|Shirin", "پریسا|Parisa"),
    ),
    "zh": Culture(
        "zho",
        ("zho", "rus"),
        _same("样例|Yangli", "样本|Yangben"),
        ("伟|Wei", "强|Qiang", "军|Jun"),
        ("芳|Fang", "丽|Li", "敏|Min"),
    ),
    "fr": Culture(
        "fra",
        ("fra", "eng"),
        _same("Exemplaza", "Modelimba", "Specimengo"),
        ("Jean", "Patrice", "Emmanuel", "Désiré"),
        ("Chantal", "Espérance", "Aline", "Grâce"),
    ),
    "az": Culture(
        "aze",
        ("aze", "rus"),
        _pairs("Нүмунәев", "Нүмунәзадә", feminine=""),
        ("Рәшад", "Елчин", "Вагиф"),
        ("Севинҹ", "Ҝүнел", "Ләман"),
    ),
    "ur": Culture(
        "urd",
        ("urd", "eng"),
        _same("نمونوی|Namunwi"),
        ("عمران|Imran", "بلال|Bilal"),
        ("عائشہ|Aisha", "ثنا|Sana"),
    ),
    "tr": Culture("tur", ("tur",), _same("Örnekoğlu", "Numunecan"), ("Emre", "Kerem"), ("Elif", "Derya")),
}  # fmt: skip

OF_ORIGIN = {
    "AFG": {"prs": 6, "pus": 3, "uz": 1},
    "UKR": {"uk": 7, "ru": 3},
    "SYR": {"ar": 1},
    "UZB": {"uz": 8, "ru": 1},
    "RUS": {"ru": 4, "kk": 1},
    "CHN": {"ug": 3, "kk": 3, "zh": 2},
    "IRN": {"fa": 1},
    "ISR": {"ru": 1},
    "TJK": {"tg": 1},
    "PAK": {"ur": 1},
    "BDI": {"fr": 1},
    "CMR": {"fr": 1},
    "COG": {"fr": 1},
    "TUR": {"tr": 1},
    "KGZ": {"ky": 5, "uz": 2, "ru": 2, "ug": 1},
    "KAZ": {"kk": 6, "ru": 4, "ug": 2, "uz": 2},
    "TKM": {"kk": 3, "ru": 1},
    "AZE": {"az": 3, "ru": 1},
    "UNK": {"ru": 3, "uz": 2, "kk": 1},
}

_LATIN = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "ҝ": "g", "д": "d", "е": "e", "ё": "yo", "є": "ie",
    "ж": "zh", "җ": "j", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "y", "к": "k", "қ": "q", "л": "l", "м": "m",
    "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u",
    "ӯ": "u", "ў": "o", "ф": "f", "х": "kh", "ҳ": "h", "һ": "h", "ц": "ts", "ч": "ch", "ҹ": "j", "ҷ": "j",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ӣ": "i",
}  # fmt: skip

SAFETY: dict[str, dict[str, str | None]] = {
    "ANY_TIME": {"ru": None, "kk": None, "en": None},
    "SET_HOURS": {
        "ru": "Звонить после 18 часов, днём на работе.",
        "kk": "Кешкі 18-ден кейін қоңырау шалу керек.",
        "en": "Call after six in the evening only.",
    },
    "OTHER_ANSWERS": {
        "ru": "Отвечает сосед: не называть организацию.",
        "kk": "Телефонды көршісі алады: ұйымды атамаңыз.",
        "en": "A neighbour answers: do not say who is calling.",
    },
    "NEVER_CALL": {
        "ru": "Телефон общий с родственником, от которого скрывают обращение.",
        "kk": "Телефон ортақ, қоңырау шалуға болмайды.",
        "en": "The phone is shared. Write a message first.",
    },
    "IN_PERSON": {
        "ru": "Только лично, на приёме.",
        "kk": "Тек кеңседе, жеке кездесуде.",
        "en": "In person at the office only.",
    },
    "NOT_ASKED": {"ru": None, "kk": None, "en": None},
}

# A cell prefix that nobody has been given: the numbers ring nowhere.
_PHONES = "+7 700 000 {:02d} {:02d}"


def latin(text: str) -> str:
    """Cyrillic as a passport would write it."""
    return "".join(_LATIN.get(c) or _LATIN.get(c.lower(), c).capitalize() if c not in "ьъ" else "" for c in text)


@dataclass
class FamilyName:
    """What a household shares."""

    culture: Culture
    men: str
    women: str
    father: str


def family(rng: Random, origin: str) -> FamilyName:
    weights = OF_ORIGIN[origin]
    culture = CULTURES[rng.choices(list(weights), list(weights.values()))[0]]
    men, women = rng.choice(culture.surnames)
    return FamilyName(culture, men, women, rng.choice(culture.men))


def identity(rng: Random, of: FamilyName, sex: str, birth: PartialDate, registered: int, place: str | None) -> Identity:
    """Someone's names and papers. Most have no IIN, many no document."""
    culture = of.culture
    family_name = of.women if sex == "F" else of.men
    given = rng.choice(culture.women if sex == "F" else culture.men)
    father = of.father
    patronymic = None
    if culture.patronymic and rng.random() < 0.8:
        patronymic = _patronymic(father, culture.patronymic[sex == "F"])
    written = [[*part.split("|"), part][:2] for part in (family_name, given)]
    is_spelt = "|" in family_name or "|" in given
    spelt = " ".join(
        native[1] if "|" in part else latin(part) for native, part in zip(written, (family_name, given), strict=True)
    )
    former: list[str] = []
    if sex == "F" and birth.year and birth.year < registered - 25 and rng.random() < 0.22:
        other = rng.choice(culture.surnames)[1].split("|")[0]
        if other != written[0][0]:
            former.append(f"{other} {written[1][0]}")
    return Identity(
        family_name=written[0][0],
        given_name=written[1][0],
        patronymic=patronymic,
        latin_name=spelt if is_spelt or rng.random() < 0.3 else None,
        former_names=former,
        name_language=culture.language,
        birth_place=place,
    )


def _patronymic(father: str, ending: str) -> str:
    """From a father's name, as Kazakh, Russian and Ukrainian make it."""
    if ending in ("ұлы", "қызы"):
        return father + ending
    father = father.replace("Пётр", "Петр")
    if ending == "івна" and father.endswith("й"):
        return father[:-1] + "ївна"
    if father.endswith("ій"):
        return father + ending
    if father.endswith("ий"):
        return father[:-2] + "ье" + ending[1:]
    if father.endswith("й"):
        return father[:-1] + "е" + ending[1:]
    return father.rstrip("ао") + ending


def iin(rng: Random, birth: PartialDate, sex: str) -> str | None:
    """A number with a right check digit, in serials that are not given out."""
    if birth.year is None or birth.month is None or birth.day is None or sex not in ("F", "M"):
        return None
    century = (birth.year // 100 - 18) * 2 + (1 if sex == "M" else 2)
    start = f"{birth.year % 100:02d}{birth.month:02d}{birth.day:02d}{century}99{rng.randrange(100):02d}"
    return next((start + digit for digit in "0123456789" if check_iin(start + digit).is_valid), None)


def documents(rng: Random, is_asylum: bool, year: int) -> list[DocumentNumber]:
    kinds = (
        ["FOREIGN_PASS", "AS_CERT", "MARRIAGE"]
        if is_asylum
        else ["USSR_PASS", "FOREIGN_BIRTH", "BIRTH_CERT", "PROPISKA"]
    )
    kind = rng.choice(kinds)
    return [DocumentNumber(kind, f"DEMO-{year % 100:02d}-{rng.randrange(10**5):05d}")]


def contacts(rng: Random, email_key: int, writes: str, city: str) -> Contacts:
    safety = rng.choices(list(SAFETY), (52, 14, 9, 5, 4, 16))[0]
    home = {
        "ru": f"{city}, ул. Примерная, д. {rng.randrange(1, 90)}, кв. {rng.randrange(1, 60)}",
        "kk": f"{city}, Үлгі көшесі, {rng.randrange(1, 90)}-үй, {rng.randrange(1, 60)}-пәтер",
        "en": f"{city}, Example Street {rng.randrange(1, 90)}",
    }[writes]
    return Contacts(
        phone=_PHONES.format(rng.randrange(100), rng.randrange(100)) if rng.random() < 0.86 else None,
        other_phone=_PHONES.format(rng.randrange(100), rng.randrange(100)) if rng.random() < 0.12 else None,
        email=f"person{email_key}@example.org" if rng.random() < 0.12 else None,
        address=home if rng.random() < 0.7 else None,
        safety=safety,
        safety_note=SAFETY[safety][writes],
        **_further(safety, writes, email_key),
    )


def _further(safety: str, writes: str, key: int) -> dict[str, Any]:
    """What else was told of how to reach them. By what is known already: a new draw would make other people."""
    said = {"ANY_TIME": "ANYTHING", "SET_HOURS": "CLINIC", "NEVER_WRITE": "CLINIC", "OTHER_ANSWERS": "NOTHING"}
    times = {"ru": "После 18 часов", "kk": "Кешкі 18-ден кейін", "en": "After six in the evening"}
    who = {"ru": "Сосед", "kk": "Көршісі", "en": "A neighbour"}
    return {
        "may_say": said.get(safety),
        "best_times": times[writes] if safety == "SET_HOURS" else None,
        "who_answers": who[writes] if safety == "OTHER_ANSWERS" else None,
        "never_by_message": safety == "SET_HOURS" and key % 2 == 0,
        "may_pass_on": safety == "ANY_TIME" and key % 2 == 0,
    }
