"""What the invented lawyers write, in the language they write in, by kind of case."""

SESSIONS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "ASYLUM": {
        "ru": (
            ("Первая консультация", "Разъяснены порядок рассмотрения ходатайства и права. Копии документов сняты."),
            ("Подготовка к собеседованию", "Восстановлена хронология событий, уточнены даты и места."),
            ("Дополнение к ходатайству", "Составлено дополнение с ссылками на сведения о стране происхождения."),
            ("Продление свидетельства", "Подготовлено заявление о продлении, срок действия проверен."),
            ("Вопросы о школе и поликлинике", "Дети не прикреплены к поликлинике. Подготовлено обращение."),
        ),
        "kk": (
            ("Алғашқы кеңес", "Өтінішті қарау тәртібі мен құқықтары түсіндірілді. Құжаттардың көшірмесі алынды."),
            ("Сұхбатқа дайындық", "Оқиғалардың реті қалпына келтірілді, күндері мен орындары нақтыланды."),
            ("Өтінішке қосымша", "Шыққан еліне қатысты мәліметтерге сілтеме жасалған қосымша дайындалды."),
            ("Куәлікті ұзарту", "Ұзарту туралы өтініш дайындалды, мерзімі тексерілді."),
        ),
        "en": (
            ("First counselling", "Explained the procedure and rights. Took copies of all papers."),
            ("Preparing the interview", "Went through the events in order; dates and places clarified."),
            ("Addition to the application", "Drafted a submission with country of origin information."),
            ("Renewing the certificate", "Prepared the application for renewal and checked the date of expiry."),
        ),
    },
    "NATIONALITY": {
        "ru": (
            ("Сбор сведений о рождении", "Записаны места жительства до 1992 года и сведения о родителях."),
            ("Запрос в архив", "Составлен запрос о форме № 1 и справке о прописке."),
            ("Ответ архива", "Архив подтвердил прописку на 1 марта 1992 года. Копия приобщена."),
            ("Запрос в посольство", "Подготовлен запрос о принадлежности к гражданству. Ответа ждём три месяца."),
            ("Заявление в полицию", "Заявление подано, талон получен. Объяснены сроки рассмотрения."),
            ("Показания свидетелей", "Опрошены двое соседей, готовы подтвердить проживание с 1987 года."),
        ),
        "kk": (
            ("Туған жері туралы мәлімет", "1992 жылға дейінгі мекенжайлары мен ата-анасы туралы мәлімет жазылды."),
            ("Мұрағатқа сұрау салу", "№ 1 нысан мен тіркелу анықтамасы туралы сұрау дайындалды."),
            ("Елшілікке сұрау салу", "Азаматтығы туралы сұрау дайындалды. Жауабы үш ай күтіледі."),
            ("Полицияға өтініш", "Өтініш тапсырылды, талон алынды. Қарау мерзімі түсіндірілді."),
        ),
        "en": (
            ("Places of residence before 1992", "Wrote down every address and what is known of the parents."),
            ("Request to the archive", "Drafted the request for form 1 and the record of residence."),
            ("Request to the embassy", "Asked whether it considers the person a national. Three months to reply."),
            ("Application filed", "Filed with the police, receipt taken. Explained how long it may take."),
        ),
    },
    "BIRTH_REG": {
        "ru": (
            ("Рождение не зарегистрировано", "У матери нет документа. Медицинское свидетельство есть."),
            ("Заявление в суд", "Подготовлено заявление об установлении факта рождения."),
            ("Обращение в РАГС", "Отказ получен письменно, приобщён к делу."),
        ),
        "kk": (
            ("Туу тіркелмеген", "Анасының құжаты жоқ. Медициналық куәлігі бар."),
            ("Сотқа арыз", "Туу фактісін анықтау туралы арыз дайындалды."),
        ),
        "en": (
            ("Birth not registered", "The mother has no document; there is a medical certificate of birth."),
            ("Claim to the court", "Drafted the claim to establish the fact of birth."),
        ),
    },
    "RESIDENCE": {
        "ru": (
            ("Вид на жительство", "Проверен перечень документов, не хватает справки о несудимости."),
            ("Регистрация по месту жительства", "Хозяин согласен, составлено заявление."),
        ),
        "kk": (
            ("Тұруға ықтиярхат", "Құжаттар тізімі тексерілді, сотталмағаны туралы анықтама жетіспейді."),
            ("Тұрғылықты жері бойынша тіркеу", "Үй иесі келісті, өтініш жазылды."),
        ),
        "en": (
            ("Residence permit", "Checked the list of documents; the certificate of no conviction is missing."),
            ("Registration of residence", "The landlord agrees; drafted the application."),
        ),
    },
    "OTHER": {
        "ru": (
            ("Трудовой спор", "Зарплата не выплачена за два месяца. Составлена жалоба в инспекцию труда."),
            ("Отказ в приёме в школу", "Составлено обращение в управление образования."),
        ),
        "kk": (
            ("Еңбек дауы", "Екі айдың жалақысы төленбеген. Еңбек инспекциясына шағым жазылды."),
            ("Мектепке қабылдамау", "Білім басқармасына өтініш дайындалды."),
        ),
        "en": (
            ("Wages not paid", "Two months outstanding. Drafted a complaint to the labour inspectorate."),
            ("School refused the child", "Wrote to the education department."),
        ),
    },
}  # fmt: skip

