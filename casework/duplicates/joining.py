"""Two accounts of one person side by side, the one made of both, and writing it into a record."""

from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.core import i18n
from casework.duplicates.models import Chosen
from casework.persons import actions as persons
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from casework.reference import queries as codes


@dataclass
class Side:
    """What one record, or one typed registration, says of a person. The birth date is `birth`, not `identity.born`."""

    identity: Identity = field(default_factory=Identity)
    contacts: Contacts = field(default_factory=Contacts)
    sex: str = "U"
    birth: PartialDate = field(default_factory=PartialDate)
    origin: str = "UNK"
    arrived: PartialDate = field(default_factory=PartialDate)
    languages: list[str] = field(default_factory=list)
    consent: str = "not_asked"
    consent_on: date | None = None


@dataclass(frozen=True)
class FieldPair:
    """One field of both sides, in words; nothing recorded is an empty text."""

    name: str
    label: str
    left: str
    right: str
    differs: bool
    is_united: bool = False
    """Nothing to choose: the joined record has what either side says."""
    suggests_other: bool = False
    """Only the right side says something, or the right side asks for more caution."""


def side_of(person: Person) -> Side:
    identity = deepcopy(person.identity)
    return Side(
        identity=identity,
        contacts=deepcopy(person.contacts),
        sex=person.sex,
        birth=PartialDate.from_text(identity.born or "", estimated=person.is_birth_estimated),
        origin=person.origin,
        arrived=PartialDate(person.arrived_year, person.arrived_month),
        languages=list(person.languages),
        consent=person.consent,
        consent_on=person.consent_on,
    )


# -- the fields --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Field:
    """One field: how it is read as a plain value that can be kept sealed, put back, and said in words."""

    name: str
    label: Any
    read: Callable[[Side], Any]
    put: Callable[[Side, Any], None]
    words: Callable[[Any], str] = str
    nothing: tuple[Any, ...] = ()
    """Values, beside no value at all, that say nothing."""
    unite: Callable[[list[Any], list[Any]], list[Any]] | None = None

    def says(self, side: Side) -> str:
        value = self.read(side)
        return self.words(value) if self.tells(value) else ""

    def tells(self, value: Any) -> bool:
        return value not in (None, "", [], *self.nothing)

    def differs(self, left: Side, right: Side) -> bool:
        one, other = self.read(left), self.read(right)
        if self.unite is not None:
            return len(self.unite(one, other)) > min(len(one), len(other))
        return one != other and (self.tells(one) or self.tells(other))


def _within(group: str, name: str, label: Any, **more: Any) -> _Field:
    """A field of a sealed group."""
    return _Field(
        name,
        label,
        lambda side: getattr(getattr(side, group), name),
        lambda side, value: setattr(getattr(side, group), name, value),
        **more,
    )


def _own(name: str, label: Any, **more: Any) -> _Field:
    return _Field(name, label, lambda side: getattr(side, name), lambda side, value: setattr(side, name, value), **more)


def _label(list_name: str) -> Callable[[Any], str]:
    return lambda code: codes.label(list_name, code)


def _birth_words(value: list[Any]) -> str:
    date = i18n.day(PartialDate.from_text(value[0]))
    return _("about %(date)s", date=date) if value[1] else date


def _consent_words(value: list[Any]) -> str:
    words = {"given": _("Given"), "refused": _("Refused"), "withdrawn": _("Withdrawn")}.get(
        value[0], _("Not asked yet")
    )
    return f"{words}, {i18n.day(date.fromisoformat(value[1]))}" if value[1] else words


def _put_birth(side: Side, value: list[Any]) -> None:
    side.birth = PartialDate.from_text(value[0], estimated=value[1])
    side.identity.born = value[0] or None


def _put_arrived(side: Side, value: str) -> None:
    side.arrived = PartialDate.from_text(value)


def _put_consent(side: Side, value: list[Any]) -> None:
    side.consent, side.consent_on = value[0], date.fromisoformat(value[1]) if value[1] else None


def _put_documents(side: Side, value: list[dict[str, Any]]) -> None:
    side.identity.documents = [DocumentNumber(**one) for one in value]


