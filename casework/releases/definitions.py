"""The words of the declared tables, in three languages: what is counted, and what it is divided by."""

from dataclasses import dataclass

from casework.core.i18n import Text
from casework.figures import indicators
from casework.persons.rules import Dimension as History

STOCK, EVENTS = "stock", "events"
IN, OUT = ":in", ":out"


@dataclass(frozen=True)
class DeclaredPopulation:
    """Whom or what tables count. `dimensions`: by what it may be divided. A higher version means another definition."""

    code: str
    kind: str
    unit: str
    name: Text
    definition: Text
    dimensions: tuple[str, ...]
    version: int = 1
    history: str = ""
    """Of the ledger: in which counted history,"""
    statuses: tuple[str, ...] = ()
    """and in which statuses of it one is a part of it."""

    @property
    def stock(self) -> str:
        """The stock that an inflow or outflow belongs to; of everything else itself."""
        return self.code.partition(":")[0]


@dataclass(frozen=True)
class DeclaredDimension:
    """What a population may be divided by."""

    code: str
    name: Text
    by: Text
    """In the title of a table: by sex."""
    definition: Text | None = None
    of: str = ""
    """A coarser division is of the same characteristic as the finer one: macro-regions are of the region."""
    list_name: str = ""
    is_sensitive: bool = False
    is_immutable: bool = False
    """No one changes it from one release to the next."""

    @property
    def characteristic(self) -> str:
        return self.of or self.code


_PERSONS_BY = ("status", "origin", "main_origin", "sex", "age", "region", "macro_region")
_FLOWS_BY = ("flow", "origin", "sex")


def _flows(stock: DeclaredPopulation) -> tuple[DeclaredPopulation, DeclaredPopulation]:
    """Who came into a stock in a period and who left it."""
    came, left = (
        Text(
            "How many times in the period a person came to be counted. Changes inside the population, such as "
            "recognition, a move to another region or a birthday, are not among them.",
            "Сколько раз за период кто-либо начал учитываться. Изменения внутри группы (например, признание, переезд в "
            "другой регион, день рождения) сюда не входят.",
            "Кезең ішінде адамдар қанша рет есепке кірді. Топ ішіндегі өзгерістер (мысалы, тану, басқа өңірге көшу, "
            "туған күн) мұнда кірмейді.",
        ),
        Text(
            "How many times in the period a person ceased to be counted. Changes inside the population, such as "
            "recognition, a move to another region or a birthday, are not among them.",
            "Сколько раз за период кто-либо перестал учитываться. Изменения внутри группы (например, признание, "
            "переезд в другой регион, день рождения) сюда не входят.",
            "Кезең ішінде адамдар қанша рет есептен шықты. Топ ішіндегі өзгерістер (мысалы, тану, басқа өңірге көшу, "
            "туған күн) мұнда кірмейді.",
        ),
    )
    names = (
        Text(f"{stock.name.en}: in", f"{stock.name.ru}: прибыло", f"{stock.name.kk}: қосылды"),
        Text(f"{stock.name.en}: out", f"{stock.name.ru}: выбыло", f"{stock.name.kk}: шықты"),
    )
    entered, gone = (
        DeclaredPopulation(
            stock.code + way, EVENTS, "persons", name, definition, _FLOWS_BY, 1, stock.history, stock.statuses
        )
        for way, name, definition in ((IN, names[0], came), (OUT, names[1], left))
    )
    return entered, gone


_REFUGEES_ASYLUM = DeclaredPopulation(
    "refugees_asylum",
    STOCK,
    "persons",
    indicators.REFUGEES_AND_ASYLUM_SEEKERS.name,
    indicators.REFUGEES_AND_ASYLUM_SEEKERS.definition,
    _PERSONS_BY,
    history=History.DISPLACEMENT,
    statuses=indicators.REFUGEES_AND_ASYLUM_SEEKERS.statuses,
)
_UNDETERMINED = DeclaredPopulation(
    "undetermined",
    STOCK,
    "persons",
    indicators.UNDETERMINED.name,
    indicators.UNDETERMINED.definition,
    ("origin", "sex", "age", "region", "macro_region"),
    history=History.NATIONALITY,
    statuses=indicators.UNDETERMINED.statuses,
)

