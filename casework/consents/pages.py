"""What the pages about consents show, in words."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases import queries as cases
from casework.consents import actions, policy, queries, rules
from casework.consents.models import Consent
from casework.consents.rules import Assent, ByWhom, Purpose, Standing, State
from casework.core import clock, i18n
from casework.core.scope import principal
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes

TONES = {
    Standing.IN_FORCE: "teal",
    Standing.SOON: "amber",
    Standing.SUSPENDED: "red",
    Standing.EXPIRED: "red",
    Standing.REFUSED: "amber",
}


def recipient_words(recipient: str | None) -> str:
    """Whom a recipient names; one that is offered no more keeps its name."""
    kind, _colon, code = (recipient or "").partition(":")
    if not kind:
        return ""
    if kind in policy.LISTS:
        return codes.label(policy.LISTS[kind], code)
    return policy.organisation_name(recipient)


def title(consent: Consent) -> str:
    """What was asked for, and with whom."""
    purpose = codes.label("consent_purpose", consent.purpose)
    recipient = recipient_words(consent.recipient)
    return _("%(purpose)s: %(recipient)s", purpose=purpose, recipient=recipient) if recipient else purpose


def standing_words(found: Standing) -> str:
    return {
        Standing.IN_FORCE: _("In force"),
        Standing.SOON: _("Ends soon"),
        Standing.SUSPENDED: _("Does not hold now"),
        Standing.EXPIRED: _("Has run out"),
        Standing.REFUSED: _("Refused"),
        Standing.WITHDRAWN: _("Withdrawn"),
        Standing.SUPERSEDED: _("Asked again since"),
        Standing.VOID: _("Voided"),
    }[found]


def sentence(consent: Consent, found: Standing) -> str:
    """What the answer was, and until when it is good."""
    if found is Standing.SUSPENDED:
        return _(
            "Agreed on %(day)s. It does not hold as long as the person does not agree to be registered and helped.",
            day=i18n.day(consent.answered_on),
        )
    day, until = i18n.day(consent.answered_on), i18n.day(consent.expires_on)
    if consent.state == State.REFUSED:
        return _("Refused on %(day)s.", day=day)
    if consent.withdrawn_on is not None:
        return _("Agreed on %(day)s, taken back on %(end)s.", day=day, end=i18n.day(consent.withdrawn_on))
    if found is Standing.EXPIRED:
        return _("Agreed on %(day)s, ran out on %(until)s.", day=day, until=until)
    if consent.expires_on is not None:
        return _("Agreed on %(day)s, good until %(until)s.", day=day, until=until)
    return _("Agreed on %(day)s, until it is taken back.", day=day)


def forbidden_words(consent: Consent) -> str:
    """That the person does not want something sent, before it is: by which answer, and what to do."""
    return _(
        "The person does not agree: “%(what)s”. %(said)s Send it only if the law obliges you, and write why.",
        what=title(consent),
        said=sentence(consent, Standing.REFUSED),
    )


def standings(consents: Iterable[Consent]) -> list[tuple[Consent, Standing]]:
    """Each answer of a person with what it is today, in the same order."""
    found = list(consents)
    today = clock.today()
    is_left = rules.has_left(found, today)

    def is_last(one: Consent) -> bool:
        return rules.holding(found, one.purpose, one.recipient, today) is one

    return [(one, rules.standing(one, is_last(one), today, is_left=is_left)) for one in found]


HISTORY = (Standing.SUPERSEDED, Standing.VOID)


def overview(person: Person) -> dict[str, Any]:
    """What the page of a person's consents shows: what holds, what was said before, what was never asked."""
    found = standings(queries.of_person(person.id))
    order = [one.code for one in codes.items("consent_purpose")]
    said = [pair for pair in found if pair[1] not in HISTORY and _is_last_word(pair[0], found)]
    said.sort(key=lambda pair: (order.index(pair[0].purpose) if pair[0].purpose in order else 99, title(pair[0])))
    before = [pair for pair in found if pair not in said]
    asked = {one.purpose for one, _standing in said}
    who = names({one.recorded_by_id for one, _standing in found})
    return {
        "rows": [_row(*pair, who) for pair in said],
        "before": [_row(*pair, who) for pair in before],
        "unasked": [
            {"label": codes.label("consent_purpose", one), "url": _ask_url(person, one, None)}
            for one in order
            if one not in asked and not policy.recipient_kinds(one)
        ],
    }


