"""The lines of figures that come from elsewhere: what each counts, and in what unit, in three languages."""

from dataclasses import dataclass
from enum import StrEnum

from casework.core.i18n import Text


class Unit(StrEnum):
    """What a figure counts. Only like is added to like."""

    PERSONS = "persons"
    CASES = "cases"
    COUNT = "count"
    USD = "usd"
    PERCENT = "percent"


WHOLE = frozenset({Unit.PERSONS, Unit.CASES, Unit.COUNT})
"""What is counted one by one."""


@dataclass(frozen=True)
class Series:
    """A line of external figures: same definition, day after day."""

    name: Text
    unit: Unit = Unit.PERSONS


PUBLISHED: dict[str, Series] = {
    "donors_listed": Series(Text("Donors listed", "Перечисленные доноры", "Аталған донорлар"), Unit.COUNT),
    "state_partners": Series(Text("State partners", "Государственные партнёры", "Мемлекеттік серіктестер"), Unit.COUNT),
    "civil_society_partners": Series(
        Text("Civil society partners", "Партнёры гражданского общества", "Азаматтық қоғам серіктестері"),
        Unit.COUNT,
    ),
    "refugees": Series(Text("Refugees", "Беженцы", "Босқындар")),
    "refugees_state_recognised": Series(
        Text(
            "Refugees recognised by the State",
            "Беженцы, признанные государством",
            "Мемлекет таныған босқындар",
        )
    ),
    "asylum_seekers": Series(Text("Asylum-seekers", "Лица, ищущие убежище", "Баспана іздеушілер")),
    "stateless_recognised": Series(
        Text(
            "Recognised stateless persons",
            "Признанные лица без гражданства",
            "Азаматтығы жоқ деп танылған адамдар",
        )
    ),
    "stateless_total": Series(
        Text("Stateless persons, total", "Лица без гражданства, всего", "Азаматтығы жоқ адамдар, барлығы")
    ),
    "persons_of_concern": Series(
        Text("Persons of concern to UNHCR", "Подмандатные лица УВКБ ООН", "БҰҰ БЖКБ қамқорлығындағы адамдар")
    ),
    "persons_of_concern_printed": Series(
        Text(
            "Persons of concern to UNHCR (printed)",
            "Подмандатные лица УВКБ ООН (в печати)",
            "БҰҰ БЖКБ қамқорлығындағы адамдар (басылымда)",
        )
    ),
    "undetermined_assisted": Series(
        Text(
            "Persons of undetermined nationality assisted in the year",
            "Лица с неопределённым гражданством, получившие помощь за год",
            "Бір жылда көмек алған азаматтығы айқындалмаған адамдар",
        )
    ),
    "nationality_granted_share": Series(
        Text(
            "Share of stateless persons whose nationality was granted or confirmed in the year",
            "Доля лиц без гражданства, получивших или подтвердивших гражданство за год",
            "Бір жылда азаматтық алған немесе азаматтығы расталған азаматтығы жоқ адамдардың үлесі",
        ),
        Unit.PERCENT,
    ),
    "nationality_granted_or_confirmed": Series(
        Text(
            "Persons whose nationality was granted or confirmed in the year",
            "Лица, получившие или подтвердившие гражданство за год",
            "Бір жылда азаматтық алған немесе азаматтығы расталған адамдар",
        )
    ),
    "registered_individually_share": Series(
        Text(
            "Share of persons registered individually",
            "Доля лиц, зарегистрированных индивидуально",
            "Жеке тіркелген адамдардың үлесі",
        ),
        Unit.PERCENT,
    ),
    "rdf_refugees_asylum_afg": Series(
        Text(
            "Refugees and asylum-seekers from Afghanistan (Refugee Data Finder)",
            "Беженцы и лица, ищущие убежище, из Афганистана (Refugee Data Finder)",
            "Ауғанстаннан келген босқындар мен баспана іздеушілер (Refugee Data Finder)",
        )
    ),
    "rdf_refugees_asylum_ukr": Series(
        Text(
            "Refugees and asylum-seekers from Ukraine (Refugee Data Finder)",
            "Беженцы и лица, ищущие убежище, из Украины (Refugee Data Finder)",
            "Украинадан келген босқындар мен баспана іздеушілер (Refugee Data Finder)",
        )
    ),
    "campaign_identified": Series(
        Text(
            "Persons identified in the campaign of 2020 to 2022",
            "Лица, выявленные в ходе кампании 2020–2022 годов",
            "2020–2022 жылдардағы науқанда анықталған адамдар",
        )
    ),
    "campaign_nationality_confirmed": Series(
        Text(
            "Persons whose nationality of Kazakhstan was confirmed in the campaign of 2020 to 2022",
            "Лица, чьё гражданство Казахстана подтверждено в ходе кампании 2020–2022 годов",
            "2020–2022 жылдардағы науқанда Қазақстан азаматтығы расталған адамдар",
        )
    ),
    "campaign_documented": Series(
        Text(
            "Persons who received documents in the campaign of 2020 to 2022",
            "Лица, получившие документы в ходе кампании 2020–2022 годов",
            "2020–2022 жылдардағы науқанда құжат алған адамдар",
        )
    ),
    "other_persons_of_concern": Series(
        Text(
            "Other persons counted with them",
            "Другие лица, учтённые вместе с ними",
            "Олармен бірге есепке алынған басқа адамдар",
        )
    ),
}
"""What fact sheets, pages and reports have printed."""