_EVENTS = (
    DeclaredPopulation(
        "sessions",
        EVENTS,
        "sessions",
        Text("Counselling sessions", "Консультации", "Консультациялар"),
        Text(
            "Sessions that partners held in the period with one or several persons of a case. A session counts once, "
            "however many took part.",
            "Консультации, проведённые партнёрами за период с одним или несколькими участниками дела. Консультация "
            "учитывается один раз, сколько бы человек в ней ни участвовало.",
            "Серіктестер кезең ішінде іске қатысты бір немесе бірнеше адаммен өткізген консультациялар. Қанша адам "
            "қатысса да, консультация бір рет есептеледі.",
        ),
        ("modality", "month"),
    ),
    DeclaredPopulation(
        "session_topics",
        EVENTS,
        "topics",
        Text("Topics of counselling sessions", "Темы консультаций", "Консультация тақырыптары"),
        Text(
            "What the sessions of the period were about. A session counts once under each of its topics, so that there "
            "are more topics than sessions.",
            "О чём были консультации за период. Консультация учитывается по одному разу в каждой из своих тем, поэтому "
            "тем больше, чем консультаций.",
            "Кезең ішіндегі консультациялар не туралы болды. Консультация өз тақырыптарының әрқайсысында бір реттен "
            "есептеледі, сондықтан тақырыптар саны консультациялар санынан көп.",
        ),
        ("topic", "month"),
    ),
    DeclaredPopulation(
        "services",
        EVENTS,
        "services",
        Text("Services given", "Оказанные услуги", "Көрсетілген қызметтер"),
        Text(
            "What was given in the sessions of the period; one session may give several services.",
            "Что было сделано на консультациях за период; на одной консультации может быть оказано несколько услуг.",
            "Кезең ішіндегі консультацияларда не істелді; бір консультацияда бірнеше қызмет көрсетілуі мүмкін.",
        ),
        ("level", "service_type", "month"),
    ),
    DeclaredPopulation(
        "cases_closed",
        EVENTS,
        "cases",
        Text("Cases closed", "Закрытые дела", "Жабылған істер"),
        Text(
            "Legal matters that were closed in the period and were not open again at its end. One case may be of "
            "several persons.",
            "Правовые вопросы, закрытые за период и не возобновлённые к его концу. Одно дело может касаться нескольких "
            "человек.",
            "Кезең ішінде жабылған және оның соңына дейін қайта ашылмаған құқықтық мәселелер. Бір іс бірнеше адамға "
            "қатысты болуы мүмкін.",
        ),
        ("track", "outcome", "closure_reason", "month"),
    ),
    DeclaredPopulation(
        "decisions",
        EVENTS,
        "decisions",
        Text("Decisions in procedures", "Решения по процедурам", "Рәсімдер бойынша шешімдер"),
        Text(
            "Decisions that authorities, other States and courts took in the period in cases of partners. Silence that "
            "the law takes for a refusal is not among them.",
            "Решения, принятые за период государственными органами, другими государствами и судами по делам партнёров. "
            "Молчание, которое закон считает отказом, сюда не входит.",
            "Кезең ішінде мемлекеттік органдар, басқа мемлекеттер мен соттар серіктестердің істері бойынша қабылдаған "
            "шешімдер. Заң бас тарту деп санайтын үнсіздік мұнда кірмейді.",
        ),
        ("procedure", "instance", "result", "month"),
    ),
    DeclaredPopulation(
        "activities",
        EVENTS,
        "activities",
        Text("Activities of partners", "Работа партнёров", "Серіктестердің жұмысы"),
        Text(
            "What partners did in the period: sessions held, services given, letters and inquiries sent, steps "
            "taken in "
            "proceedings.",
            "Что партнёры сделали за период: проведённые консультации, оказанные услуги, отправленные письма и "
            "запросы, "
            "действия по делам.",
            "Серіктестер кезең ішінде не істеді: өткізілген консультациялар, көрсетілген қызметтер, жіберілген хаттар "
            "мен сұрау салулар, істер бойынша әрекеттер.",
        ),
        ("activity", "month"),
    ),
)

POPULATIONS: dict[str, DeclaredPopulation] = {
    one.code: one
    for one in (
        _REFUGEES_ASYLUM,
        _UNDETERMINED,
        *_flows(_REFUGEES_ASYLUM),
        *_flows(_UNDETERMINED),
        *_EVENTS,
    )
}