def _is_last_word(consent: Consent, found: list[tuple[Consent, Standing]]) -> bool:
    same = [one for one, _standing in found if (one.purpose, one.recipient) == (consent.purpose, consent.recipient)]
    return rules.holding(same, consent.purpose, consent.recipient, clock.today()) is consent


def _ask_url(person: Person, purpose: str, recipient: str | None) -> str:
    return url_for("consents.record", person_id=person.id, purpose=purpose, recipient=recipient)


def _row(consent: Consent, found: Standing, who: dict[Any, str]) -> dict[str, Any]:
    person = queries.person_of(consent)
    place: dict[str, Any] = {"person_id": person.id, "consent_id": consent.id}
    caller = principal()
    may = caller is not None and caller.may("person:consent")
    is_open = found in (Standing.IN_FORCE, Standing.SOON, Standing.SUSPENDED)
    return {
        "consent": consent,
        "title": title(consent),
        "state": standing_words(found),
        "tone": TONES.get(found, ""),
        "sentence": sentence(consent, found),
        "how": how(consent),
        "stopped": consent.details.stopped,
        "recorded": _(
            "%(who)s, %(when)s",
            who=who.get(consent.recorded_by_id) or _("System"),
            when=i18n.moment(consent.recorded_at),
        ),
        "url": url_for("consents.show", **place),
        "withdraw_url": url_for("consents.withdraw", **place) if may and is_open else "",
        "ask_url": _ask_url(person, consent.purpose, consent.recipient) if may and found not in HISTORY else "",
    }


def how(consent: Consent) -> str:
    """In which form, language and with which notice: one line."""
    parts = [
        codes.label("consent_form", consent.form),
        codes.label("language", consent.language),
        codes.label("consent_notice", consent.notice_version),
        _("A parent or guardian answered") if consent.by_whom == ByWhom.GUARDIAN else "",
    ]
    return " · ".join(part for part in parts if part)


def facts(consent: Consent) -> list[tuple[str, Any]]:
    """Everything that is known of an answer."""
    details = consent.details
    pairs: list[tuple[str, Any]] = [
        (_("Day of the answer"), i18n.day(consent.answered_on)),
        (_("In which form?"), codes.label("consent_form", consent.form)),
        (_("In which language?"), codes.label("language", consent.language)),
        (_("Which notice was read out or handed over?"), codes.label("consent_notice", consent.notice_version)),
    ]
    if consent.state != State.REFUSED:
        pairs.insert(1, (_("Until when?"), i18n.day(consent.expires_on) or _("Until it is taken back")))
    if details.witness:
        pairs.append((_("Who was the witness?"), details.witness))
    if consent.by_whom == ByWhom.GUARDIAN:
        guardian = persons.record(consent.relative_id) if consent.relative_id is not None else None
        name = display_name(guardian.identity) if guardian is not None else details.guardian
        pairs += [(_("Who answered?"), name), (_("What does the child say?"), _assent_words(consent.assent))]
    pairs.append((_("Note"), details.note))
    if consent.withdrawn_on is not None:
        pairs += [
            (_("Taken back on"), i18n.day(consent.withdrawn_on)),
            (_("How did the person say so?"), codes.label("consent_withdrawal", consent.withdrawn_how)),
        ]
        if details.withdrawal:
            pairs.append((_("What was said then"), details.withdrawal))
    return [*pairs, *_recorded(consent)]


def _recorded(consent: Consent) -> list[tuple[str, Any]]:
    """Who wrote it down, who took it back."""
    who = names({consent.recorded_by_id, consent.withdrawal_recorded_by_id, consent.voided_by_id})

    def by(user_id: Any, at: Any) -> str:
        return _("%(who)s, %(when)s", who=who.get(user_id) or _("System"), when=i18n.moment(at))

    pairs: list[tuple[str, Any]] = [(_("Recorded by"), by(consent.recorded_by_id, consent.recorded_at))]
    if consent.withdrawal_recorded_at is not None:
        pairs.append(
            (_("Withdrawal recorded by"), by(consent.withdrawal_recorded_by_id, consent.withdrawal_recorded_at))
        )
    if consent.is_void:
        pairs.append((_("Voided by"), by(consent.voided_by_id, consent.voided_at)))
        pairs.append((_("Why is it void?"), codes.label("void_reason", consent.void_reason)))
    return pairs


