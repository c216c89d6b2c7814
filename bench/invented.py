"""People who do not exist, and how a dozen officials would have spelled them.

A name is written here in sounds, one letter for each, and every alphabet has a table of its own from sounds to
letters. Nothing is imported from the application: the tables that make spellings share nothing with those that read
them, or the measurement would only measure itself. Name parts are common ones, put together at random.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

# Sounds: w = Kazakh ұ, G = ғ, N = ң, x = kh, C = ch, S = sh, Z = zh, J = dzh, Q = shch, c = ts, ' = soft sign,
# A I O = the long vowels that Persian writes, H T X D = the letters ح ط ص ض, ` = ayn or hamza.

_KAZAKH_CYRILLIC = {
    "a": "а", "ä": "ә", "b": "б", "v": "в", "g": "г", "G": "ғ", "d": "д", "e": "е", "Z": "ж", "J": "ж", "z": "з",
    "i": "і", "y": "ы", "j": "й", "k": "к", "q": "қ", "l": "л", "m": "м", "n": "н", "N": "ң", "o": "о", "ö": "ө",
    "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "ü": "ү", "w": "ұ", "f": "ф", "x": "х", "h": "һ", "c": "ц",
    "C": "ч", "S": "ш", "Q": "щ", "'": "ь", "A": "а", "I": "и", "O": "у", "H": "х", "T": "т", "X": "с", "D": "з",
    "`": "",
}  # fmt: skip
_RUSSIAN = _KAZAKH_CYRILLIC | {
    "ä": "а|я|э", "G": "г", "J": "дж", "i": "и", "y": "ы", "q": "к", "N": "н|нг", "ö": "о|у|е", "ü": "у|ю",
    "w": "у", "h": "х|г", "H": "х", "`": "|ъ",
}  # fmt: skip
_UKRAINIAN = _RUSSIAN | {"g": "г|ґ", "i": "і", "y": "и", "e": "е", "h": "г"}
_UZBEK_CYRILLIC = _RUSSIAN | {
    "o": "о", "q": "қ", "G": "ғ", "h": "ҳ", "H": "ҳ", "J": "ж", "ö": "ў", "A": "о", "i": "и", "ü": "у",
    "ä": "а", "`": "ъ", "y": "и",
}  # fmt: skip
_TAJIK = _RUSSIAN | {
    "G": "ғ", "q": "қ", "h": "ҳ", "H": "ҳ", "J": "ҷ", "I": "ӣ|и", "A": "о", "O": "у", "u": "у", "`": "ъ", "ö": "ӯ",
    "ä": "а", "y": "и",
}  # fmt: skip
_UZBEK_LATIN = {
    "a": "a", "ä": "a", "b": "b", "v": "v", "g": "g", "G": "gʻ|g'|g‘", "d": "d", "e": "e", "Z": "j", "J": "j",
    "z": "z", "i": "i", "y": "i", "j": "y", "k": "k", "q": "q", "l": "l", "m": "m", "n": "n", "N": "ng",
    "o": "o", "ö": "oʻ|o'", "p": "p", "r": "r", "s": "s", "t": "t", "u": "u", "ü": "u", "w": "u", "f": "f",
    "x": "x", "h": "h", "c": "ts", "C": "ch", "S": "sh", "Q": "sh", "'": "", "A": "o", "I": "i", "O": "u",
    "H": "h", "T": "t", "X": "s", "D": "z", "`": "|ʼ|'",
}  # fmt: skip
_KAZAKH_2021 = _UZBEK_LATIN | {
    "ä": "ä", "G": "ğ", "Z": "j", "J": "j", "i": "ı|i", "y": "y", "j": "i", "N": "ñ", "o": "o", "ö": "ö", "u": "u",
    "ü": "ü", "w": "ū", "x": "h", "C": "ch|ç", "S": "ş", "Q": "ş", "A": "a", "I": "i", "O": "u", "`": "",
}  # fmt: skip
_KAZAKH_2018 = _KAZAKH_2021 | {
    "ä": "á", "G": "ǵ", "i": "i", "j": "ı", "N": "ń", "ö": "ó", "u": "ý", "ü": "ú", "w": "u", "C": "ch", "S": "sh",
    "Q": "sh",
}  # fmt: skip
_ENGLISH = _UZBEK_LATIN | {
    "ä": "a|e|ya", "G": "gh|g", "Z": "zh|j", "J": "j|dzh", "y": "y|i", "j": "y|i", "N": "ng|n", "o": "o", "ö": "o|u",
    "q": "q|k", "u": "u|oo", "ü": "u|yu", "w": "u", "x": "kh", "c": "ts", "C": "ch", "S": "sh", "Q": "shch|sch",
    "A": "a|aa", "I": "i|ee|y", "O": "u|oo|ou", "H": "h", "`": "|'", "h": "h|kh",
}  # fmt: skip
_GERMAN = _ENGLISH | {
    "v": "w|v", "z": "s|z", "Z": "sch|sh", "J": "dsch|j", "j": "j|i", "C": "tsch", "S": "sch", "Q": "schtsch",
    "x": "ch|kh", "u": "u", "O": "u", "c": "z|ts", "I": "i", "A": "a", "G": "gh|g", "ä": "ä|a", "ö": "ö|o",
    "ü": "ü|u", "q": "k", "h": "h",
}  # fmt: skip
_FRENCH = _ENGLISH | {
    "u": "ou", "O": "ou", "w": "ou", "ü": "u|ou", "C": "tch", "S": "ch", "Z": "j", "J": "dj", "Q": "chtch", "x": "kh",
    "j": "y|ï", "A": "a", "I": "i", "G": "gh", "q": "q|k", "y": "y", "ö": "o|eu", "h": "h",
}  # fmt: skip
_PERSIAN = {
    "a": "", "ä": "", "e": "", "i": "", "y": "", "o": "", "u": "", "ö": "و", "ü": "و", "w": "و",
    "A": "ا", "I": "ی", "O": "و", "b": "ب", "v": "و", "g": "گ", "G": "غ", "d": "د", "Z": "ژ", "J": "ج", "z": "ز",
    "j": "ی", "k": "ک", "q": "ق", "l": "ل", "m": "م", "n": "ن", "N": "نگ", "p": "پ", "r": "ر", "s": "س", "t": "ت",
    "f": "ف", "x": "خ", "h": "ه", "c": "تس", "C": "چ", "S": "ش", "Q": "ش", "'": "", "H": "ح", "T": "ط", "X": "ص",
    "D": "ض", "`": "ع",
}  # fmt: skip
_UYGHUR = _PERSIAN | {
    "a": "ا", "ä": "ە", "e": "ې", "i": "ى", "y": "ى", "o": "و", "u": "ۇ", "ö": "ۆ", "ü": "ۈ", "w": "ۇ", "v": "ۋ",
    "j": "ي", "k": "ك", "N": "ڭ", "h": "ھ", "H": "ھ", "T": "ت", "X": "س", "D": "ز", "I": "ى", "O": "ۇ", "`": "",
}  # fmt: skip

TABLES = {
    "kk": _KAZAKH_CYRILLIC, "ru": _RUSSIAN, "uk": _UKRAINIAN, "uz-cyr": _UZBEK_CYRILLIC, "tj": _TAJIK,
    "uz": _UZBEK_LATIN, "kk-2021": _KAZAKH_2021, "kk-2018": _KAZAKH_2018, "en": _ENGLISH, "de": _GERMAN,
    "fr": _FRENCH, "fa": _PERSIAN, "ug": _UYGHUR,
}  # fmt: skip
_IOTATED = {"ja": "я", "ju": "ю", "je": "е", "jO": "ю", "jA": "я", "jä": "я"}
_CYRILLIC = {"kk", "ru", "uk", "uz-cyr", "tj"}

# The parts of names. A people's given names are a beginning and an ending; its family names a stem and an ending.


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True)
class _People:
    share: float
    home: str
    elsewhere: tuple[str, ...]
    usual: tuple[tuple[str, ...], tuple[str, ...]]  # given names of men, of women
    begun: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    stems: tuple[str, ...]
    surnames: tuple[tuple[str, str], ...]  # (of men, of women)
    fathers: tuple[tuple[str, str], ...]


_TURKIC = _words(
    "nwr er aj baur däur qajrat amaN talGat mwrat qanat sajra aqbo bolat qajyr ular ZaN Zäni bajtal tölen qwanyS dos"
    " oraz quat tilek tem erkin berik sajla qalqa marS asqar arman serik Söken manas tölep ajdos bektw qazy bibi gül"
    " saule altyn raj togZan meruert ulZan samal dina saGyn aqmar ajmaN baGla kümis qymbat perize inkär"
)
_TURKIC_STEMS = _words(
    "nwrlan baj qasym ämir sadyq oraz tölege bekmwrat ZwnIs ahmet ospan smaGwl twrsyn sejit qaliev mwqan äbdir äli"
    " bäjten erZan süle sarsen Zaqyp Zumabaj qwrman esen aman dosan qojSy ybyraj twleu sadwaqas ötegen bisen ädil"
    " mamyr tastan qonyr alim beket qaba ernaz Sajmer Salqar saqta kärim qwdajber nazar myrza bölek"
)
_PERSIAN_BEGUN = _words(
    "abdul GulAm mIr SAh nOr nasr amAn fajz naJIb raHmat JAn gul Sams Saraf HamId qAdir naqIb sajf zabI xAl laT"
    " baxt mAh sitA parI zar farr Humaj roX Sah sulT Jam mehr sIr xOS dil nAz far mar muHammad rasOl ziA eHsAn"
)
_PERSIAN_STEMS = _words(
    "raHIm karIm aHmad muHammad sulTAn HakIm naJIb rasOl nOr faqIr amIr qurbAn HajdarI rizA jOsuf ibrAhIm ismA`Il"
    " sultAn JabAr sattAr GafOr SukOr zAhir nAXir qAsim ajjOb jaqOb mOsA dAvud xAliq vahIb laTIf majwand Safi Azar"
    " bahrAm farrox JamSed rustam siJAv kamAl JalAl nizAm farIdOn Husajn Hasan `alI murAd naIm XAlih"
)
_SLAVIC_BEGUN = _words(
    "aleks ivan serg dmitr mixajl vlad nikol andr pavl viktor grigor bogd anatol kir rom stepan tim arkad vas"
    " gennad svetl natal el lar marg an mar olg ir val gal zin oks pol ludm ver nad vik dar kater borys zaxar"
)
_SLAVIC_STEMS = _words(
    "ivan petr smirn kuznec pop sokol lebed kozl novik moroz volk zajc pavl semen golub vinograd bogdan vorob"
    " fedor mixajl belaj taras zuk komar orl makar nikit zaxar solov borys jakovl grigor roman frol aleks dmitr"
    " kalin anis efim tixon kudraS gerasim maslenik cvetk daniil pimen gluSk SevC bondar kravC koval melnik lis"
    " tkaC Spak olijn rudn petk savC xar moskal Qerbak Cern gonCar polak zadorozn kuCer"
)

_KAZAKH_USUAL = (
    _words(
        "nwrlan erlan serik marat asqar arman daulet bolat talGat qajrat berik erbol sanZar timur aslan dias ajdos"
        " Zandos azamat rüstem ZaNgir alixan sultan äli dinmwhamed ersin madi olZas"
    ),
    _words(
        "ajgerim gülnar ajgül dinara Zanar madina saule älija Zwldyz äsel ajZan gauhar rauSan saltanat bota meruert"
        " gülmira läzzat indira möldir tolGanaj ajman bajan aru dana"
    ),
)
_SLAVIC_USUAL = (
    _words(
        "aleksandr sergej dmitrij andrej ivan petr mixail nikolaj vladimir viktor oleg igor jurij pavel anton maksim"
        " roman denis egor fedor il'ja konstantin vasilij grigorij evgenij"
    ),
    _words(
        "anna marija elena ol'ga natal'ja irina svetlana tat'jana jekaterina julija ljudmila galina nina vera nadeZda"
        " daria polina oksana larisa valentina sofija"
    ),
)
_UKRAINIAN_USUAL = (
    _words("oleksandr serhij andrij ivan petro myxajlo mykola volodymyr taras oleh ihor jurij pavlo bohdan vasyl'"),
    _words("anna marija olena oksana natalija iryna svitlana tetjana kateryna julija ljudmyla halyna larysa sofija"),
)
_PERSIAN_USUAL = (
    _words(
        "muHammad aHmad `alI Hasan Husajn maHmOd jOsuf ibrAhIm rizA karIm raHIm naJIb HamId omar idrIs dAvud ismA`Il"
        " umId rustam farhAd JamAl SarIf HabIb nAdir jAsIn zakarijA bilAl"
    ),
    _words(
        "fATima zahrA marjam zajnab lajlA nargis parvIn Sabnam `AjiSa xadIJa Sukrija nAzanIn ruqijja sakIna SIrIn"
        " farIda nilOfar mInA SahlA zulajxA munIra gulnOra"
    ),
)
_UZBEK_USUAL = (
    _words(
        "aliSer baxtijor davron farruh Gajrat iskandar JahongIr kamol otabek rustam sardor Suhrat tohir uluGbek zafar"
    ),
    _words("dilnoza feruza gulnora lola maftuna nargiza nilufar ozoda saboHat Sahnoza umida zulfija zuhra barno"),
)
_UYGHUR_USUAL = (
    _words("adil äkbär ärkin tursun rähim ablikim mämät qurban ilham dilSat sämät osman abduläziz mexmut"),
    _words("adilä arzugül dilbär gülnar mahinur patigül rähilä rizvangül sänäm zulpijä ajgül hälimä"),
)

PEOPLES = {
    "kazakh": _People(
        0.24, "kk", ("ru", "en", "kk-2021", "kk-2018", "de", "fr"), _KAZAKH_USUAL, _TURKIC,
        _words("lan bek bol sultan Zan dos tas äli qali han bolat mwrat serik Gali baj at em"),
        _words("gül nwr Zan gerim Sa bala ZamaN la man aj nar bibi GaS ly"),
        _TURKIC_STEMS, (("ov", "ova"), ("ev", "eva"), ("", ""), ("baev", "baeva"), ("in", "ina")),
        (("wly", "qyzy"), ("oviC", "ovna"), ("wly", "qyzy")),
    ),
    "russian": _People(
        0.14, "ru", ("en", "de", "fr", "kk-2021"), _SLAVIC_USUAL, _SLAVIC_BEGUN,
        _words("andr ej ij an im on or in il"), _words("ana a ina ija ena isa ara eta"),
        _SLAVIC_STEMS, (("ov", "ova"), ("in", "ina"), ("skij", "skaja"), ("ev", "eva"), ("kin", "kina")),
        (("oviC", "ovna"), ("eviC", "evna")),
    ),
    "ukrainian": _People(
        0.12, "uk", ("ru", "en", "de", "fr"), _UKRAINIAN_USUAL, _SLAVIC_BEGUN,
        _words("ko o ij an im on ujk"), _words("ana a yna ija enka ysa"),
        _SLAVIC_STEMS, (("enko", "enko"), ("Cuk", "Cuk"), ("skyj", "ska"), ("uk", "uk"), ("ak", "ak")),
        (("oviC", "ivna"),),
    ),
    "uzbek": _People(
        0.16, "uz", ("uz-cyr", "ru", "en", "de"), _UZBEK_USUAL, _TURKIC + _PERSIAN_BEGUN,
        _words("JAn bek er mat dAr murAd iddin ullA Ali zAd bAj"), _words("A gul xAn AJ nisA oj barcin xon"),
        _PERSIAN_STEMS + _TURKIC_STEMS, (("ov", "ova"), ("ev", "eva"), ("iy", "iy")),
        (("öGli", "qizi"), ("oviC", "ovna")),
    ),
    "tajik": _People(
        0.1, "tj", ("ru", "fa", "en"), _PERSIAN_USUAL, _PERSIAN_BEGUN,
        _words("JAn ullO iddIn Ali SAh murAd Sed van zAd bek"), _words("bAnO gul A isO nigOr ruxsAr mAh anOr"),
        _PERSIAN_STEMS, (("ov", "ova"), ("zAda", "zAda"), ("I", "I"), ("pOr", "pOr")),
        (("oviC", "ovna"), ("", "")),
    ),
    "afghan": _People(
        0.18, "fa", ("en", "ru", "de", "fr"), _PERSIAN_USUAL, _PERSIAN_BEGUN,
        _words("ullAh iddIn Ali xAn JAn SAh aHmad muHammad raHmAn zAd"), _words("bAnO gul A xAtun nisA zAda mAh"),
        _PERSIAN_STEMS, (("I", "I"), ("zaj", "zaj"), ("zAda", "zAda"), ("", ""), ("xel", "xel")),
        (("", ""),),
    ),
    "uyghur": _People(
        0.06, "ug", ("ru", "en", "kk"), _UYGHUR_USUAL, _TURKIC,
        _words("Jan beg ahun niyaz `alI turdi xAn bAj"), _words("gül xan nisa bibi nur ajim"),
        _TURKIC_STEMS, (("ov", "ova"), ("I", "I"), ("", "")),
        (("", ""),),
    ),
}  # fmt: skip

_ONSETS = _words("b d k m n s t S r q l G f j z C h p Z v g")
_MIDDLES = _words("ar al an ur yr er ul am in ys ol as ir or el un at om aj es iS ob ud ek aq")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone invented, in sounds."""

    people: str
    family: str
    given: str
    patronymic: str


