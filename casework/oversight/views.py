"""The audit trail, for the data protection focal point: who looked at what and who changed what, never who it was."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import Form

from casework.core import audit
from casework.core.access import requires
from casework.core.forms import Choice, DayField, shown
from casework.core.i18n import Text
from casework.core.scope import own, principal
from casework.oversight import queries
from casework.reference import queries as reference

blueprint = Blueprint("oversight", __name__)

VERBS = {
    "create": Text("Created", "Создание", "Құру"),
    "change": Text("Changed", "Изменение", "Өзгерту"),
    "delete": Text("Deleted", "Удаление", "Жою"),
}

ACTIONS = {
    "sign-in": Text("Signed in", "Вход в систему", "Жүйеге кіру"),
    "sign-in-failed": Text("Failed to sign in", "Неудачная попытка входа", "Кіру әрекеті сәтсіз аяқталды"),
    "sign-out": Text("Signed out", "Выход из системы", "Жүйеден шығу"),
    "sign-out-others": Text("Signed out other devices", "Выход на других устройствах", "Басқа құрылғылардан шығу"),
    "refused": Text("Was refused", "Отказ в доступе", "Қол жеткізуден бас тартылды"),
    "audit:see": Text("Read the audit trail", "Просмотр журнала аудита", "Аудит журналын қарау"),
    "case:open": Text("Opened a case", "Открытие дела", "Істі ашу"),
    "case:list": Text("Looked at the list of cases", "Просмотр списка дел", "Істер тізімін қарау"),
    "person:open": Text("Opened a person’s record", "Открытие карточки человека", "Адамның карточкасын ашу"),
    "person:details": Text("Read personal details", "Просмотр личных данных", "Жеке деректерді қарау"),
    "person:access-log": Text("Read an access log", "Просмотр журнала доступа", "Қолжетімділік журналын қарау"),
    "person:search": Text("Searched for persons", "Поиск людей", "Адамдарды іздеу"),
    "person:likely": Text("Was shown who may be registered already", "Показ возможно уже зарегистрированных людей",
                          "Бұрын тіркелген болуы мүмкін адамдарды көру"),
    "person:family": Text("Saw the relatives of a person", "Просмотр родственников человека",
                          "Адамның туыстарын көру"),
    "person:link": Text("Saw a person while linking records", "Просмотр лица при связывании записей",
                        "Жазбаларды байланыстыру кезінде тұлғаны көру"),
    "duplicate:list": Text("Looked at the list of likely duplicates", "Просмотр списка возможных дубликатов",
                           "Ықтимал қайталанулар тізімін қарау"),
    "duplicate:open": Text("Compared two records", "Сравнение двух карточек", "Екі карточканы салыстыру"),
    "opposing:see": Text("Saw the opposing parties of a case", "Просмотр противных сторон дела",
                         "Істің қарсы тараптарын көру"),
    "conflict:see": Text("Saw a person beside a possible conflict of interest",
                         "Просмотр лица рядом с возможным конфликтом интересов",
                         "Ықтимал мүдделер қайшылығымен бірге тұлғаны көру"),
    "conflict:list": Text("Looked at the conflicts of interest", "Просмотр конфликтов интересов",
                          "Мүдделер қайшылықтарын қарау"),
    "conflict:open": Text("Opened a conflict of interest", "Открытие конфликта интересов",
                          "Мүдделер қайшылығын ашу"),
    "conflict:limited": Text("Opposing parties wait to be compared with other partners: limits of a day and a week",
                             "Противные стороны ждут сравнения с другими партнёрами: пределы на день и неделю",
                             "Қарсы тараптар басқа серіктестермен салыстыруды күтуде: күндік және апталық шек"),
    "duplicate:search": Text("Had all records compared anew", "Запуск повторного сравнения всех карточек",
                             "Барлық карточкаларды қайта салыстыруды бастау"),
    "document:list": Text("Looked at the documents of a case", "Просмотр списка документов дела",
                          "Іс құжаттарының тізімін қарау"),
    "document:open": Text("Opened a document’s page", "Открытие страницы документа", "Құжат бетін ашу"),
    "document:download": Text("Downloaded a document", "Скачивание документа", "Құжатты жүктеп алу"),
    "letter:list": Text("Looked at the letters of a case", "Просмотр списка писем дела", "Іс хаттарының тізімін қарау"),
    "letter:open": Text("Opened a letter", "Открытие письма", "Хатты ашу"),
    "letter:download": Text("Downloaded the draft of a letter", "Скачивание проекта письма", "Хат жобасын жүктеп алу"),
    "calendar:see": Text("Looked at the calendar", "Просмотр календаря", "Күнтізбені қарау"),
    "calendar:feed": Text("A calendar program fetched the dates", "Загрузка дат программой-календарём",
                          "Күнтізбе бағдарламасы күндерді жүктеді"),
    "reminders:choose": Text("Switched mail reminders on or off", "Включение или отключение напоминаний по почте",
                             "Поштамен еске салуды қосу немесе өшіру"),
    "desk:see": Text("Opened the desk", "Открытие рабочего стола", "Жұмыс үстелін ашу"),
    "desk:recent": Text("Saw recent persons on the desk", "Просмотр недавних лиц на рабочем столе",
                        "Жұмыс үстелінде соңғы тұлғаларды көру"),
    "team:see": Text("Looked at the team", "Просмотр команды", "Топты қарау"),
    "days_off:was": Text("What a day of the working calendar was before", "Прежняя запись рабочего календаря",
                         "Жұмыс күнтізбесінің бұрынғы жазбасы"),
    "elsewhere:see": Text("Looked at questions between partners", "Просмотр вопросов между партнёрами",
                          "Серіктестер арасындағы сұрақтарды қарау"),
    "elsewhere:card": Text("Read the other partner’s card of a person", "Просмотр карточки человека у другого партнёра",
                           "Адамның басқа серіктестегі карточкасын қарау"),
    "elsewhere:shown": Text("Another partner read the card of a person", "Другой партнёр просмотрел карточку человека",
                            "Басқа серіктес адамның карточкасын қарады"),
    "elsewhere:ask": Text("Another partner asked about a record", "Другой партнёр спросил о карточке",
                          "Басқа серіктес карточка туралы сұрады"),
    "elsewhere:answer": Text("Another partner answered a question", "Другой партнёр ответил на вопрос",
                             "Басқа серіктес сұраққа жауап берді"),
    "elsewhere:verdict": Text("Another partner said what it found", "Другой партнёр сообщил, что установил",
                              "Басқа серіктес нені анықтағанын айтты"),
    "elsewhere:withdraw": Text("Another partner withdrew", "Другой партнёр отозвал вопрос или согласие",
                               "Басқа серіктес сұрағын немесе келісімін қайтарып алды"),
    "elsewhere:limited": Text("Records wait to be compared with other partners: limits of a day and a week",
                              "Карточки ждут сравнения с другими партнёрами: пределы на день и неделю",
                              "Карточкалар басқа серіктестермен салыстыруды күтуде: күндік және апталық шек"),
    "figures:see": Text("Looked at the figures", "Просмотр показателей", "Көрсеткіштерді қарау"),
    "factsheet:see": Text("Looked at the factsheet", "Просмотр бюллетеня", "Бюллетеньді қарау"),
    "edition:see": Text("Opened a factsheet in the office", "Просмотр бюллетеня в работе",
                        "Жұмыстағы бюллетеньді ашу"),
    "edition:review": Text("Reviewed a factsheet before approval", "Проверка бюллетеня перед утверждением",
                           "Бекіту алдында бюллетеньді тексеру"),
    "edition:download": Text("Downloaded a file of a factsheet", "Скачивание файла бюллетеня",
                             "Бюллетень файлын жүктеп алу"),
    "bundle:see": Text("Opened a signed file of another country", "Просмотр подписанного файла другой страны",
                       "Басқа елдің қол қойылған файлын ашу"),
    "bundle:export": Text("Downloaded a signed file for the regional office",
                          "Скачивание подписанного файла для регионального офиса",
                          "Өңірлік кеңсеге арналған қол қойылған файлды жүктеп алу"),
    "bundle:refused": Text("A signed file was refused", "Подписанный файл отклонён", "Қол қойылған файл қабылданбады"),
    "release:see": Text("Read a release", "Просмотр выпуска показателей", "Көрсеткіштер шығарылымын қарау"),
    "release:compare": Text("Compared ways of putting countries together", "Сравнение способов объединения стран",
                            "Елдерді біріктіру тәсілдерін салыстыру"),
    "release:download": Text("Downloaded a release", "Скачивание выпуска показателей",
                             "Көрсеткіштер шығарылымын жүктеп алу"),
}  # fmt: skip

KINDS = {
    "organisations": Text("Organisation", "Организация", "Ұйым"),
    "users": Text("User", "Пользователь", "Пайдаланушы"),
    "one_time_links": Text("One-time link", "Одноразовая ссылка", "Бір реттік сілтеме"),
    "days_off": Text("Day of the working calendar", "День рабочего календаря", "Жұмыс күнтізбесінің күні"),
    "procedures": Text("Version of a procedure", "Версия процедуры", "Рәсімнің нұсқасы"),
    "procedure_stages": Text("Stage of a procedure", "Этап процедуры", "Рәсім кезеңі"),
    "procedure_moves": Text("Move in a procedure", "Переход в процедуре", "Рәсімдегі көшу"),
    "procedure_limits": Text("Time limit of a procedure", "Срок в процедуре", "Рәсімдегі мерзім"),
    "procedure_needs": Text("Evidence for a procedure", "Доказательство для процедуры", "Рәсімге қажет дәлелдеме"),
    "code_items": Text("Item of a code list", "Элемент справочника", "Анықтамалық элементі"),
    "persons": Text("Person", "Человек", "Адам"),
    "status_entries": Text("Entry in a history", "Запись в истории", "Тарихтағы жазба"),
    "relatives": Text("Family link", "Родственная связь", "Туыстық байланыс"),
    "duplicate_searches": Text("Search for duplicates", "Поиск дубликатов", "Қайталануларды іздеу"),
    "duplicate_pairs": Text("Pair of likely duplicates", "Пара возможных дубликатов", "Ықтимал қайталанулар жұбы"),
    "merges": Text("Merge of two records", "Объединение двух карточек", "Екі карточканы біріктіру"),
    "merge_steps": Text("What a merge moved", "Что перенесено при объединении", "Біріктіру кезінде көшірілген жазба"),
    "opposing_parties": Text("Opposing party", "Противная сторона", "Қарсы тарап"),
    "conflicts": Text("Conflict of interest", "Конфликт интересов", "Мүдделер қайшылығы"),
    "drafts": Text("Unfinished registration", "Незавершённая регистрация", "Аяқталмаған тіркеу"),
    "cases": Text("Case", "Дело", "Іс"),
    "case_parties": Text("Person of a case", "Участник дела", "Іс қатысушысы"),
    "case_events": Text("Event of a case", "Событие дела", "Іс оқиғасы"),
    "consultations": Text("Session", "Консультация", "Кеңес"),
    "attendances": Text("Attendance at a session", "Участие в консультации", "Кеңеске қатысу"),
    "consultation_topics": Text("Topic of a session", "Тема консультации", "Кеңес тақырыбы"),
    "services": Text("Service given in a session", "Услуга на консультации", "Кеңесте көрсетілген қызмет"),
    "acts": Text("Act in a procedure", "Процессуальное событие", "Рәсімдегі әрекет"),
    "deadlines": Text("Legal deadline", "Срок по закону", "Заң бойынша мерзім"),
    "powers_of_attorney": Text("Power of attorney", "Доверенность", "Сенімхат"),
    "evidence_items": Text(
        "Line of the evidence checklist", "Строка перечня доказательств", "Дәлелдемелер тізбесінің жолы"
    ),
    "inquiries": Text("Inquiry to a State", "Запрос в другое государство", "Басқа мемлекетке сұрау салу"),
    "documents": Text("Document", "Документ", "Құжат"),
    "letters": Text("Letter", "Письмо", "Хат"),
    "letter_templates": Text("Letter template", "Шаблон письма", "Хат үлгісі"),
    "appointments": Text("Appointment", "Встреча", "Кездесу"),
    "calendar_feeds": Text("Calendar feed", "Лента календаря", "Күнтізбе арнасы"),
    "external_figures": Text("External figure", "Внешний показатель", "Сыртқы көрсеткіш"),
    "external_imports": Text("File of external figures", "Файл внешних показателей", "Сыртқы көрсеткіштер файлы"),
    "figures": Text("Figures", "Показатели", "Көрсеткіштер"),
    "editions": Text("Factsheet", "Информационный бюллетень", "Ақпараттық бюллетень"),
    "edition_texts": Text("Text of a factsheet", "Текст бюллетеня", "Бюллетень мәтіні"),
    "edition_languages": Text("Language of a factsheet", "Язык бюллетеня", "Бюллетень тілі"),
    "bundles": Text(
        "Signed file of another country", "Подписанный файл другой страны", "Басқа елдің қол қойылған файлы"
    ),
    "trusted_keys": Text("Trusted key", "Доверенный ключ", "Сенімді кілт"),
    "releases": Text("Release", "Выпуск показателей", "Көрсеткіштер шығарылымы"),
    "release_explanations": Text("Explanation in a release", "Пояснение к выпуску", "Шығарылымға түсініктеме"),
    "added_tables": Text("Table added for releases", "Добавленная таблица выпусков", "Шығарылымға қосылған кесте"),
    "overlaps": Text("Question between partners", "Вопрос между партнёрами", "Серіктестер арасындағы сұрақ"),
    "overlap_sides": Text(
        "One’s own side of a question between partners",
        "Своя сторона вопроса между партнёрами",
        "Серіктестер арасындағы сұрақтың өз тарапы",
    ),
    "audit_entries": Text("Audit trail", "Журнал аудита", "Аудит журналы"),
}

NOBODY = {
    "system": Text("The system", "Система", "Жүйе"),
    "nobody": Text("Nobody signed in", "Никто (до входа)", "Ешкім (кіруге дейін)"),
}


def action_words(action: str) -> str:
    """What was done, in words; an action that has none yet shows itself."""
    known = ACTIONS.get(action) or VERBS.get(action.rpartition(":")[2])
    return str(known) if known is not None else action


def action_choices() -> list[tuple[str, str]]:
    """The actions to choose from. Here “Created” alone says too little, so the kind of record stands with it."""
    return sorted(((one, _with_kind(one)) for one in queries.actions()), key=lambda pair: pair[1])


def _with_kind(action: str) -> str:
    kind, _, verb = action.rpartition(":")
    if action in ACTIONS or verb not in VERBS or kind not in KINDS:
        return action_words(action)
    return f"{KINDS[kind]}: {VERBS[verb]}"


class TrailFilter(Form):
    action = Choice(_l("What was done"), action_choices, none_label=_l("Everything"))
    actor = Choice(_l("Who did it"), queries.actors, none_label=_l("Everyone"))
    day = DayField(_l("On this day"), optional=True)


@blueprint.get("/audit")
@requires("audit:see")
def trail() -> ResponseReturnValue:
    who = own(principal())
    filter_form = TrailFilter(request.args)
    filter_form.validate()
    # A filter that names nothing there is, is no filter: it is left out rather than asked of the database.
    action, actor, day = (None if field.errors else field.data for field in filter_form)
    found = queries.trail(action, UUID(actor) if actor else None, day, request.args.get("page", 1, type=int))
    chain = queries.chain(who.organisation_id, even_if_long="check" in request.args)
    audit.note("audit:see", "audit_entries", page=found.number)
    return render_template(
        "oversight/trail.html",
        found=found,
        filter_form=filter_form,
        chips=_chips(filter_form),
        chain=chain,
        action_words=action_words,
        kind_words=lambda kind: str(KINDS.get(kind, kind)) if kind else "",
        role_words=lambda role: str(NOBODY[role]) if role in NOBODY else reference.label("role", role),
    )


def _chips(chosen: TrailFilter) -> list[dict[str, str]]:
    """What the list is narrowed to; what was left out as wrong narrows nothing."""
    return [
        {"label": shown(field), "name": field.short_name}
        for field in chosen
        if field.data is not None and not field.errors
    ]
