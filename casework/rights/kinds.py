"""What colleagues are told about requests of data subjects."""

from casework.core.i18n import Text
from casework.notices.kinds import Kind, declare

REQUEST = declare(
    Kind(
        "rights_request",
        Text("A request about personal data", "Запрос о персональных данных", "Дербес деректер туралы өтініш"),
        Text(
            "Somebody asked something about the data kept of them.",
            "Человек обратился с запросом о своих данных.",
            "Адам өз деректері туралы өтініш білдірді.",
        ),
        by_mail=True,
        permission="rights:handle",
    )
)
DUE = declare(
    Kind(
        "rights_due",
        Text(
            "A request about personal data is due",
            "Истекает срок ответа на запрос о данных",
            "Деректер туралы өтінішке жауап беру мерзімі таяды",
        ),
        Text(
            "The law’s term for answering a request about personal data ends.",
            "Истекает установленный законом срок ответа на запрос о персональных данных.",
            "Дербес деректер туралы өтінішке жауап берудің заңда белгіленген мерзімі аяқталады.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="rights:handle",
    )
)
ASKED = declare(
    Kind(
        "erasure_asked",
        Text(
            "An erasure waits for a second person",
            "Удаление данных ждёт второго человека",
            "Деректерді жою екінші адамды күтуде",
        ),
        Text(
            "A colleague asked that a record be erased. A second person decides.",
            "Коллега просит удалить данные записи. Решает второй человек.",
            "Әріптесіңіз жазбаның деректерін жоюды сұрады. Екінші адам шешеді.",
        ),
        by_mail=True,
        permission="rights:erase",
    )
)
REFUSED = declare(
    Kind(
        "erasure_refused",
        Text("An erasure was refused", "В удалении данных отказано", "Деректерді жоюдан бас тартылды"),
        Text(
            "A colleague did not agree to the erasure that you asked for.",
            "Коллега не согласился с удалением данных, о котором вы просили.",
            "Әріптесіңіз сіз сұраған деректерді жоюға келіспеді.",
        ),
        by_mail=True,
        permission="rights:erase",
        is_personal=True,
    )
)