def _both(key: Callable[[Any], Any]) -> Callable[[list[Any], list[Any]], list[Any]]:
    """What either list has, once, the left one's first."""

    def unite(left: list[Any], right: list[Any]) -> list[Any]:
        found: dict[Any, Any] = {}
        for one in (*left, *right):
            found.setdefault(key(one), one)
        return list(found.values())

    return unite


def _document_key(one: dict[str, Any]) -> tuple[str, str]:
    return one["type"], "".join(c for c in one["number"].casefold() if c.isalnum())


def _name_key(name: str) -> str:
    return " ".join(name.casefold().split())


_OF_IDENTITY = (
    _within("identity", "family_name", _l("Family name")),
    _within("identity", "given_name", _l("Given name")),
    _within("identity", "patronymic", _l("Patronymic")),
    _within("identity", "latin_name", _l("Name in Latin letters")),
    _within("identity", "former_names", _l("Former and other names"), words="; ".join, unite=_both(_name_key)),
    _own("sex", _l("Sex"), words=_label("sex"), nothing=("U",)),
    _Field(
        "birth",
        _l("Date of birth"),
        lambda side: [str(side.birth), side.birth.estimated],
        _put_birth,
        _birth_words,
        nothing=(["", False], ["", True]),
    ),
    _within("identity", "birth_place", _l("Place of birth")),
    _within("identity", "iin", _l("Individual identification number (IIN)")),
    _Field(
        "documents",
        _l("Identity document"),
        lambda side: [asdict(one) for one in side.identity.documents],
        _put_documents,
        lambda found: "; ".join(f"{codes.label('document_type', one['type'])}: {one['number']}" for one in found),
        unite=_both(_document_key),
    ),
    _own("origin", _l("Country of origin"), words=_label("country"), nothing=("UNK",)),
    _Field(
        "arrived",
        _l("Arrived in Kazakhstan"),
        lambda side: str(side.arrived),
        _put_arrived,
        lambda text: i18n.day(PartialDate.from_text(text)),
    ),
    _own(
        "languages",
        _l("Languages"),
        words=lambda found: ", ".join(codes.label("language", code) for code in found),
        unite=_both(str),
    ),
)
_OF_CONTACTS = (
    _within("contacts", "phone", _l("Phone")),
    _within("contacts", "other_phone", _l("Another phone")),
    _within(
        "contacts",
        "safety",
        _l("Is it safe to call?"),
        words=_label("contact_safety"),
        nothing=("NOT_ASKED",),
    ),
    _within("contacts", "who_answers", _l("Who answers this phone?")),
    _within("contacts", "may_say", _l("What may be said to whoever answers?"), words=_label("contact_may_say")),
    _within("contacts", "best_times", _l("When to call")),
    _within(
        "contacts",
        "never_by_message",
        _l("Never by message"),
        words=lambda _is_so: _("Yes"),
        nothing=(False,),
    ),
    _within(
        "contacts",
        "may_pass_on",
        _l("The contacts may be given to others"),
        words=lambda _is_so: _("Yes"),
        nothing=(False,),
    ),
    _within("contacts", "asked_on", _l("When was this asked?"), words=lambda on: i18n.day(date.fromisoformat(on))),
    _within("contacts", "safety_note", _l("What to know before contacting")),
    _within("contacts", "email", _l("E-mail")),
    _within("contacts", "address", _l("Address")),
    _Field(
        "consent",
        _l("Consent to be registered and helped"),
        lambda side: [side.consent, side.consent_on.isoformat() if side.consent_on else None],
        _put_consent,
        _consent_words,
        nothing=(["not_asked", None],),
    ),
)
_SHOWN = (*_OF_IDENTITY, *_OF_CONTACTS)
_FIELDS = {one.name: one for one in (*_SHOWN, _within("identity", "name_language", _l("Language of the name")))}


def label(name: str) -> str:
    """What a field is called."""
    return str(_FIELDS[name].label)


def is_shown(name: str) -> bool:
    """Whether a field has a line of its own on a page."""
    return any(one.name == name for one in _SHOWN)


def words(name: str, value: Any) -> str:
    """What a plain value of a field says."""
    return _FIELDS[name].words(value) if _FIELDS[name].tells(value) else ""


# -- both, and the one made of them --------------------------------------------------------------------------------