RDF: dict[str, Series] = {
    "rdf_refugees": Series(
        Text("Refugees (Refugee Data Finder)", "Беженцы (Refugee Data Finder)", "Босқындар (Refugee Data Finder)")
    ),
    "rdf_refugee_like": Series(
        Text(
            "People in a refugee-like situation (Refugee Data Finder)",
            "Лица в ситуации, сходной с положением беженцев (Refugee Data Finder)",
            "Босқынға ұқсас жағдайдағы адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_asylum_seekers": Series(
        Text(
            "Asylum-seekers (Refugee Data Finder)",
            "Лица, ищущие убежище (Refugee Data Finder)",
            "Баспана іздеушілер (Refugee Data Finder)",
        )
    ),
    "rdf_stateless": Series(
        Text(
            "Stateless persons (Refugee Data Finder)",
            "Лица без гражданства (Refugee Data Finder)",
            "Азаматтығы жоқ адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_oip": Series(
        Text(
            "Other people in need of international protection (Refugee Data Finder)",
            "Другие лица, нуждающиеся в международной защите (Refugee Data Finder)",
            "Халықаралық қорғауға мұқтаж басқа адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_ooc": Series(
        Text(
            "Others of concern (Refugee Data Finder)",
            "Другие подмандатные лица (Refugee Data Finder)",
            "Қамқорлықтағы басқа адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_hst": Series(
        Text(
            "Host community (Refugee Data Finder)",
            "Принимающее население (Refugee Data Finder)",
            "Қабылдаушы қауым (Refugee Data Finder)",
        )
    ),
    "rdf_idps": Series(
        Text(
            "Internally displaced persons (Refugee Data Finder)",
            "Внутренне перемещённые лица (Refugee Data Finder)",
            "Ел ішінде қоныс аударғандар (Refugee Data Finder)",
        )
    ),
    "rdf_returned_refugees": Series(
        Text(
            "Refugees who returned in the year (Refugee Data Finder)",
            "Беженцы, вернувшиеся за год (Refugee Data Finder)",
            "Бір жылда оралған босқындар (Refugee Data Finder)",
        )
    ),
    "rdf_returned_idps": Series(
        Text(
            "Internally displaced persons who returned in the year (Refugee Data Finder)",
            "Внутренне перемещённые лица, вернувшиеся за год (Refugee Data Finder)",
            "Бір жылда оралған ел ішінде қоныс аударғандар (Refugee Data Finder)",
        )
    ),
    "rdf_resettlement": Series(
        Text(
            "Refugees resettled in the year (Refugee Data Finder)",
            "Беженцы, переселённые за год (Refugee Data Finder)",
            "Бір жылда қайта қоныстандырылған босқындар (Refugee Data Finder)",
        )
    ),
    "rdf_naturalisation": Series(
        Text(
            "Refugees naturalised in the year (Refugee Data Finder)",
            "Беженцы, получившие гражданство за год (Refugee Data Finder)",
            "Бір жылда азаматтық алған босқындар (Refugee Data Finder)",
        )
    ),
    "rdf_applications": Series(
        Text(
            "Asylum applications in the year, persons (Refugee Data Finder)",
            "Ходатайства об убежище за год, лица (Refugee Data Finder)",
            "Бір жылдағы баспана сұраған өтініштер, адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_applications_cases": Series(
        Text(
            "Asylum applications in the year, cases (Refugee Data Finder)",
            "Ходатайства об убежище за год, дела (Refugee Data Finder)",
            "Бір жылдағы баспана сұраған өтініштер, істер (Refugee Data Finder)",
        ),
        Unit.CASES,
    ),
    "rdf_decisions_recognised": Series(
        Text(
            "Recognised in the year, persons (Refugee Data Finder)",
            "Признаны за год, лица (Refugee Data Finder)",
            "Бір жылда танылғандар, адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_decisions_recognised_cases": Series(
        Text(
            "Recognised in the year, cases (Refugee Data Finder)",
            "Признаны за год, дела (Refugee Data Finder)",
            "Бір жылда танылғандар, істер (Refugee Data Finder)",
        ),
        Unit.CASES,
    ),
    "rdf_decisions_complementary": Series(
        Text(
            "Given complementary protection in the year, persons (Refugee Data Finder)",
            "Получили дополнительную защиту за год, лица (Refugee Data Finder)",
            "Бір жылда қосымша қорғау алғандар, адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_decisions_complementary_cases": Series(
        Text(
            "Given complementary protection in the year, cases (Refugee Data Finder)",
            "Получили дополнительную защиту за год, дела (Refugee Data Finder)",
            "Бір жылда қосымша қорғау алғандар, істер (Refugee Data Finder)",
        ),
        Unit.CASES,
    ),
    "rdf_decisions_rejected": Series(
        Text(
            "Rejected in the year, persons (Refugee Data Finder)",
            "Отказано за год, лица (Refugee Data Finder)",
            "Бір жылда бас тартылғандар, адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_decisions_rejected_cases": Series(
        Text(
            "Rejected in the year, cases (Refugee Data Finder)",
            "Отказано за год, дела (Refugee Data Finder)",
            "Бір жылда бас тартылғандар, істер (Refugee Data Finder)",
        ),
        Unit.CASES,
    ),
    "rdf_decisions_closed": Series(
        Text(
            "Otherwise closed in the year, persons (Refugee Data Finder)",
            "Закрыто иначе за год, лица (Refugee Data Finder)",
            "Бір жылда өзгеше жабылғандар, адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_decisions_closed_cases": Series(
        Text(
            "Otherwise closed in the year, cases (Refugee Data Finder)",
            "Закрыто иначе за год, дела (Refugee Data Finder)",
            "Бір жылда өзгеше жабылғандар, істер (Refugee Data Finder)",
        ),
        Unit.CASES,
    ),
    "rdf_decisions_total": Series(
        Text(
            "Decided in the year, persons (Refugee Data Finder)",
            "Рассмотрено за год, лица (Refugee Data Finder)",
            "Бір жылда шешілгендер, адамдар (Refugee Data Finder)",
        )
    ),
    "rdf_decisions_total_cases": Series(
        Text(
            "Decided in the year, cases (Refugee Data Finder)",
            "Рассмотрено за год, дела (Refugee Data Finder)",
            "Бір жылда шешілгендер, істер (Refugee Data Finder)",
        ),
        Unit.CASES,
    ),
}
"""The lines of UNHCR’s Refugee Data Finder. Persons and cases are lines of their own: they are never added up."""
