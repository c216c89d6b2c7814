"""The arithmetic of signing in: how long to wait, which passwords are too easy, where one may be sent afterwards."""

import re
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_WAIT = timedelta(minutes=15)

LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"

LISTED = [
    "password",
    "passwort",
    "passw0rd",
    "p@ssw0rd",
    "pass",
    "qwerty",
    "qwertyuiop",
    "qwertz",
    "azerty",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "qazwsx",
    "qazwsxedc",
    "edcrfv",
    "tgbyhn",
    "1qaz",
    "2wsx",
    "3edc",
    "q1w2e3",
    "letmein",
    "welcome",
    "login",
    "admin",
    "administrator",
    "root",
    "user",
    "guest",
    "test",
    "demo",
    "default",
    "changeme",
    "change",
    "secret",
    "master",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "iloveyou",
    "love",
    "trustno",
    "starwars",
    "pokemon",
    "shadow",
    "michael",
    "jordan",
    "jennifer",
    "hunter",
    "killer",
    "summer",
    "winter",
    "spring",
    "autumn",
    "monday",
    "friday",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "hello",
    "freedom",
    "whatever",
    "computer",
    "internet",
    "server",
    "system",
    "database",
    "office",
    "windows",
    "access",
    "account",
    "security",
    "пароль",
    "парол",
    "йцукен",
    "йцукенг",
    "фывапр",
    "фыва",
    "ячсмит",
    "привет",
    "любовь",
    "люблю",
    "солнышко",
    "зайка",
    "котенок",
    "наташа",
    "марина",
    "светлана",
    "александр",
    "максим",
    "андрей",
    "дмитрий",
    "сергей",
    "настя",
    "россия",
    "москва",
    "спартак",
    "зенит",
    "администратор",
    "админ",
    "пользователь",
    "гость",
    "лето",
    "зима",
    "весна",
    "осень",
    "работа",
    "компьютер",
    "учетная",
    "запись",
    "секрет",
    "доступ",
    "здравствуйте",
    "кұпия",
    "құпия",
    "сөз",
    "құпиясөз",
    "қазақстан",
    "казахстан",
    "алматы",
    "астана",
    "шымкент",
    "сәлем",
    "сәлеметсіз",
    "махаббат",
    "бауырым",
    "отбасы",
    "privet",
    "lyubov",
    "lubov",
    "parol",
    "zdravstvuyte",
    "kazakhstan",
    "kazakstan",
    "qazaqstan",
    "almaty",
    "astana",
    "nursultan",
    "shymkent",
    "karaganda",
    "salem",
    "refugee",
    "refugees",
    "беженец",
    "беженцы",
    "босқын",
    "unhcr",
    "увкб",
    "casework",
    "нпо",
    "ngo",
    "lawyer",
    "юрист",
    "адвокат",
    "заңгер",
]

RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "qwertyuiopasdfghjklzxcvbnm",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
)


def pause(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: nothing while they are few, then twice as long each time."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free + 1, 20)), LONGEST_WAIT)


def other_layout(text: str) -> str:
    """What the same keys give with the other keyboard: “gfhjkm” for “пароль”, and the other way round."""
    there = str.maketrans(RUSSIAN_KEYS + LATIN_KEYS, LATIN_KEYS + RUSSIAN_KEYS)
    return text.translate(there)


def is_too_easy(password: str, about: Iterable[str] = ()) -> bool:
    """Whether little is left of it without well-known words, words about its owner, rows of keys, digits and signs."""
    words = {part for text in about for part in re.findall(r"\w{4,}", text.casefold())} | set(LISTED)
    plain = password.casefold()
    if len(set(plain)) < 5 or _repeats(plain):
        return True
    return min(_left_of(plain, words), _left_of(other_layout(plain), words)) < 4


def _left_of(plain: str, words: set[str]) -> int:
    for run in RUNS:
        for length in range(len(run), 3, -1):
            for start in range(len(run) - length + 1):
                plain = plain.replace(run[start : start + length], " ")
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, " ")
    return sum(c.isalpha() for c in plain)


def _repeats(plain: str) -> bool:
    return any(
        plain == (plain[:length] * (len(plain) // length + 1))[: len(plain)] for length in range(1, len(plain) // 2 + 1)
    )


def is_path_here(target: str) -> bool:
    """Whether it is a plain path on this site: nothing that a browser could read as another host."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