STEPS: dict[str, tuple[str, ...]] = {
    "ru": (
        "Позвонить и напомнить о документах",
        "Получить ответ архива",
        "Подать заявление в полицию",
        "Подготовить к собеседованию",
        "Сопроводить в ЦОН",
        "Узнать, на каком этапе рассмотрение",
        "Продлить свидетельство",
        "Составить жалобу",
    ),
    "kk": (
        "Қоңырау шалып, құжаттарды еске салу",
        "Мұрағаттың жауабын алу",
        "Полицияға өтініш беру",
        "Сұхбатқа дайындау",
        "ХҚКО-ға бірге бару",
        "Қаралу барысын білу",
        "Куәлікті ұзарту",
    ),
    "en": (
        "Call and ask for the missing papers",
        "Fetch the archive’s reply",
        "File the application",
        "Prepare the interview",
        "Accompany to the service centre",
        "Ask how far the review has come",
        "Renew the certificate",
    ),
}

PRIVATE: dict[str, tuple[str, ...]] = {
    "ru": ("Рассказывает неохотно, нужна ещё одна встреча.", "Возможно, есть дело в другом регионе. Уточнить."),
    "kk": ("Айтқысы келмейді, тағы бір кездесу керек.", "Басқа өңірде ісі болуы мүмкін. Нақтылау керек."),
    "en": ("Reluctant to talk; needs another meeting.", "There may be a file in another region. Find out."),
}

NOTES: dict[str, tuple[str, ...]] = {
    "ru": ("Сообщили родственники по телефону.", "Узнали из письма.", "Подтверждено документом."),
    "kk": ("Туыстары телефон арқылы хабарлады.", "Хаттан білдік.", "Құжатпен расталды."),
    "en": ("Relatives told us on the phone.", "Learnt from a letter.", "Confirmed by a document."),
}

TOPICS = {
    "ASYLUM": ("RSD_ACCESS", "RSD_FI", "RSD_FI", "STATUS_RENEWAL", "HEALTH", "EDUCATION", "WORK", "HOUSING",
               "TRAVEL_DOC", "RES_PERMIT", "NON_REFOULEMENT", "FAMILY_UNITY", "RSD_APPEAL", "BENEFITS", "RESETTLEMENT",
               "DETENTION", "GBV"),
    "NATIONALITY": ("NAT_KZ", "NAT_KZ", "SDP", "NAT_OTHER", "LOST_DOCS", "IIN", "NATURALISATION", "RESID_REG",
                    "BENEFITS", "HEALTH", "CIVIL_STATUS"),
    "BIRTH_REG": ("BIRTH_REG", "BIRTH_LATE", "CIVIL_STATUS", "NAT_KZ", "CUSTODY"),
    "RESIDENCE": ("RES_PERMIT", "RESID_REG", "LOST_DOCS", "IIN", "ADMIN_OFFENCE", "TRAVEL_DOC"),
    "OTHER": ("WORK", "EDUCATION", "HOUSING", "HEALTH", "CRIMINAL", "CUSTODY", "GBV", "BENEFITS", "OTHER"),
}  # fmt: skip