class Crowd:
    """Draws persons: a few names are borne by many, most by few, as names are."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        shuffled = random.Random(7)
        self._given: dict[tuple[str, str], _Drawn] = {}
        self._family: dict[str, _Drawn] = {}
        for name, people in PEOPLES.items():
            for sex, usual, endings in zip("MF", people.usual, (people.men, people.women), strict=True):
                names = [_joined(begun, ending) for begun in people.begun for ending in endings]
                shuffled.shuffle(names)
                self._given[name, sex] = _Drawn([*usual, *names])
            made = [
                onset + middle + more + middle_too
                for onset in _ONSETS
                for middle in _MIDDLES
                for more in ("t", "d", "m", "S", "b", "k")
                for middle_too in _MIDDLES
            ]
            shuffled.shuffle(made)
            stems = [*people.stems, *made[:6000]]
            self._family[name] = _Drawn(stems)
        self._names = list(PEOPLES)
        self._shares = [people.share for people in PEOPLES.values()]

    def person(self) -> Person:
        chance = self.random
        name = chance.choices(self._names, self._shares)[0]
        people = PEOPLES[name]
        woman = chance.random() < 0.5
        family = _joined(self._family[name].draw(chance), chance.choice(people.surnames)[woman])
        given = self._given[name, "F" if woman else "M"].draw(chance)
        patronymic = ""
        if chance.random() < 0.75 and (ending := chance.choice(people.fathers)[woman]):
            father = self._given[name, "M"].draw(chance)
            patronymic = _joined(father, ending)
            if ending in ("öGli", "qizi"):
                patronymic = f"{father} {ending}"
        return Person(name, family, given, patronymic)


class _Drawn:
    """Names by rank: the tenth is drawn a tenth as often as the first."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._sums = list(accumulate(1 / (rank + 4) for rank in range(len(self._names))))

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self._names, cum_weights=self._sums)[0]


