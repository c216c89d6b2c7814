"""The arithmetic of signing in: how long to wait, which passwords are too easy, where one may be sent afterwards."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from casework.accounts import blocklist

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_WAIT = timedelta(minutes=15)

STEP_WAITS = timedelta(days=7)
"""How long what an administrator asked for waits for a second person."""


class StepKind(StrEnum):
    """What takes two persons."""

    SECOND_FACTOR = "second_factor"
    """Removing the second factor of who lost phone and recovery codes."""
    INVITE = "invite"
    """Letting in somebody new."""
    CHANGE = "change"
    """Letting somebody do more than before: another role, more than the role, signing in again."""


class StepState(StrEnum):
    """How far a step is that takes two persons."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"


# Fewer guesses than two to this power are too few, however slow each is made; four words by chance need far more.
ENOUGH = 36

# Well-known words that the list of casework/accounts/blocklist.py lacks: it knows hardly any Russian or Kazakh.
LISTED = re.findall(
    r"\w+",
    """
привет здравствуй здравствуйте любовь люблю любимый любимая солнце солнышко зайка зайчик котенок котёнок кошка
собака малыш малышка красотка принцесса ангел дракон мама папа мамочка бабушка доченька сыночек счастье дружба
свобода победа россия москва спартак зенит лето зима весна осень погода понедельник вторник среда четверг
пятница январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь наташа наталья марина
светлана александр александра максим андрей дмитрий сергей настя анастасия алексей владимир николай михаил
татьяна екатерина елена ольга ирина анна мария юлия виктория кристина денис артем роман руслан тимур айгуль
айгүл айгерим айгерім асель әсел динара данияр ерлан нурлан нұрлан бауыржан алия әлия мадина жанна гульнара
гүлнар асхат самат санжар арман аружан аяулым томирис нурсултан нұрсұлтан абай алихан админ гость учетная
бухгалтер директор кұпия астана шымкент караганда қарағанды актобе ақтөбе атырау актау ақтау тараз павлодар
семей костанай қостанай туркестан түркістан сәлем сәлеметсіз салем махаббат бауырым балапан күнім жаным
айналайын сүйем бақыт достар жұлдыз жеңіс бөбек ана әке апа мамам папам көктем жаз күз қыс дүйсенбі сейсенбі
сәрсенбі бейсенбі жұма қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
беженец беженцы босқындар нпо ngo адвокат casework lubov zdravstvuyte kazakstan qazaqstan shymkent qaragandy
aqtobe mahabbat saulem
""",
)


def pause(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: nothing while they are few, then twice as long each time."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free + 1, 20)), LONGEST_WAIT)


def is_too_easy(password: str, about: Iterable[str] = ()) -> bool:
    """Whether somebody who tries well-known words, words about its owner and rows of keys is soon there."""
    own = {part for text in about for part in re.findall(r"\w{4,}", text.casefold())}
    if len(set(password.casefold())) < 5 or not any(sign.isalpha() for sign in password):
        return True
    return blocklist.bits(password, own, LISTED, ENOUGH) < ENOUGH


def is_path_here(target: str) -> bool:
    """Whether it is a plain path on this site: nothing that a browser could read as another host."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