MODALITIES = {"OFFICE": 50, "PHONE": 22, "MESSENGER": 8, "OUTREACH": 8, "AUTHORITY": 5, "VIDEO": 3, "EMAIL": 2,
              "LETTER": 1, "DETENTION": 1, "BORDER": 1}  # fmt: skip

SERVICES = {"COUNSEL": 52, "ASSIST": 24, "INFO": 14, "REPR_ADM": 5, "REPR_COURT": 3, "SOCIAL": 2}
ALONGSIDE = ("FOLLOWUP", "REFER", "CASH", "HOTLINE", "AWARE", "MONITOR", "SOCIAL")

OUTCOMES = {"NEXT_STEP": 40, "WAITING_PERSON": 14, "WAITING_THIRD": 12, "REQUEST_SENT": 8, "APP_FILED": 7,
            "DOC_OBTAINED": 6, "INFO_ENOUGH": 6, "REFERRED": 3, "DECISION_RECEIVED": 2, "COMPLAINT_FILED": 1,
            "COURT_FILED": 1, "NO_SHOW": 3}  # fmt: skip

TAKING_OVER: dict[str, tuple[str, ...]] = {
    "ru": ("Дело велось до введения процедур. Стадия указана по документам.", "Перенесено с тем, как дело обстоит."),
    "kk": ("Іс рәсімдер енгізілгенге дейін жүргізілген. Кезеңі құжаттардан алынды.", "Қазіргі күйінде көшірілді."),
    "en": ("The case is older than the procedures here. Stage taken from the papers.", "Brought in as it stands."),
}  # fmt: skip

ASKED_FROM: dict[str, tuple[str, ...]] = {
    "ru": ("Государственный архив области (пример)", "Школа № 00 (пример)", "Родственники", "Отдел РАГС (пример)"),
    "kk": ("Облыстық мемлекеттік мұрағат (үлгі)", "№ 00 мектеп (үлгі)", "Туыстары", "АХАТ бөлімі (үлгі)"),
    "en": ("Regional archive (example)", "School No 00 (example)", "The relatives", "Registry office (example)"),
}

WHY_NOT: dict[str, tuple[str, ...]] = {
    "ru": ("Архив сгорел, есть справка об этом.", "Школа закрыта, дела не сохранились.", "Утрачено при переезде."),
    "kk": ("Мұрағат өртенген, ол туралы анықтама бар.", "Мектеп жабылған, істер сақталмаған."),
    "en": ("The archive burnt down; there is a note of that.", "The school is closed and its files are gone."),
}

INQUIRY_EVIDENCE: dict[str, tuple[str, ...]] = {
    "ru": ("Копия паспорта СССР и анкета.", "Свидетельство о рождении и адреса родителей."),
    "kk": ("КСРО паспортының көшірмесі және сауалнама.", "Туу туралы куәлік пен ата-анасының мекенжайлары."),
    "en": ("Copy of the USSR passport and the questionnaire.", "Birth certificate and the parents’ addresses."),
}

FOLLOW_UP: dict[str, tuple[str, ...]] = {
    "ru": ("Ответ приобщить и просить решения.", "Проверить ещё одно государство: там жил отец."),
    "kk": ("Жауапты іске тігіп, шешім сұрау.", "Тағы бір мемлекетті тексеру: әкесі сонда тұрған."),
    "en": ("Hand the reply in and ask for a decision.", "Ask one more State: the father lived there."),
}