DIMENSIONS: dict[str, DeclaredDimension] = {
    one.code: one
    for one in (
        DeclaredDimension(
            "status",
            Text("Status", "Статус", "Мәртебе"),
            Text("by status", "по статусу", "мәртебесі бойынша"),
            Text(
                "Refugees are those recognised under national law, under UNHCR’s mandate or through family unity.",
                "Беженцы – лица, признанные по национальному праву, по мандату УВКБ ООН или по принципу "
                "единства семьи.",
                "Босқындар – ұлттық заң, БҰҰ БЖКБ мандаты немесе отбасы бірлігі қағидаты бойынша танылған адамдар.",
            ),
        ),
        DeclaredDimension(
            "origin",
            Text("Country of origin", "Страна происхождения", "Шыққан елі"),
            Text("by country of origin", "по стране происхождения", "шыққан елі бойынша"),
            Text(
                "Countries with few persons are put together as other countries; a country once listed stays listed.",
                "Страны с небольшим числом человек объединены в «другие страны»; однажды названная страна остаётся.",
                "Адам саны аз елдер «басқа елдерге» біріктірілген; бір рет аталған ел тізімде қалады.",
            ),
            list_name="country",
            is_immutable=True,
        ),
        DeclaredDimension(
            "main_origin",
            Text("Country of origin", "Страна происхождения", "Шыққан елі"),
            Text("by main country of origin", "по основной стране происхождения", "негізгі шыққан елі бойынша"),
            of="origin",
            list_name="country",
            is_immutable=True,
        ),
        DeclaredDimension(
            "sex",
            Text("Sex", "Пол", "Жынысы"),
            Text("by sex", "по полу", "жынысы бойынша"),
            list_name="sex",
            is_immutable=True,
        ),
        DeclaredDimension(
            "age",
            Text("Age", "Возраст", "Жасы"),
            Text("by age", "по возрасту", "жасы бойынша"),
            Text(
                "Age on the day of the count, in the groups of UNHCR.",
                "Возраст на день подсчёта, по группам УВКБ ООН.",
                "Есептеу күнгі жасы, БҰҰ БЖКБ топтары бойынша.",
            ),
        ),
        DeclaredDimension(
            "region",
            Text("Region of residence", "Регион проживания", "Тұратын өңірі"),
            Text("by region", "по региону", "өңір бойынша"),
            Text(
                "Almaty, Astana and Shymkent are apart from the regions around them.",
                "Алматы, Астана и Шымкент учтены отдельно от окружающих областей.",
                "Алматы, Астана және Шымкент айналасындағы облыстардан бөлек есептелген.",
            ),
            list_name="region",
        ),
        DeclaredDimension(
            "macro_region",
            Text("Part of the country", "Часть страны", "Елдің бөлігі"),
            Text("by part of the country", "по части страны", "елдің бөлігі бойынша"),
            Text(
                "The regions put together in five; the cities of Almaty, Astana and Shymkent with what surrounds them.",
                "Регионы объединены в пять частей; города Алматы, Астана и Шымкент – вместе с окружающими областями.",
                "Өңірлер бес бөлікке біріктірілген; Алматы, Астана және Шымкент қалалары айналасындағы "
                "облыстармен бірге.",
            ),
            of="region",
            list_name="region",
        ),
        DeclaredDimension(
            "month",
            Text("Month", "Месяц", "Ай"),
            Text("by month", "по месяцам", "ай бойынша"),
        ),
        DeclaredDimension(
            "flow",
            Text("Reason", "Причина", "Себебі"),
            Text("by reason", "по причине", "себебі бойынша"),
            Text(
                "Corrections are what was recorded late about the time before the period, after it had been published.",
                "Исправления – то, что было записано о времени до начала периода уже после публикации за то время.",
                "Түзетулер – кезең басталғанға дейінгі уақыт туралы сол уақыт жарияланғаннан кейін жазылған мәлімет.",
            ),
            list_name="flow",
        ),
        DeclaredDimension(
            "modality",
            Text("How it was held", "Способ проведения", "Өткізу тәсілі"),
            Text("by how they were held", "по способу проведения", "өткізу тәсілі бойынша"),
            list_name="modality",
        ),
        DeclaredDimension(
            "topic",
            Text("Topic", "Тема", "Тақырыбы"),
            Text("by topic", "по теме", "тақырыбы бойынша"),
            list_name="topic",
        ),
        DeclaredDimension(
            "service_type",
            Text("Service", "Услуга", "Қызмет түрі"),
            Text("by kind of service", "по виду услуги", "қызмет түрі бойынша"),
            list_name="service_type",
        ),
        DeclaredDimension(
            "level",
            Text("Level of legal help", "Уровень правовой помощи", "Құқықтық көмек деңгейі"),
            Text("by level of legal help", "по уровню правовой помощи", "құқықтық көмек деңгейі бойынша"),
            Text(
                "From information to representation in court; other services have no level.",
                "От информирования до представительства в суде; у прочих услуг уровня нет.",
                "Ақпарат беруден сотта өкілдік етуге дейін; өзге қызметтердің деңгейі жоқ.",
            ),
            of="service_type",
        ),
        DeclaredDimension(
            "track",
            Text("Kind of case", "Вид дела", "Іс түрі"),
            Text("by kind of case", "по виду дела", "іс түрі бойынша"),
            list_name="track",
        ),
        DeclaredDimension(
            "outcome",
            Text("Outcome", "Итог", "Нәтижесі"),
            Text("by outcome", "по итогу", "нәтижесі бойынша"),
            list_name="case_outcome",
            is_sensitive=True,
        ),
        DeclaredDimension(
            "closure_reason",
            Text("Reason for closing", "Причина закрытия", "Жабу себебі"),
            Text("by reason for closing", "по причине закрытия", "жабу себебі бойынша"),
            list_name="closure_reason",
            is_sensitive=True,
        ),
        DeclaredDimension(
            "procedure",
            Text("Procedure", "Процедура", "Рәсім"),
            Text("by procedure", "по процедуре", "рәсім бойынша"),
        ),
        DeclaredDimension(
            "instance",
            Text("Who decided", "Кто решил", "Кім шешті"),
            Text("by who decided", "по инстанции", "сатысы бойынша"),
        ),
        DeclaredDimension(
            "result",
            Text("Result", "Результат", "Шешім нәтижесі"),
            Text("by result", "по результату", "шешім нәтижесі бойынша"),
            is_sensitive=True,
        ),
        DeclaredDimension(
            "activity",
            Text("Activity", "Вид работы", "Жұмыс түрі"),
            Text("by kind of activity", "по виду работы", "жұмыс түрі бойынша"),
        ),
    )
}

