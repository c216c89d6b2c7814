"""What each figure means: declared in one place, in three languages, with what may and may not be added up."""

from dataclasses import dataclass
from enum import StrEnum

from casework.core import config
from casework.core.i18n import Text
from casework.figures import series
from casework.persons.rules import Dimension, DisplacementStatus, NationalityStatus

Unit = series.Unit
Series = series.Series
WHOLE = series.WHOLE

NATIONAL = "NATIONAL"
"""The country of the installation, whichever that is."""
KAZAKHSTAN = "KAZ"
REGIONAL = "CENTRAL_ASIA_5"

SCOPES: dict[str, Text] = {
    KAZAKHSTAN: Text("Kazakhstan", "Казахстан", "Қазақстан"),
    "KAZ_UZB": Text("Kazakhstan and Uzbekistan", "Казахстан и Узбекистан", "Қазақстан және Өзбекстан"),
    "KGZ": Text("Kyrgyzstan", "Кыргызстан", "Қырғызстан"),
    "TJK": Text("Tajikistan", "Таджикистан", "Тәжікстан"),
    "TKM": Text("Turkmenistan", "Туркменистан", "Түрікменстан"),
    "UZB": Text("Uzbekistan", "Узбекистан", "Өзбекстан"),
    "CENTRAL_ASIA_4": Text(
        "Four countries of Central Asia without Kazakhstan",
        "Четыре страны Центральной Азии без Казахстана",
        "Орталық Азияның Қазақстаннан басқа төрт елі",
    ),
    REGIONAL: Text(
        "Five countries of Central Asia, not Kazakhstan alone",
        "Пять стран Центральной Азии, не только Казахстан",
        "Орталық Азияның бес елі, тек Қазақстан ғана емес",
    ),
}


class Source(StrEnum):
    """How the value comes about."""

    CASES = "cases"
    EXTERNAL = "external"
    SUM = "sum"
    REST = "rest"


class NotSummable(ValueError):
    """These figures must not be added up: the sum would count nothing that exists."""


@dataclass(frozen=True)
class Indicator:
    """One figure: what it counts, of whom, and from what."""

    code: str
    name: Text
    definition: Text
    source: Source
    unit: Unit = Unit.PERSONS
    scope: str = NATIONAL
    dimension: str = ""
    statuses: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    """Of these origins only; empty: of all."""
    disaggregations: tuple[str, ...] = ()
    parts: tuple["Indicator", ...] = ()
    """What it is divided into; the last may be the rest."""
    components: tuple["Indicator", ...] = ()
    """What it is the sum of."""
    series: str = ""
    """The external series that gives its value."""
    printed: str = ""
    """The external series in which others printed the same figure: compared, never used."""
    is_summable: bool = True
    is_own_date: bool = False
    """Reported as of the sheet's publication, some months after the day the sheet counts persons on."""

    only_in: str = ""
    """The one country that the figure is about by its very definition; empty: every country has it."""

    def __post_init__(self) -> None:
        if self.source is Source.SUM:
            check_sum(self)

    @property
    def area(self) -> str:
        """What it covers: KAZ, CENTRAL_ASIA_5."""
        return config.country() if self.scope == NATIONAL else self.scope


def check_sum(total: Indicator) -> None:
    """Refuse a sum of unlike figures, of one that must stand alone, or that counts a person twice."""
    if len(total.components) < 2:
        raise NotSummable(f"{total.code}: a sum has at least two components.")
    for one in total.components:
        if not one.is_summable:
            raise NotSummable(f"{one.code} is never part of a sum.")
        if one.unit is not total.unit or one.unit is Unit.PERCENT:
            raise NotSummable(f"{one.code} counts {one.unit}, which does not add up to {total.unit}.")
        if one.scope != total.scope:
            raise NotSummable(f"{one.code} is about {one.scope}, {total.code} about {total.scope}.")
    counted = [one for one in total.components if one.source is Source.CASES]
    if len({one.dimension for one in counted}) > 1:
        raise NotSummable(f"{total.code}: one person may be in both histories, and would count twice.")
    statuses = [status for one in counted for status in one.statuses]
    if len(statuses) != len(set(statuses)):
        raise NotSummable(f"{total.code}: a status is in two components.")


BY_ALL = ("origin", "region", "sex", "age_band")

_PROTECTED = (
    str(DisplacementStatus.ASYLUM_SEEKER),
    str(DisplacementStatus.REFUGEE_CONVENTION),
    str(DisplacementStatus.REFUGEE_MANDATE),
    str(DisplacementStatus.REFUGEE_DERIVATIVE),
)


def _from(code: str, origin: str, name: Text) -> Indicator:
    return Indicator(
        code=code,
        name=name,
        definition=Text(
            "Refugees and asylum-seekers of this country of origin.",
            "Беженцы и лица, ищущие убежище, из этой страны происхождения.",
            "Шыққан елі осы ел болып табылатын босқындар мен баспана іздеушілер.",
        ),
        source=Source.CASES,
        dimension=Dimension.DISPLACEMENT,
        statuses=_PROTECTED,
        origins=(origin,),
        printed=f"refugees_asylum_{origin.lower()}",
    )