NOTARIES = ("Нотариус Үлгібай Н. Н. (пример)", "Нотариус Образцова П. П. (пример)", "Notary Specimen (example)",
            "Нотариус Мысалов А. А. (үлгі)")  # fmt: skip

SHEETS: dict[str, tuple[str, ...]] = {
    "ru": ("Бумага для примера", "Никому не принадлежит и ничего не доказывает."),
    "kk": ("Үлгі қағаз", "Ешкімге тиесілі емес, ештеңені растамайды."),
    "en": ("A paper for example", "It is nobody’s and proves nothing."),
}

ANSWERS: dict[str, tuple[str, ...]] = {
    "ru": ("Сведения о рождении найдены, справка приложена.", "В архиве сведений нет."),
    "kk": ("Туу туралы мәлімет табылды, анықтама қоса берілді.", "Мұрағатта мәлімет жоқ."),
    "en": ("The birth was found; an extract is enclosed.", "The archive has nothing."),
}

PLACES = {
    "MEETING": ("Кабинет 0 (пример)", "Кеңсе, 0-кабинет (үлгі)", "Office, room 0 (example)"),
    "HEARING": ("Административный суд, зал 0 (пример)", "Әкімшілік сот, 0-зал (үлгі)"),
    "INTERVIEW": ("Управление занятости, каб. 00 (пример)", "Жұмыспен қамту басқармасы, 00-каб. (үлгі)"),
    "FINGERPRINTS": ("Отдел полиции № 00 (пример)", "№ 00 полиция бөлімі (үлгі)"),
    "AUTHORITY": ("ЦОН № 00 (пример)", "№ 00 ХҚКО (үлгі)"),
    "VISIT": ("У семьи дома (пример)", "Үйінде (үлгі)"),
}

SOURCES = {"SELF": 34, "OTHER_CLIENT": 16, "OUTREACH": 12, "HOTLINE": 8, "MIGRATION_POLICE": 7, "PARTNER_NGO": 6,
           "AKIMAT": 5, "RED_CRESCENT": 4, "SCHOOL": 3, "HOSPITAL": 2, "UNHCR": 2, "BORDER_SERVICE": 1, "OMBUDSMAN": 1,
           "OTHER": 1}  # fmt: skip

CITIES = {
    "KZ-10": "Семей", "KZ-11": "Кокшетау", "KZ-15": "Актобе", "KZ-19": "Конаев", "KZ-23": "Атырау", "KZ-27": "Уральск",
    "KZ-31": "Тараз", "KZ-33": "Талдыкорган", "KZ-35": "Караганда", "KZ-39": "Костанай", "KZ-43": "Кызылорда",
    "KZ-47": "Актау", "KZ-55": "Павлодар", "KZ-59": "Петропавловск", "KZ-61": "Туркестан", "KZ-62": "Жезказган",
    "KZ-63": "Усть-Каменогорск", "KZ-71": "Астана", "KZ-75": "Алматы", "KZ-79": "Шымкент",
}  # fmt: skip

# How people spread over the regions: those who seek asylum, and those whose nationality is not known.
REGIONS = {
    "asylum": {"KZ-75": 44, "KZ-79": 14, "KZ-71": 12, "KZ-19": 9, "KZ-61": 4, "KZ-35": 4, "KZ-31": 2, "KZ-55": 2,
               "KZ-39": 2, "KZ-47": 2, "KZ-27": 1, "KZ-15": 1, "KZ-63": 1, "KZ-59": 1, "KZ-23": 1},
    "nationality": {"KZ-61": 15, "KZ-79": 13, "KZ-19": 11, "KZ-75": 10, "KZ-31": 10, "KZ-71": 7, "KZ-35": 6,
                    "KZ-43": 4, "KZ-47": 4, "KZ-15": 3, "KZ-39": 3, "KZ-55": 3, "KZ-33": 3, "KZ-11": 2, "KZ-10": 2,
                    "KZ-63": 2, "KZ-27": 2, "KZ-23": 2, "KZ-59": 2, "KZ-62": 2},
}  # fmt: skip