def compared(left: Side, right: Side) -> list[FieldPair]:
    """Field by field, in the order of the record's pages."""
    return [
        FieldPair(
            one.name,
            str(one.label),
            one.says(left),
            one.says(right),
            differs=one.differs(left, right),
            is_united=one.unite is not None,
            suggests_other=one.unite is None and (_only_right(one, left, right) or _is_warier(one, left, right)),
        )
        for one in _SHOWN
    ]


def _only_right(one: _Field, left: Side, right: Side) -> bool:
    if one.name == "may_pass_on":  # a permission is never suggested
        return False
    return one.tells(one.read(right)) and not one.tells(one.read(left))


def _is_warier(one: _Field, left: Side, right: Side) -> bool:
    """Whether the right side forbids a way of reaching the person, or a consent, that the left one leaves open."""
    if one.name == "consent":
        return right.consent in ("refused", "withdrawn") and left.consent == "given"
    if one.name != "safety" or not one.tells(one.read(right)):
        return False
    ways = ("call", "write")
    allowed = [[_allows(side.contacts.safety, way) for way in ways] for side in (left, right)]
    return any(ours and not theirs for ours, theirs in zip(*allowed, strict=True))


def _allows(safety: str | None, way: str) -> bool:
    return codes.attribute("contact_safety", safety, way) is not False


def joined(kept: Side, other: Side, take: Collection[str]) -> Side:
    """One side made of both: the fields named come from `other`, lists are united, no name is lost.

    A full name that is not taken goes among the former names, so that a search for it still finds.
    """
    unknown = set(take) - set(_FIELDS)
    if unknown:
        raise ValueError(f"no such fields: {sorted(unknown)}")
    side = deepcopy(kept)
    for one in _SHOWN:
        if one.unite is not None:
            one.put(side, one.unite(one.read(kept), deepcopy(one.read(other))))
        elif one.name in take:
            one.put(side, one.read(other))
    if "family_name" in take or not kept.identity.name_language:
        side.identity.name_language = other.identity.name_language or kept.identity.name_language
    spellings = [one for source in (kept, other) for one in (source.identity.full_name, source.identity.latin_name)]
    side.identity.former_names = _with_spellings(side.identity, filter(None, spellings))
    return side


def _with_spellings(identity: Identity, spellings: Iterable[str]) -> list[str]:
    """The former names, and whichever of these spellings the record would otherwise say nowhere."""
    names = list(identity.former_names)
    for spelling in spellings:
        said = [identity.full_name, identity.latin_name or "", *names]
        if not any(set(_name_key(spelling).split()) <= set(_name_key(one).split()) for one in said):
            names.append(spelling)
    return names


# -- writing it ----------------------------------------------------------------------------------------------------


def write(person: Person, side: Side, *, is_told: bool = True) -> list[Chosen]:
    """Bring a record to what a side says, and tell which fields that changed, from what to what.

    `is_told`: the person said so just now, not one of two records.
    """
    before = side_of(person)
    changed = [
        Chosen(one.name, one.read(before), one.read(side))
        for one in _FIELDS.values()
        if one.read(before) != one.read(side)
    ]
    names = {one.name for one in changed}
    of_contacts = {one.name for one in _OF_CONTACTS}
    if names - of_contacts:
        persons.correct_identity(
            person,
            side.identity,
            sex=side.sex,
            birth=side.birth,
            origin=side.origin,
            arrived=side.arrived,
            languages=side.languages,
        )
    if names & of_contacts:
        persons.correct_contacts(
            person, side.contacts, consent=side.consent, consent_on=side.consent_on, is_told=is_told
        )
    return changed


def changed_since(person: Person, chosen: Iterable[Chosen]) -> list[str]:
    """The fields of these that do not say any more what was written then: their names."""
    side = side_of(person)
    return [one.name for one in chosen if _FIELDS[one.name].read(side) != one.after]


def take_back(person: Person, chosen: Iterable[Chosen]) -> list[str]:
    """Put these fields back to what they said before. What was changed since stays: the names of those fields."""
    chosen = list(chosen)
    stay = changed_since(person, chosen)
    side = side_of(person)
    for one in chosen:
        if one.name not in stay:
            _FIELDS[one.name].put(side, one.before)
    write(person, side, is_told=False)
    return stay