_VOWELS = "aäeiyoöuüwAIO"


def _joined(one: str, other: str) -> str:
    if one and other and one[-1] in _VOWELS and other[0] in _VOWELS:
        return one[:-1] + other
    if one and other and one[-1] == other[0]:
        return one + other[1:]
    return one + other


def written(sounds: str, table: str, chance: random.Random) -> str:
    """Sounds in the letters of one table; where an official could choose, one chooses."""
    letters = TABLES[table]
    out: list[str] = []
    for word in sounds.split():
        text = ""
        place = 0
        while place < len(word):
            pair = word[place : place + 2]
            if table in _CYRILLIC and pair in _IOTATED:
                text += _IOTATED[pair]
                place += 2
                continue
            if place == 0 and word[0] in "aeiouäöüwy" and table == "fa":
                text += "ا"
            if place == 0 and table == "ug" and word[0] in "aeiouäöüwyAIO":
                text += "ئ"
            if place == len(word) - 1 and table == "fa" and word[place] in "aä":
                text += "ه"
            choices = letters[word[place]].split("|")
            text += choices[0] if len(choices) == 1 or chance.random() < 0.6 else chance.choice(choices)
            place += 1
        if table == "en" and text.startswith("e") and chance.random() < 0.3:
            text = "y" + text
        out.append(text[:1].upper() + text[1:])
    return " ".join(out)


