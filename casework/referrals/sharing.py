"""What is told of a person: made from the record at the moment of sending, of nothing but what was chosen."""

import hashlib
import json
from dataclasses import asdict, replace
from uuid import UUID

from flask_babel import force_locale

from casework.cases.models import Case
from casework.consents import queries as consents
from casework.consents.rules import Purpose
from casework.consultations import queries as consultations
from casework.consultations.models import Consultation
from casework.core import clock
from casework.core.config import LANGUAGES
from casework.documents import queries as documents
from casework.documents.models import Document
from casework.needs import policy as need_policy
from casework.needs import queries as needs
from casework.needs.models import SpecificNeed
from casework.persons import contacting
from casework.persons import queries as persons
from casework.persons.models import Person, Relative
from casework.referrals.fields import BY_NAME, CONTACT_FIELDS
from casework.referrals.models import Referral, Selection, Share, SharedFile, SharedRelative, SharedSession
from casework.restrictions import policy as restrictions


def recipient(one: Referral) -> str:
    """Whom a consent must name."""
    if one.to_organisation_id is not None:
        return f"organisation:{one.to_organisation_id}"
    return f"service:{one.service}"


def is_covered(person_id: UUID, one: Referral) -> bool:
    """Whether a person agrees, today, to be told of to whom this goes."""
    return consents.covering(person_id, Purpose.REFERRAL, recipient(one)) is not None


# -- what can be chosen --------------------------------------------------------------------------------------------


def relatives(person: Person) -> list[tuple[Person, Relative]]:
    """The relatives whose record whoever acts may open."""
    links = persons.relatives(person.id)
    others = {one.relative_id if one.person_id == person.id else one.person_id: one for one in links}
    found = persons.persons(others)
    return [(other, others[key]) for key, other in found.items() if restrictions.may_open(other)]


def sessions(person: Person, case: Case) -> list[Consultation]:
    """The sessions of the case at which this person was, the latest first."""
    of_case = [one for one in consultations.of_cases([case.id]) if not one.is_void]
    return [one for one in reversed(of_case) if any(there.person_id == person.id for there in one.attendances)]


def files(person: Person, case: Case) -> list[Document]:
    """The documents of the case that count: the person's own, and those that are nobody's or a relative's."""
    return [one for one in documents.of_case(case.id) if one.is_current]


def specific_needs(person: Person) -> list[SpecificNeed]:
    """What the person needs, as far as whoever acts may know it: what is sensitive needs its own permission."""
    return needs.visible(person.id)


def has_sensitive(share: Share) -> bool:
    """Whether it tells of a need that not everybody there may know either."""
    return any(need_policy.is_sensitive(code) for code in share.needs)


def may_pass_contacts_on(person: Person) -> bool:
    return contacting.rule(person).may_pass_on


# -- what is told --------------------------------------------------------------------------------------------------


def share_of(one: Referral, person: Person, case: Case, chosen: Selection) -> Share:
    """Exactly what is chosen, as it stands in the record now; what may not be told is not in it, chosen or not."""
    wanted = [BY_NAME[name] for name in chosen.fields if name in BY_NAME]
    if not may_pass_contacts_on(person):
        wanted = [field for field in wanted if field.name not in CONTACT_FIELDS]
    values = {field.name: field.of(person, case) for field in wanted}
    told = {name: value for name, value in values.items() if value not in (None, "", [])}
    covered = [kin for kin in relatives(person) if str(kin[0].id) in chosen.relatives and is_covered(kin[0].id, one)]
    return Share(
        made_on=clock.today().isoformat(),
        asks=chosen.asks,
        fields=told,
        contact_rule=_rule(person) if told.keys() & CONTACT_FIELDS else {},
        relatives=[_relative(*kin) for kin in covered],
        sessions=[
            SharedSession(held.held_on.isoformat(), held.account.title, held.account.summary)
            for held in sessions(person, case)
            if str(held.id) in chosen.sessions
        ],
        documents=[
            _file(file)
            for file in files(person, case)
            if str(file.id) in chosen.documents and _may_go(file, person, one)
        ],
        needs=sorted({need.code for need in specific_needs(person) if need.code in chosen.needs}),
    )


def _rule(person: Person) -> dict[str, list[str]]:
    """How the person may be reached, in each language: the reader's is not known yet."""
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = [str(one) for one in contacting.rule(person).sentences]
    return found


def _relative(person: Person, link: Relative) -> SharedRelative:
    name = person.identity.full_name or person.identity.latin_name
    is_theirs = link.relative_id == person.id
    return SharedRelative(str(person.id), link.relationship_code, is_theirs, name, person.birth_year, person.sex)


def _may_go(file: Document, person: Person, one: Referral) -> bool:
    """A document of somebody else goes only if they, too, agree."""
    return file.person_id is None or file.person_id == person.id or is_covered(file.person_id, one)


def _file(file: Document) -> SharedFile:
    details = file.details
    return SharedFile(
        str(file.id), str(file.person_id) if file.person_id else None, file.kind, details.title, details.name, file.size
    )


def ids_of(person_id: UUID) -> frozenset[str]:
    """Under which ids a person may stand in a share: those of the records that went into theirs, too."""
    return frozenset({str(person_id), *(str(one.id) for one in persons.merged_into(person_id))})


def is_about(share: Share, ids: frozenset[str]) -> bool:
    """Whether it says anything of somebody beside whom it is about."""
    return any(kin.person_id in ids for kin in share.relatives) or any(one.person_id in ids for one in share.documents)


def without(share: Share, gone: frozenset[str]) -> Share:
    """The same without what it says of one relative, who does not agree any more."""
    return Share(
        share.made_on,
        share.asks,
        share.fields,
        share.contact_rule,
        [one for one in share.relatives if one.person_id not in gone],
        share.sessions,
        [one for one in share.documents if one.person_id not in gone],
        share.needs,
    )


def agreed(share: Share, one: Referral) -> Share:
    """What of it may be told today: nothing of a relative who does not agree, whether or not that was announced."""
    named = {kin.person_id for kin in share.relatives} | {file.person_id for file in share.documents}
    gone = {each for each in named if each and not is_covered(persons.going_on(UUID(each)), one)}
    return without(share, frozenset(gone)) if gone else share


def readable(share: Share, person_id: UUID | None) -> Share:
    """What of it whoever acts may know: that it was told opens neither a sensitive need nor a restricted relative.

    `person_id`: whose record it is here, which may be open in an emergency.
    """
    closed = frozenset(str(one) for one in restrictions.hidden_ids())
    known = [code for code in share.needs if need_policy.may_see(code, person_id)]
    return replace(without(share, closed), needs=known)


def canonical(share: Share) -> str:
    """One text for one content: what was previewed is what is sent."""
    return json.dumps(asdict(share), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(share: Share) -> str:
    return hashlib.sha256(canonical(share).encode()).hexdigest()