OTHER, NONE = "OTHER", "NONE"

LABELS: dict[str, dict[str, Text]] = {
    "status": {"REF": Text("Refugees", "Беженцы", "Босқындар")},
    "origin": {OTHER: Text("Other countries", "Другие страны", "Басқа елдер")},
    "region": {
        "NORTH": Text("North", "Север", "Солтүстік"),
        "SOUTH": Text("South", "Юг", "Оңтүстік"),
        "WEST": Text("West", "Запад", "Батыс"),
        "CENTRE": Text("Centre", "Центр", "Орталық"),
        "EAST": Text("East", "Восток", "Шығыс"),
    },
    "age": {"UNK": Text("Not recorded", "Не указан", "Көрсетілмеген")},
    "level": {
        "1": Text("Information", "Информирование", "Ақпарат беру"),
        "2": Text("Individual advice", "Индивидуальная консультация", "Жеке кеңес"),
        "3": Text("Legal assistance", "Правовая помощь", "Құқықтық көмек"),
        "4": Text(
            "Representation before an authority", "Представительство в органе", "Мемлекеттік органда өкілдік ету"
        ),
        "5": Text("Representation in court", "Представительство в суде", "Сотта өкілдік ету"),
        NONE: Text("Other services", "Прочие услуги", "Өзге қызметтер"),
    },
    "outcome": {NONE: Text("No outcome recorded", "Итог не указан", "Нәтижесі көрсетілмеген")},
    "instance": {
        "FIRST": Text("First instance", "Первая инстанция", "Бірінші саты"),
        "REVIEW": Text("Higher body", "Вышестоящий орган", "Жоғары тұрған орган"),
        "COURT": Text("Court", "Суд", "Сот"),
    },
    "result": {
        "GRANTED": Text("Granted or confirmed", "Удовлетворено или подтверждено", "Қанағаттандырылды немесе расталды"),
        "REFUSED": Text(
            "Refused or ended by the authority", "Отказано или прекращено органом", "Бас тартылды немесе орган тоқтатты"
        ),
        "RETURNED": Text("Sent back for a new decision", "На новое рассмотрение", "Қайта қарауға жіберілді"),
        "ENDED": Text("Ended without a decision", "Прекращено без решения", "Шешімсіз тоқтатылды"),
    },
    "activity": {
        "sessions": Text("Sessions held", "Проведено консультаций", "Өткізілген консультациялар"),
        "services": Text("Services given", "Оказано услуг", "Көрсетілген қызметтер"),
        "letters": Text("Letters sent", "Отправлено писем", "Жіберілген хаттар"),
        "inquiries": Text(
            "Inquiries to other States sent", "Запросы в другие государства", "Басқа мемлекеттерге сұрау салулар"
        ),
        "acts": Text("Steps taken in proceedings", "Действия по делам", "Істер бойынша әрекеттер"),
    },
}
"""Words for categories that are in no code list, by characteristic."""

NOT_RECORDED = Text("Not recorded", "Не указано", "Көрсетілмеген")
