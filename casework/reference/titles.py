"""What each code list is called."""

from casework.core.i18n import Text

TITLES = {
    "act": Text("Acts in procedures", "Процессуальные действия", "Процестік әрекеттер"),
    "alert_verdict": Text("What came of alerts", "Итоги предупреждений", "Ескертулердің нәтижесі"),
    "appointment_kind": Text("Kinds of appointment", "Виды встреч", "Кездесу түрлері"),
    "appointment_state": Text("What became of an appointment", "Результат встречи", "Кездесудің нәтижесі"),
    "authority": Text("State authorities", "Государственные органы", "Мемлекеттік органдар"),
    "best_interest_outcome": Text(
        "Outcomes of best-interest steps", "Итоги процедуры наилучших интересов", "Бала мүддесі рәсімінің нәтижелері"
    ),
    "best_interest_state": Text(
        "States of best-interest steps", "Ход процедуры наилучших интересов", "Бала мүддесі рәсімінің барысы"
    ),
    "best_interest_step": Text(
        "Steps for a child’s best interests", "Шаги в наилучших интересах ребёнка", "Баланың мүддесі үшін қадамдар"
    ),
    "case_outcome": Text("Outcomes of cases", "Исходы дел", "Істердің нәтижелері"),
    "closure_reason": Text("Reasons to close a case", "Причины закрытия дела", "Істі жабу себептері"),
    "commitment": Text("Commitments of the State", "Обязательства государства", "Мемлекеттің міндеттемелері"),
    "conflict_decision": Text(
        "Decisions on conflicts of interest", "Решения о конфликте интересов", "Мүдделер қайшылығы бойынша шешімдер"
    ),
    "consent_form": Text("Forms of consent", "Формы согласия", "Келісім нысандары"),
    "consent_notice": Text(
        "Notices on personal data", "Памятки о персональных данных", "Дербес деректер туралы жадынама"
    ),
    "consent_purpose": Text("Purposes of consent", "Цели согласия", "Келісім мақсаттары"),
    "consent_withdrawal": Text("How a consent was withdrawn", "Как отозвано согласие", "Келісім қалай қайтарып алынды"),
    "contact_may_say": Text(
        "What may be said to whoever answers",
        "Что можно сказать тому, кто ответит",
        "Жауап берген адамға не айтуға болады",
    ),
    "contact_safety": Text("Safety of contact", "Безопасность связи", "Байланыс қауіпсіздігі"),
    "country": Text("Countries", "Страны", "Елдер"),
    "date_precision": Text("Precision of dates", "Точность дат", "Күндердің дәлдігі"),
    "difference_reason": Text(
        "Why two records are of two people", "Почему это два разных человека", "Неге екі түрлі адам екені"
    ),
    "displacement_status": Text("Displacement status", "Статус перемещения", "Қоныс аудару мәртебесі"),
    "document_type": Text("Types of document", "Виды документов", "Құжат түрлері"),
    "donor": Text("Donors", "Доноры", "Донорлар"),
    "emergency_reason": Text(
        "Reasons for emergency access", "Причины экстренного доступа", "Шұғыл қолжетімділік себептері"
    ),
    "erasure_ground": Text("Grounds of an erasure", "Основания удаления данных", "Деректерді жою негіздері"),
    "evidence_state": Text("How evidence stands", "Состояние доказательств", "Дәлелдемелердің жай-күйі"),
    "flow": Text("Reasons for a change of status", "Причины изменения статуса", "Мәртебе өзгеруінің себептері"),
    "inquiry_channel": Text(
        "Channels of inquiries to States",
        "Каналы запросов в другие государства",
        "Басқа мемлекеттерге сұрау салу арналары",
    ),
    "inquiry_reply": Text("Replies of States", "Ответы других государств", "Басқа мемлекеттердің жауаптары"),
    "language": Text("Languages", "Языки", "Тілдер"),
    "letter_addressee": Text("Addressees of letters", "Адресаты писем", "Хаттардың алушылары"),
    "modality": Text("How a session is held", "Способы проведения консультации", "Кеңес өткізу тәсілдері"),
    "nationality_status": Text("Nationality status", "Статус гражданства", "Азаматтық мәртебесі"),
    "opposing_role": Text("Roles of opposing parties", "Роли противной стороны", "Қарсы тараптың рөлдері"),
    "quality_answer": Text(
        "Answers in a quality review", "Ответы при проверке качества", "Сапаны тексерудегі жауаптар"
    ),
    "quality_item": Text("Checklist of a quality review", "Вопросы проверки качества", "Сапаны тексеру сұрақтары"),
    "quality_risk": Text("Signs of risk in a case", "Признаки риска в деле", "Істегі тәуекел белгілері"),
    "org_type": Text("Types of organisation", "Виды организаций", "Ұйым түрлері"),
    "original_location": Text("Who has the original", "У кого подлинник", "Түпнұсқа кімде"),
    "outside_service": Text("Outside services", "Внешние службы", "Сыртқы қызметтер"),
    "poa_term": Text("Terms of powers of attorney", "Сроки доверенностей", "Сенімхат мерзімдері"),
    "poa_scope": Text("Scope of a power of attorney", "Полномочия по доверенности", "Сенімхат бойынша өкілеттіктер"),
    "priority": Text("Priorities", "Приоритеты", "Басымдықтар"),
    "reassign_reason": Text("Reasons to reassign a case", "Причины передачи дела", "Істі басқаға беру себептері"),
    "referral_decline": Text(
        "Reasons to decline a referral", "Причины отказа принять направление", "Жолдаманы қабылдамау себептері"
    ),
    "referral_end": Text("Why a referral ends", "Причины завершения направления", "Жолдаманы аяқтау себептері"),
    "referral_feedback": Text("What came of a referral", "Что дало направление", "Жолдаманың нәтижесі"),
    "referral_source": Text("Where a person came from", "Откуда обратился человек", "Адам қайдан келді"),
    "region": Text("Regions", "Регионы", "Өңірлер"),
    "registration": Text("Registration", "Регистрация", "Тіркеу"),
    "relationship": Text("Family relationships", "Родственные отношения", "Туыстық қатынастар"),
    "reopen_reason": Text("Reasons to reopen a case", "Причины возобновления дела", "Істі қайта ашу себептері"),
    "rights_by": Text(
        "Who asks about personal data", "Кто обращается о персональных данных", "Дербес деректер туралы кім жүгінеді"
    ),
    "rights_decision": Text(
        "Decisions on requests about data", "Решения по запросам о данных", "Деректер туралы өтініштер бойынша шешімдер"
    ),
    "rights_how": Text(
        "How people ask about their data", "Как обращаются о своих данных", "Өз деректері туралы қалай жүгінеді"
    ),
    "rights_kind": Text(
        "What people ask about their data", "О чём просят в отношении данных", "Деректерге қатысты не сұралады"
    ),
    "role": Text("Roles of users", "Роли пользователей", "Пайдаланушы рөлдері"),
    "sent_how": Text("How letters are sent", "Способы отправки писем", "Хат жіберу тәсілдері"),
    "service_type": Text("Types of service", "Виды услуг", "Қызмет түрлері"),
    "session_outcome": Text("Outcomes of sessions", "Результаты консультаций", "Кеңес нәтижелері"),
    "sex": Text("Sex", "Пол", "Жынысы"),
    "specific_need": Text("Specific needs", "Особые потребности", "Ерекше қажеттіліктер"),
    "stage": Text("Stages of a case", "Этапы дела", "Іс кезеңдері"),
    "state_partner": Text("State partners", "Государственные партнёры", "Мемлекеттік серіктестер"),
    "topic": Text("Topics of sessions", "Темы консультаций", "Кеңес тақырыптары"),
    "track": Text("Kinds of matter", "Виды дел", "Іс түрлері"),
    "transfer_refusal": Text(
        "Why a transferred case is not taken over",
        "Почему передаваемое дело не принято",
        "Берілетін іс неге қабылданбады",
    ),
    "treaty_not_party": Text(
        "Treaties that the State is not party to",
        "Договоры, в которых государство не участвует",
        "Мемлекет қатыспайтын шарттар",
    ),
    "treaty_party": Text(
        "Treaties that the State is party to",
        "Договоры, в которых государство участвует",
        "Мемлекет қатысатын шарттар",
    ),
    "void_reason": Text("Reasons to void a record", "Причины аннулирования записи", "Жазбаның күшін жою себептері"),
}


def title(list_name: str) -> str:
    """The name of a list in the language of the page. A list without one shows its code."""
    return str(TITLES.get(list_name, list_name))