def _assent_words(assent: str | None) -> str:
    return (
        {
            Assent.YES: _("The child agrees"),
            Assent.NO: _("The child does not agree"),
            Assent.TOO_YOUNG: _("Too young to be asked"),
        }.get(Assent(assent), "")
        if assent
        else ""
    )


def would_end(consent: Consent, person: Person) -> list[str]:
    """What withdrawing stops at once, in sentences; nothing is changed by asking."""
    found = actions.would_stop(consent, person)
    if consent.purpose == Purpose.REGISTER:
        found += [
            _("“%(what)s” does not hold any more, until the person agrees again to be registered.", what=title(one))
            for one, standing in standings(queries.of_person(person.id))
            if rules.rests_on_registration(one.purpose) and standing in (Standing.IN_FORCE, Standing.SOON)
        ]
    if consent.purpose == Purpose.STATISTICS:
        found.append(_("The person leaves the figures from that day on. What was counted and published before stays."))
    return found


def void_warning(consent: Consent) -> str:
    """When an answer may be voided; and what the person said before, if that would hold again."""
    warning = _("Void it only if it should never have been recorded. If the person took it back, withdraw it instead.")
    again = actions.holds_again_without(consent)
    if again is None:
        return warning
    holds = _("Then this would hold again: “%(what)s”.", what=f"{title(again)}. {sentence(again, Standing.IN_FORCE)}")
    return f"{warning} {holds}"


def to_be_done(consent: Consent, person: Person) -> list[dict[str, str]]:
    """What people must do when this does not cover any more."""
    match consent.purpose:
        case Purpose.REGISTER:
            return [
                {
                    "label": _(
                        "Decide with the supervisor about case %(number)s: without it nothing may be done there.",
                        number=one.number,
                    ),
                    "url": url_for("casefile.case", case_id=one.id),
                }
                for one in cases.open_to_me(cases.cases_of([person.id]))
                if one.is_open
            ]
        case Purpose.STATISTICS:
            return []
        case Purpose.STORY:
            said = _("Take the photo or the story out of everything that can still be changed.")
        case _:
            said = _(
                "Tell whoever has the data that nothing more may be done with them. What was sent stays with them."
            )
    return [{"label": said, "url": ""}]


def suspended_words(consent: Consent) -> str:
    """That an answer that was just recorded does not hold by itself, and what to ask first; nothing when it does."""
    is_given = consent.state == State.GIVEN and rules.rests_on_registration(consent.purpose)
    if not is_given or not queries.has_left(consent.person_id):
        return ""
    return _(
        "The answer is recorded, but it does not hold now: the person does not agree to be registered and helped. Ask "
        "about that first."
    )


def told(consent: Consent, person: Person) -> list[str]:
    """The names of the colleagues who are told at once."""
    here = principal()
    itself = here.user_id if here is not None else None
    whom = names({one for one in actions.who_must_act(consent, person) if one != itself})
    return sorted(name for name in whom.values() if name)


def desk_counts(who: Any) -> list[dict[str, Any]]:
    """Consents that end within 30 days; nothing when none does."""
    if not who.may("person:consent"):
        return []
    ending = len(queries.expiring())
    label = ngettext("consent that ends soon", "consents that end soon", ending)
    return [{"value": ending, "label": label, "url": url_for("consents.ending"), "tone": ""}] if ending else []


def ending_rows() -> list[dict[str, Any]]:
    """The consents that end within 30 days, the first first."""
    return [
        {
            "person": queries.person_of(one),
            "name": display_name(queries.person_of(one).identity),
            "title": title(one),
            "until": i18n.day(one.expires_on),
            "url": url_for("consents.show", person_id=queries.person_of(one).id, consent_id=one.id),
        }
        for one in queries.expiring()
    ]


def notice_of(version: str | None, language: str) -> dict[str, Any] | None:
    """The text of a notice in a language: the version, and its paragraphs."""
    rows = codes.every_item("consent_notice")
    found = [one for one in rows if version in (None, one.code) and one.effective_from <= clock.today()]
    latest = max(found, key=lambda one: one.effective_from, default=None)
    if latest is None:
        return None
    return {
        "version": getattr(latest, f"label_{language}"),
        "paragraphs": latest.attributes.get("text", {}).get(language, []),
    }