def recorded(person: Person, chance: random.Random) -> tuple[str, str]:
    """A full name as a record has it, and the table it was written with."""
    people = PEOPLES[person.people]
    table = chance.choices([people.home, "ru", "en"], [0.65, 0.2, 0.15])[0]
    parts = (person.family, person.given, person.patronymic)
    return " ".join(written(part, table, chance) for part in parts if part), table


def mistyped(name: str, chance: random.Random) -> str:
    """One slip: a letter left out, doubled, changed for another of the name's, or two swapped."""
    words = name.split()
    long = [place for place, word in enumerate(words) if len(word) > 3] or [0]
    at = chance.choice(long)
    word = words[at]
    place = chance.randrange(1, max(2, len(word) - 1))
    letters = [letter for letter in name if letter.isalpha() and letter.islower()] or list(word)
    kind = chance.randrange(4)
    if kind == 0:
        word = word[:place] + word[place + 1 :]
    elif kind == 1:
        word = word[:place] + chance.choice(letters) + word[place:]
    elif kind == 2:
        word = word[:place] + chance.choice(letters) + word[place + 1 :]
    else:
        word = word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]
    words[at] = word
    return " ".join(words)


KINDS = ("exact", "typo, same script", "other spelling or script", "+ typo", "other spelling, no patronymic, swapped")


