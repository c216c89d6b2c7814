"""What external figures say of themselves, in three languages: they are entered in one, and a sheet speaks another.

Only the words that Casework is shipped with. What somebody else has typed stands as it was typed.
"""

from casework.core.i18n import Text

_SHIPPED = (
    # sources
    Text(
        "Government of Kazakhstan (Ministry of Internal Affairs)",
        "Правительство Казахстана (Министерство внутренних дел)",
        "Қазақстан Үкіметі (Ішкі істер министрлігі)",
    ),
    Text("Government of Kazakhstan", "Правительство Казахстана", "Қазақстан Үкіметі"),
    Text("UNHCR", "УВКБ ООН", "БҰҰ БЖКБ"),
    Text(
        "UNHCR estimate based on media reports",
        "Оценка УВКБ ООН на основе сообщений СМИ",
        "БҰҰ БЖКБ бұқаралық ақпарат құралдарының хабарларына сүйенген бағалауы",
    ),
    # documents
    Text(
        "UNHCR Kazakhstan factsheet, key figures as of 1 January 2025",
        "Информационный листок УВКБ ООН по Казахстану, основные показатели на 1 января 2025 года",
        "БҰҰ БЖКБ Қазақстан бойынша ақпараттық парағы, 2025 жылғы 1 қаңтардағы негізгі көрсеткіштер",
    ),
    Text(
        "UNHCR Central Asia fact sheet, March 2021",
        "Информационный листок УВКБ ООН по Центральной Азии, март 2021 года",
        "БҰҰ БЖКБ Орталық Азия бойынша ақпараттық парағы, 2021 жылғы наурыз",
    ),
    # notes
    Text(
        "Registered by the Government. Certificates are issued from age 16; whether children are included is not "
        "known.",
        "Зарегистрированы государством. Удостоверения выдаются с 16 лет; учтены ли дети, неизвестно.",
        "Мемлекет тіркеген. Куәлік 16 жастан бастап беріледі; балалардың есепке алынғаны белгісіз.",
    ),
    Text(
        "Separate estimate. Never added to any other figure.",
        "Отдельная оценка. Никогда не прибавляется к другим показателям.",
        "Бөлек бағалау. Басқа көрсеткіштерге ешқашан қосылмайды.",
    ),
    Text(
        "Cumulative over recent years; the start date is not printed.",
        "Нарастающим итогом за последние годы; начальная дата не указана.",
        "Соңғы жылдардағы жиынтық саны; бастапқы күні көрсетілмеген.",
    ),
    Text(
        "Pledges made by Kazakhstan at the Global Refugee Forum.",
        "Обязательства, принятые Казахстаном на Глобальном форуме по беженцам.",
        "Қазақстанның Жаһандық босқындар форумында қабылдаған міндеттемелері.",
    ),
    Text(
        "Requirement for 2025. Five countries together, not Kazakhstan alone.",
        "Потребности на 2025 год. Пять стран вместе, не только Казахстан.",
        "2025 жылға қажет қаражат. Бес ел бірге, тек Қазақстан ғана емес.",
    ),
    Text(
        "The amount received is not printed; 28 % implies about USD 2,688,000. Earlier sheets truncated instead of "
        "rounding.",
        "Полученная сумма не указана; 28 % – это около 2 688 000 долларов США. В прежних листках доли не округлялись, "
        "а усекались.",
        "Алынған сома көрсетілмеген; 28 % – шамамен 2 688 000 АҚШ доллары. Бұрынғы парақтарда үлестер дөңгелектелмей, "
        "бөлшегі алып тасталған.",
    ),
    Text(
        "Printed value was truncated: 489,428 / 6,252,267 is 7.83 %.",
        "Напечатанное значение усечено: 489 428 / 6 252 267 – это 7,83 %.",
        "Басылған мәннің бөлшегі алып тасталған: 489 428 / 6 252 267 – бұл 7,83 %.",
    ),
)
SHIPPED = {one.en: one for one in _SHIPPED}


def worded(text: str) -> str:
    """The words in the language of the page, as far as they are known; else as they are."""
    return str(SHIPPED.get(text, text))
