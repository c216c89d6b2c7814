"""The merge fields of letters: a closed list. A template may name these and nothing else."""

from dataclasses import dataclass

from casework.core.i18n import Text


@dataclass(frozen=True)
class Where:
    """A page where something is filled, and what it is about: `case` or `person`."""

    endpoint: str
    about: str


@dataclass(frozen=True)
class Field:
    """One merge field: what it is called, what it looks like, and on which page it is filled."""

    name: str
    """group.name, as it stands in a template between double braces."""
    words: Text
    example: Text
    where: Where | None = None
    """The page where it is filled; None for what is typed into the letter itself or made by it."""
    is_long: bool = False
    """Whether it is several paragraphs."""
    is_given: bool = False
    """Whether it is made by the letter and never typed: its number, its day."""

    @property
    def label(self) -> str:
        return str(self.words)


def _same(example: str) -> Text:
    return Text(example, example, example)


_IDENTITY = Where("persons.edit_identity", "person")
_CONTACTS = Where("persons.edit_contacts", "person")
_POWERS = Where("mandates.index", "person")
_ACTS = Where("proceedings.show", "case")

FIELDS: tuple[Field, ...] = (
    Field("person.full_name", Text("Full name", "Фамилия, имя, отчество", "Тегі, аты, әкесінің аты"),
          Text("Ülgiova Ädemi", "Үлгіова Әдемі Қайратқызы", "Үлгіова Әдемі Қайратқызы"), _IDENTITY),
    Field("person.latin_name", Text("Name in Latin letters", "Имя латиницей", "Латын әріптерімен жазылған аты"),
          _same("ULGIOVA ADEMI"), _IDENTITY),
    Field("person.birth_date", Text("Date of birth", "Дата рождения", "Туған күні"),
          Text("14 March 1991", "14 марта 1991 г.", "1991 ж. 14 наурыз"), _IDENTITY),
    Field("person.birth_place", Text("Place of birth", "Место рождения", "Туған жері"),
          Text("Ushterek", "г. Уштерек", "Үштерек қаласы"), _IDENTITY),
    Field("person.sex", Text("Sex", "Пол", "Жынысы"), Text("Female", "Женский", "Әйел"), _IDENTITY),
    Field("person.iin", Text("IIN", "ИИН", "ЖСН"), _same("910314400123"), _IDENTITY),
    Field("person.origin", Text("Country of origin", "Страна происхождения", "Шыққан елі"),
          Text("Unknown", "Неизвестно", "Белгісіз"), _IDENTITY),
    Field("person.address", Text("Address", "Адрес", "Мекенжайы"),
          Text("12 Samal Street, Almaty", "г. Алматы, ул. Самал, 12", "Алматы қ., Самал көшесі, 12"), _CONTACTS),
    Field("person.phone", Text("Telephone", "Телефон", "Телефоны"), _same("+7 700 000 00 00"), _CONTACTS),
    Field("case.number", Text("Case number", "Номер дела", "Істің нөмірі"), _same("KZ-26-0147")),
    Field("case.track", Text("Kind of case", "Вид дела", "Істің түрі"),
          Text("Nationality and statelessness", "Гражданство и безгражданство", "Азаматтық және азаматтықтың болмауы")),
    Field("case.opened_on", Text("Day the case was opened", "Дата открытия дела", "Істің ашылған күні"),
          Text("2 March 2026", "2 марта 2026 г.", "2026 ж. 2 наурыз")),
    Field("lawyer.name", Text("Lawyer", "Юрист", "Заңгер"),
          Text("Lawyer Example", "Юристова Пример", "Заңгерова Мысал"), Where("cases.reassign", "case")),
    Field("lawyer.email", Text("E-mail of the lawyer", "Электронная почта юриста", "Заңгердің электрондық поштасы"),
          _same("lawyer@example.org")),
    Field("organisation.name", Text("Organisation", "Организация", "Ұйым"),
          Text("Example Legal Clinic", "Правовая клиника «Пример»", "«Мысал» құқықтық клиникасы")),
    Field("today", Text("Today", "Сегодняшняя дата", "Бүгінгі күн"),
          Text("4 May 2026", "4 мая 2026 г.", "2026 ж. 4 мамыр"), is_given=True),
    Field("addressee.name", Text("Addressee", "Адресат", "Алушы"),
          Text("Example State Archive", "Государственный архив «Пример»", "«Мысал» мемлекеттік мұрағаты")),
    Field("addressee.address", Text("Address of the addressee", "Адрес адресата", "Алушының мекенжайы"),
          Text("1 Archive Street, Astana", "г. Астана, ул. Архивная, 1", "Астана қ., Мұрағат көшесі, 1")),
    Field("poa.number", Text("Number of the power of attorney", "Номер доверенности", "Сенімхаттың нөмірі"),
          _same("1-204"), _POWERS),
    Field("poa.date", Text("Date of the power of attorney", "Дата доверенности", "Сенімхаттың күні"),
          Text("3 March 2026", "3 марта 2026 г.", "2026 ж. 3 наурыз"), _POWERS),
    Field("poa.notary", Text("Notary", "Нотариус", "Нотариус"),
          Text("Notary Example", "Нотариусова П.", "Нотариусова М."), _POWERS),
    Field("application.number", Text("Number of the application", "Номер заявления", "Өтініштің нөмірі"),
          _same("ҚЗ-118"), _ACTS),
    Field("application.date", Text("Day of the application", "Дата заявления", "Өтініштің күні"),
          Text("2 April 2026", "2 апреля 2026 г.", "2026 ж. 2 сәуір"), _ACTS),
    Field("decision.number", Text("Number of the decision", "Номер решения", "Шешімнің нөмірі"),
          _same("05-17/31"), _ACTS),
    Field("decision.date", Text("Day of the decision", "Дата решения", "Шешімнің күні"),
          Text("20 April 2026", "20 апреля 2026 г.", "2026 ж. 20 сәуір"), _ACTS),
    Field("decision.served", Text("Day the person learnt of the decision", "Дата вручения решения",
          "Шешімнің тапсырылған күні"), Text("24 April 2026", "24 апреля 2026 г.", "2026 ж. 24 сәуір"), _ACTS),
    Field("decision.authority", Text("Who took the decision", "Орган, принявший решение", "Шешім қабылдаған орган"),
          Text("Example Authority", "Уполномоченный орган «Пример»", "«Мысал» уәкілетті органы")),
    Field("letter.number", Text("Register number", "Исходящий номер", "Шығыс нөмірі"), _same("26/0017"),
          is_given=True),
    Field("letter.date", Text("Date of the letter", "Дата письма", "Хаттың күні"),
          Text("4 May 2026", "4 мая 2026 г.", "2026 ж. 4 мамыр"), is_given=True),
    Field("letter.body", Text("Text of the letter", "Текст письма", "Хаттың мәтіні"),
          Text("The family lived in the village until 1989.\nThe mother worked at the school.",
               "Семья проживала в посёлке до 1989 года.\nМать работала в школе.",
               "Отбасы ауылда 1989 жылға дейін тұрған.\nАнасы мектепте жұмыс істеген."), is_long=True),
    Field("letter.request", Text("What is asked for", "Просительная часть", "Өтініш бөлігі"),
          Text("An extract about the birth.", "Архивная справка о рождении.", "Туу туралы мұрағат анықтамасы."),
          is_long=True),
    Field("letter.enclosures", Text("Enclosures", "Приложения", "Қосымшалар"),
          Text("Copy of the power of attorney, 1 sheet", "Копия доверенности, 1 л.", "Сенімхаттың көшірмесі, 1 п."),
          is_long=True),
    Field("reply_to.number", Text("Number of the unanswered letter", "Номер письма без ответа",
          "Жауапсыз хаттың нөмірі"), _same("26/0003")),
    Field("reply_to.date", Text("Date of the unanswered letter", "Дата письма без ответа", "Жауапсыз хаттың күні"),
          Text("2 March 2026", "2 марта 2026 г.", "2026 ж. 2 наурыз")),
    Field("reply_to.subject", Text("Unanswered letter", "Письмо без ответа", "Жауапсыз хат"),
          Text("Request to an archive", "Запрос в архив", "Мұрағатқа сұрау салу")),
    Field("reply_to.due", Text("Day its answer was due", "Срок ответа на него", "Оған жауап беру мерзімі"),
          Text("24 March 2026", "24 марта 2026 г.", "2026 ж. 24 наурыз")),
)  # fmt: skip

BY_NAME: dict[str, Field] = {one.name: one for one in FIELDS}


def examples(language: str) -> dict[str, str]:
    """Example values for every field, to try a template with."""
    return {one.name: getattr(one.example, language) for one in FIELDS}
