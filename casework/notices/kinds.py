"""What colleagues are told of: each kind with its words on the desk and, without anybody's name, in a mail."""

from dataclasses import dataclass

from casework.core.i18n import Text
from casework.core.scope import Principal


@dataclass(frozen=True)
class Kind:
    """One kind of notice: what its line says on the page of notices, and what a mail says of it."""

    code: str
    title: Text
    mail: Text
    by_mail: bool
    """Whether a mail is sent unless the reader says otherwise."""
    is_urgent: bool = False
    """Whether it may break quiet hours, where the reader allows that; it never waits for the mail of the day."""
    permission: str = "case:list"
    """Who may be told of it at all: only they are asked whether they want a mail."""
    is_personal: bool = False
    """Whether it is for nobody else: who stands in for somebody is not told of it, and could not open its page."""


KINDS: dict[str, Kind] = {}
"""Every kind by its code, in the order in which they became known."""


def declare(kind: Kind) -> Kind:
    """Make a kind known. Declared again, its latest words hold."""
    KINDS[kind.code] = kind
    return kind


def of(who: Principal) -> dict[str, Kind]:
    """The kinds that this user may be told of."""
    return {code: kind for code, kind in KINDS.items() if who.may(kind.permission)}


for _kind in (
    Kind(
        "mention",
        Text("You are mentioned in a comment", "Вас упомянули в комментарии", "Пікірде сізді атап өтті"),
        Text(
            "You are mentioned in a comment on a case.",
            "Вас упомянули в комментарии к делу.",
            "Іске жазылған пікірде сізді атап өтті.",
        ),
        by_mail=True,
    ),
    Kind(
        "comment",
        Text(
            "A comment on a case you follow", "Комментарий к делу, за которым вы следите", "Сіз бақылайтын іске пікір"
        ),
        Text(
            "There is a comment on a case you follow.",
            "Есть комментарий к делу, за которым вы следите.",
            "Сіз бақылайтын іске пікір жазылды.",
        ),
        by_mail=False,
    ),
    Kind(
        "followed",
        Text("A case you follow has moved on", "Дело, за которым вы следите, изменилось", "Сіз бақылайтын іс өзгерді"),
        Text(
            "A case you follow has moved on.",
            "Дело, за которым вы следите, изменилось.",
            "Сіз бақылайтын іс өзгерді.",
        ),
        by_mail=False,
    ),
    Kind(
        "handover",
        Text("A handover note for you", "Вам записка о передаче дела", "Сізге істі тапсыру жазбасы"),
        Text(
            "There is a handover note for you.",
            "Вам оставили записку о передаче дела.",
            "Сізге істі тапсыру жазбасы қалдырылды.",
        ),
        by_mail=True,
    ),
    Kind(
        "assigned",
        Text("A case is yours now", "Дело теперь ваше", "Іс енді сізде"),
        Text("A case was handed over to you.", "Вам передали дело.", "Сізге іс берілді."),
        by_mail=True,
    ),
    Kind(
        "approval_asked",
        Text("Your approval is asked for", "Нужно ваше согласование", "Сіздің бекітуіңіз қажет"),
        Text(
            "A colleague asks for your approval.",
            "Коллега просит вашего согласования.",
            "Әріптесіңіз бекітуіңізді сұрайды.",
        ),
        by_mail=True,
        permission="approval:decide",
    ),
    Kind(
        "approval_decided",
        Text("What you asked for is decided", "По вашей просьбе принято решение", "Сұрағаныңыз бойынша шешім бар"),
        Text(
            "A supervisor decided about something you asked for.",
            "Супервизор принял решение по вашей просьбе.",
            "Супервайзер сіздің сұрағаныңыз бойынша шешім қабылдады.",
        ),
        by_mail=True,
        permission="approval:own",
        is_personal=True,
    ),
    Kind(
        "approval_rules",
        Text("What is approved was changed", "Изменено, что согласуется", "Не бекітілетіні өзгертілді"),
        Text(
            "A supervisor changed what a second person approves.",
            "Супервизор изменил, что согласует второй человек.",
            "Супервайзер екінші адам не бекітетінін өзгертті.",
        ),
        by_mail=True,
        permission="approval:decide",
    ),
    Kind(
        "referral_in",
        Text("A referral has come in", "Поступило направление", "Жолдама келіп түсті"),
        Text(
            "Another partner refers a person to you.",
            "Другой партнёр направляет к вам человека.",
            "Басқа серіктес сізге адам жолдады.",
        ),
        by_mail=True,
        permission="referral:see",
    ),
    Kind(
        "referral_step",
        Text("A referral has moved on", "Новое по направлению", "Жолдама бойынша жаңалық"),
        Text("There is news about a referral.", "Есть новое по направлению.", "Жолдама бойынша жаңалық бар."),
        by_mail=True,
        permission="referral:see",
    ),
    Kind(
        "transfer_in",
        Text("A case is offered to you", "Вам предлагают принять дело", "Сізге іс ұсынылды"),
        Text(
            "Another partner offers you a case.",
            "Другой партнёр предлагает вам принять дело.",
            "Басқа серіктес сізге іс ұсынады.",
        ),
        by_mail=True,
        permission="case:transfer",
    ),
    Kind(
        "transfer_step",
        Text("A transfer has moved on", "Новое по передаче дела", "Істі беру бойынша жаңалық"),
        Text("There is news about a transfer.", "Есть новое по передаче дела.", "Істі беру бойынша жаңалық бар."),
        by_mail=True,
        permission="case:transfer",
    ),
    Kind(
        "consent_ended",
        Text("A consent no longer holds", "Согласие больше не действует", "Келісім енді күшінде емес"),
        Text(
            "A consent no longer holds: there is something to do.",
            "Согласие больше не действует: нужно кое-что сделать.",
            "Келісім енді күшінде емес: істейтін іс бар.",
        ),
        by_mail=True,
    ),
    Kind(
        "consent_expiring",
        Text("A consent ends soon", "Срок согласия истекает", "Келісім мерзімі аяқталады"),
        Text(
            "A consent ends soon, or has ended.",
            "Срок согласия истекает или истёк.",
            "Келісім мерзімі аяқталады немесе аяқталды.",
        ),
        by_mail=False,
    ),
    Kind(
        "emergency",
        Text("Emergency access to a record", "Экстренный доступ к записи", "Жазбаға шұғыл қолжетімділік"),
        Text(
            "A colleague opened a restricted record in an emergency.",
            "Коллега открыл запись с ограниченным доступом в экстренном порядке.",
            "Әріптесіңіз шектеулі жазбаны шұғыл түрде ашты.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="alert:see",
        is_personal=True,
    ),
    Kind(
        "alert",
        Text(
            "Something unusual in the audit trail", "Необычное в журнале действий", "Әрекеттер журналында ерекше жағдай"
        ),
        Text(
            "The audit trail shows something unusual.",
            "В журнале действий есть необычное.",
            "Әрекеттер журналында ерекше жағдай бар.",
        ),
        by_mail=True,
        permission="alert:see",
        is_personal=True,  # all who may look at it are told, but for whom it is about, who may stand in for a reader
    ),
    Kind(
        "cover",
        Text("Who stands in for whom", "Кто кого замещает", "Кім кімді алмастырады"),
        Text(
            "It was agreed or changed who stands in for whom.",
            "Согласовано или изменено, кто кого замещает.",
            "Кім кімді алмастыратыны келісілді немесе өзгерді.",
        ),
        by_mail=True,
    ),
    Kind(
        "quality_note",
        Text(
            "A note on the quality of your work", "Заметка о качестве вашей работы", "Жұмысыңыздың сапасы туралы жазба"
        ),
        Text(
            "Your supervisor wrote a note on a case that was looked at.",
            "Супервизор оставил заметку к просмотренному делу.",
            "Супервайзер қаралған іс туралы жазба қалдырды.",
        ),
        by_mail=True,
        is_personal=True,
    ),
    Kind(
        "need_urgent",
        Text("An urgent need for protection", "Срочно нужна защита", "Шұғыл қорғау қажет"),
        Text(
            "Somebody urgently needs protection.",
            "Человеку срочно нужна защита.",
            "Адамға шұғыл қорғау қажет.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="person:need",
    ),
    Kind(
        "new_device",
        Text("You signed in on a new device", "Вход с нового устройства", "Жаңа құрылғыдан кіру"),
        Text(
            "Somebody signed in to your account on a device that was not used for it before. If it was not you, tell "
            "your administrator at once.",
            "В вашу учётную запись вошли с устройства, которое раньше для этого не использовалось. Если это были не "
            "вы, сразу сообщите администратору.",
            "Тіркелгіңізге бұрын пайдаланылмаған құрылғыдан кірді. Егер бұл сіз болмасаңыз, әкімшіге бірден айтыңыз.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="account:own",
        is_personal=True,
    ),
    Kind(
        "wrong_codes",
        Text("Wrong codes for your account", "Неверные коды для вашей учётной записи", "Тіркелгіңізге қате кодтар"),
        Text(
            "Somebody who knows your password entered wrong one-time codes, five times. If it was not you, tell your "
            "administrator at once and change your password.",
            "Кто-то, кто знает ваш пароль, пять раз ввёл неверный одноразовый код. Если это были не вы, сразу "
            "сообщите администратору и смените пароль.",
            "Құпиясөзіңізді білетін біреу бір реттік кодты бес рет қате енгізді. Егер бұл сіз болмасаңыз, әкімшіге "
            "бірден айтып, құпиясөзді өзгертіңіз.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="account:own",
        is_personal=True,
    ),
    Kind(
        "recovery_code",
        Text("A recovery code was used", "Использован резервный код", "Қосалқы код пайдаланылды"),
        Text(
            "A recovery code of your account was used. If it was not you, tell your administrator at once.",
            "Использован резервный код вашей учётной записи. Если это были не вы, сразу сообщите администратору.",
            "Тіркелгіңіздің қосалқы коды пайдаланылды. Егер бұл сіз болмасаңыз, әкімшіге бірден айтыңыз.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="account:own",
        is_personal=True,
    ),
    Kind(
        "second_factor",
        Text("Your second factor was changed", "Изменён второй фактор входа", "Екінші фактор өзгертілді"),
        Text(
            "The second factor of your account was set up anew, or new recovery codes were made. If it was not you, "
            "tell your administrator at once.",
            "Второй фактор вашей учётной записи настроен заново, или созданы новые резервные коды. Если это были не "
            "вы, сразу сообщите администратору.",
            "Тіркелгіңіздің екінші факторы қайта бапталды немесе жаңа қосалқы кодтар жасалды. Егер бұл сіз "
            "болмасаңыз, әкімшіге бірден айтыңыз.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="account:own",
        is_personal=True,
    ),
    Kind(
        "account_step",
        Text("An account change waits for you", "Изменение учётной записи ждёт вас", "Тіркелгі өзгерісі сізді күтуде"),
        Text(
            "An administrator asks for a change to an account, and you are asked to confirm it.",
            "Администратор просит изменить учётную запись, нужно ваше подтверждение.",
            "Әкімші тіркелгіні өзгертуді сұрайды, сіздің растауыңыз қажет.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="account:confirm",
        is_personal=True,
    ),
    Kind(
        "account_step_decided",
        Text("An account change is decided", "Решено об изменении учётной записи", "Тіркелгі өзгерісі шешілді"),
        Text(
            "What you asked to be done to an account was confirmed, refused or has run out.",
            "Ваша просьба об изменении учётной записи подтверждена, отклонена или её срок истёк.",
            "Тіркелгіні өзгерту туралы өтінішіңіз расталды, қабылданбады немесе мерзімі өтті.",
        ),
        by_mail=True,
        permission="accounts:manage",
        is_personal=True,
    ),
    Kind(
        "factor_removal_asked",
        Text("Your second factor is to be removed", "Ваш второй фактор просят удалить", "Екінші факторды жою сұралды"),
        Text(
            "An administrator asked for the second factor of your account to be removed, because it was said to be "
            "lost. If you did not ask for this, tell your supervisor at once.",
            "Администратор попросил удалить второй фактор вашей учётной записи: ему сообщили, что он утерян. Если вы "
            "об этом не просили, сразу сообщите своему супервизору.",
            "Әкімші тіркелгіңіздің екінші факторын жоюды сұрады: ол жоғалды деп хабарланған. Егер сіз мұны "
            "сұрамасаңыз, супервайзеріңізге бірден айтыңыз.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="account:own",
        is_personal=True,
    ),
    Kind(
        "factor_removed",
        Text("Your second factor was removed", "Ваш второй фактор удалён", "Екінші факторыңыз жойылды"),
        Text(
            "The second factor of your account was removed: with the next sign-in you set up another. If you did not "
            "ask for this, tell your supervisor at once.",
            "Второй фактор вашей учётной записи удалён: при следующем входе вы настроите новый. Если вы об этом не "
            "просили, сразу сообщите своему супервизору.",
            "Тіркелгіңіздің екінші факторы жойылды: келесі кіргенде жаңасын баптайсыз. Егер сіз мұны сұрамасаңыз, "
            "супервайзеріңізге бірден айтыңыз.",
        ),
        by_mail=True,
        is_urgent=True,
        permission="account:own",
        is_personal=True,
    ),
    Kind(
        "session_ended",
        Text("You were signed out on a device", "Завершён сеанс на устройстве", "Құрылғыдағы сеанс аяқталды"),
        Text(
            "A further sign-in ended your session on another device.",
            "Новый вход завершил ваш сеанс на другом устройстве.",
            "Жаңа кіру басқа құрылғыдағы сеансыңызды аяқтады.",
        ),
        by_mail=False,
        permission="account:own",
        is_personal=True,
    ),
    Kind(
        "reminder",
        Text("What is due, each morning", "Что предстоит, каждое утро", "Не істеу керек, күн сайын таңертең"),
        Text("Something is due.", "Подходит срок.", "Мерзімі жақындады."),
        by_mail=True,
        permission="calendar:see",
    ),
):
    declare(_kind)