REFUGEES_AND_ASYLUM_SEEKERS = Indicator(
    code="refugees_asylum",
    name=Text("Refugees and asylum-seekers", "Беженцы и лица, ищущие убежище", "Босқындар мен баспана іздеушілер"),
    definition=Text(
        "Registered persons whose status is asylum-seeker, or refugee under national law, under UNHCR’s "
        "mandate or "
        "through family unity. Each person counts once.",
        "Зарегистрированные лица со статусом лица, ищущего убежище, либо беженца по национальному праву, по "
        "мандату "
        "УВКБ ООН или по принципу единства семьи. Каждый человек учитывается один раз.",
        "Мәртебесі баспана іздеуші немесе ұлттық заң, БҰҰ БЖКБ мандаты не отбасы бірлігі бойынша босқын "
        "болып "
        "табылатын тіркелген адамдар. Әр адам бір рет есептеледі.",
    ),
    source=Source.CASES,
    dimension=Dimension.DISPLACEMENT,
    statuses=_PROTECTED,
    disaggregations=BY_ALL,
    printed="refugees_asylum_total",
    parts=(
        _from("refugees_asylum_afg", "AFG", Text("from Afghanistan", "из Афганистана", "Ауғанстаннан")),
        _from("refugees_asylum_ukr", "UKR", Text("from Ukraine", "из Украины", "Украинадан")),
        Indicator(
            code="refugees_asylum_other",
            name=Text("from other countries", "из других стран", "басқа елдерден"),
            definition=Text(
                "The total without the countries listed above.",
                "Общее число без перечисленных выше стран.",
                "Жоғарыда аталған елдерді қоспағандағы жалпы саны.",
            ),
            source=Source.REST,
        ),
    ),
)

STATELESS_GOVERNMENT = Indicator(
    code="stateless_government",
    name=Text(
        "Stateless persons registered by the Government",
        "Лица без гражданства, зарегистрированные государством",
        "Мемлекет тіркеген азаматтығы жоқ адамдар",
    ),
    definition=Text(
        "Stateless persons in the Government’s records. Certificates are issued from the age of 16; whether "
        "children "
        "are included is not known.",
        "Лица без гражданства по данным государства. Удостоверения выдаются с 16 лет; неизвестно, учтены ли дети.",
        "Мемлекет деректері бойынша азаматтығы жоқ адамдар. Куәлік 16 жастан бастап беріледі; балалардың "
        "есепке "
        "алынғаны белгісіз.",
    ),
    source=Source.EXTERNAL,
    series="stateless_government",
)

UNDETERMINED = Indicator(
    code="undetermined",
    name=Text(
        "Persons of undetermined nationality registered by partners",
        "Лица с неопределённым гражданством, зарегистрированные партнёрами",
        "Серіктестер тіркеген азаматтығы айқындалмаған адамдар",
    ),
    definition=Text(
        "Persons registered by partner organisations who lack proof of any nationality and have links to "
        "more than one "
        "State. Persons at risk of statelessness are not included.",
        "Лица, зарегистрированные партнёрскими организациями, которые не могут подтвердить никакое "
        "гражданство и имеют "
        "связи более чем с одним государством. Лица, подверженные риску безгражданства, не включены.",
        "Серіктес ұйымдар тіркеген, ешқандай азаматтығын растай алмайтын және бірнеше мемлекетпен байланысы "
        "бар "
        "адамдар. Азаматтықсыз қалу қаупі бар адамдар қосылмаған.",
    ),
    source=Source.CASES,
    dimension=Dimension.NATIONALITY,
    statuses=(str(NationalityStatus.UNDETERMINED),),
    disaggregations=BY_ALL,
    printed="undetermined_partners_printed",
)

STATELESS_KNOWN = Indicator(
    code="stateless_known",
    name=Text("Stateless persons, known", "Известные лица без гражданства", "Белгілі азаматтығы жоқ адамдар"),
    definition=Text(
        "Stateless persons registered by the Government and persons of undetermined nationality registered "
        "by partners.",
        "Лица без гражданства, зарегистрированные государством, и лица с неопределённым гражданством, "
        "зарегистрированные партнёрами.",
        "Мемлекет тіркеген азаматтығы жоқ адамдар және серіктестер тіркеген азаматтығы айқындалмаған адамдар.",
    ),
    source=Source.SUM,
    components=(STATELESS_GOVERNMENT, UNDETERMINED),
    printed="stateless_total_printed",
)