def asked(person: Person, name: str, table: str, kind: str, chance: random.Random) -> str:
    """How someone looking for a person would type the name, in one of five ways."""
    if kind == "exact":
        return name
    if kind == "typo, same script":
        return mistyped(name, chance)
    people = PEOPLES[person.people]
    other = chance.choice([one for one in (people.home, *people.elsewhere) if one != table])
    parts = (
        (person.given, person.family)
        if kind == "other spelling, no patronymic, swapped"
        else (person.family, person.given, person.patronymic)
    )
    spelled = " ".join(written(part, other, chance) for part in parts if part)
    return mistyped(spelled, chance) if kind == "+ typo" else spelled


def is_namesake(person: Person, other: Person, kind: str) -> bool:
    """Whether somebody found is as good an answer: in what was asked, nothing tells their names apart.

    That is so when they have the same sounds, or when the other's are spelled the same where all agree on a spelling.
    """
    return person is other or _as_asked(person, kind) & _as_asked(other, kind) != set()


def _as_asked(person: Person, kind: str) -> set[str]:
    parts = [person.family, person.given]
    if kind != "other spelling, no patronymic, swapped":
        parts.append(person.patronymic)
    sounds = " ".join(part for part in parts if part)
    return {sounds, *(written(sounds, table, _FIRST) for table in ("ru", "en"))}


class _First(random.Random):
    """Chance that always chooses the first."""

    def random(self) -> float:
        return 0.5


_FIRST = _First()