REFUGEE_LIKE = Indicator(
    code="refugee_like",
    name=Text(
        "People in a refugee-like situation (estimate)",
        "Лица в ситуации, сходной с положением беженцев (оценка)",
        "Босқынға ұқсас жағдайдағы адамдар (бағалау)",
    ),
    definition=Text(
        "An estimate by UNHCR based on media reports. A separate figure: it is never added to any other.",
        "Оценка УВКБ ООН на основе сообщений СМИ. Отдельный показатель: он никогда не прибавляется к другим.",
        "БҰҰ БЖКБ бұқаралық ақпарат құралдарының хабарларына сүйенген бағалауы. Жеке көрсеткіш: басқа "
        "ешқандай "
        "көрсеткішке қосылмайды.",
    ),
    source=Source.EXTERNAL,
    series="refugee_like_estimate",
    is_summable=False,
)

CITIZENSHIP_GRANTED = Indicator(
    code="citizenship_granted",
    name=Text(
        "Stateless persons granted citizenship to date",
        "Лица без гражданства, получившие гражданство к настоящему времени",
        "Осы уақытқа дейін азаматтық алған азаматтығы жоқ адамдар",
    ),
    definition=Text(
        "Cumulative over recent years, as reported by the Government; the first year is not published.",
        "Нарастающим итогом за последние годы по данным государства; начальный год не опубликован.",
        "Мемлекет деректері бойынша соңғы жылдардағы жиынтық саны; бастапқы жылы жарияланбаған.",
    ),
    source=Source.EXTERNAL,
    series="citizenship_granted",
    is_summable=False,  # a flow over years, the others are stocks on a day
)

PLEDGES = Indicator(
    code="pledges",
    name=Text(
        "Pledges of Kazakhstan at the Global Refugee Forum",
        "Обязательства Казахстана на Глобальном форуме по беженцам",
        "Қазақстанның Жаһандық босқындар форумындағы міндеттемелері",
    ),
    definition=Text(
        "Pledges made by Kazakhstan, as counted by UNHCR.",
        "Обязательства, принятые Казахстаном, по подсчёту УВКБ ООН.",
        "БҰҰ БЖКБ есебі бойынша Қазақстан қабылдаған міндеттемелер.",
    ),
    source=Source.EXTERNAL,
    unit=Unit.COUNT,
    series="pledges",
    is_summable=False,
    only_in=KAZAKHSTAN,
)

FUNDING_REQUIRED = Indicator(
    code="funding_required",
    name=Text("Funding required", "Необходимое финансирование", "Қажетті қаржыландыру"),
    definition=Text(
        "What UNHCR needs for the year in the five countries of Central Asia together.",
        "Потребности УВКБ ООН на год в пяти странах Центральной Азии вместе.",
        "Орталық Азияның бес елінде БҰҰ БЖКБ-ға бір жылға қажет қаражат.",
    ),
    source=Source.EXTERNAL,
    unit=Unit.USD,
    scope=REGIONAL,
    series="funding_required",
    is_own_date=True,
)

FUNDING_SHARE = Indicator(
    code="funding_share",
    name=Text("Share of the funding received", "Доля полученного финансирования", "Алынған қаржының үлесі"),
    definition=Text(
        "The share of the required funding that had been received by the day given, in the five countries together.",
        "Доля необходимого финансирования, полученная к указанному дню, в пяти странах вместе.",
        "Көрсетілген күнге дейін бес елде бірге алынған қаржының қажетті қаржыдағы үлесі.",
    ),
    source=Source.EXTERNAL,
    unit=Unit.PERCENT,
    scope=REGIONAL,
    series="funding_share",
    is_summable=False,
    is_own_date=True,
)

KEY_FIGURES = (
    REFUGEES_AND_ASYLUM_SEEKERS,
    STATELESS_KNOWN,
    REFUGEE_LIKE,
    CITIZENSHIP_GRANTED,
    PLEDGES,
    FUNDING_REQUIRED,
    FUNDING_SHARE,
)
"""What the sheet of Kazakhstan shows, in its order; parts and components come with their figure."""


def key_figures() -> tuple[Indicator, ...]:
    """What the sheet of this installation's country shows."""
    return tuple(one for one in KEY_FIGURES if one.only_in in ("", config.country()))


COUNTED = (REFUGEES_AND_ASYLUM_SEEKERS, UNDETERMINED)
"""What is counted from case data: what an organisation sees of its own persons."""


# -- series of figures that come from elsewhere --------------------------------------------------------------


def _declared() -> list[Indicator]:
    return [one for figure in KEY_FIGURES for one in (figure, *figure.parts, *figure.components)]


def _printed(name: Text) -> Text:
    """The name of a figure as others printed it."""
    return Text(f"{name.en} (as printed)", f"{name.ru} (как напечатано)", f"{name.kk} (басылымдағыдай)")


SERIES: dict[str, Series] = {
    **{one.series: Series(one.name, one.unit) for one in _declared() if one.series},
    **{one.printed: Series(_printed(one.name), one.unit) for one in _declared() if one.printed},
    **series.PUBLISHED,
    **series.RDF,
}
"""Every line of figures that may be entered, by its code."""

SERIES_OF_KEY_FIGURES = frozenset(name for one in _declared() for name in (one.series, one.printed) if name)
"""The series that the Key Figures take a value from or compare with."""
