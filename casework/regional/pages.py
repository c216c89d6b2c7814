"""What the pages of regional work show, in words."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from casework.accounts.queries import names
from casework.core import config, i18n, signing
from casework.core.config import COUNTRIES
from casework.figures.indicators import SCOPES
from casework.regional import queries
from casework.regional.bundles import Bundle
from casework.regional.models import ImportedBundle, TrustedKey
from casework.releases import reading
from casework.releases.pages import ORIGINS

Cells = list[Any]


def country(area: str) -> str:
    return str(SCOPES.get(area, area))


def as_code(text: str) -> Markup:
    """Letters of one width, so that a capital I is no l."""
    return Markup("<code>{}</code>").format(text)  # markup: what is put in is escaped


def key_pairs(key: signing.PublicKey) -> list[dict[str, Any]]:
    """What is sent to others, and what is read out to them."""
    return [
        {"label": _("Public key"), "value": as_code(key.text)},
        {"label": _("Fingerprint"), "value": as_code(signing.grouped(key.fingerprint))},
    ]


def own_pairs(key: signing.PublicKey) -> list[dict[str, Any]]:
    return [{"label": _("Country"), "value": f"{country(config.country())} ({config.country()})"}, *key_pairs(key)]


def edition(number: int) -> str:
    return _("Edition %(number)s", number=number)


def languages(codes: Iterable[str]) -> str:
    return ", ".join(i18n.NAMES[one] for one in codes)


# -- keys ----------------------------------------------------------------------------------------------------------


def key_state(key: TrustedKey) -> dict[str, str]:
    if key.revoked_at is not None:
        return {"label": _("Key revoked"), "tone": "", "icon": "x"}
    if key.confirmed_at is None:
        return {"label": _("Not confirmed"), "tone": "amber", "icon": "clock"}
    return {"label": _("Trusted"), "tone": "teal", "icon": "check"}


def key_rows(found: Iterable[TrustedKey]) -> list[dict[str, Any]]:
    return [
        {
            "country": country(one.area),
            "name": one.name,
            "url": url_for("regional.key", key_id=one.id),
            "fingerprint": signing.grouped(one.fingerprint[:16]),
            "state": key_state(one),
        }
        for one in found
    ]


def key_facts(key: TrustedKey) -> list[dict[str, Any]]:
    who = names({key.added_by_id, key.confirmed_by_id, key.revoked_by_id})
    pairs: list[dict[str, Any]] = [
        {"label": _("Country"), "value": country(key.area)},
        {"label": _("Whose key it is"), "value": key.name},
        *key_pairs(signing.public_key(key.public_key)),
        {"label": _("Added"), "value": _done(key.added_at, who.get(key.added_by_id))},
    ]
    if key.confirmed_at is not None:
        pairs.append({"label": _("Confirmed"), "value": _done(key.confirmed_at, who.get(key.confirmed_by_id))})
    if key.revoked_at is not None:
        done = _done(key.revoked_at, who.get(key.revoked_by_id))
        pairs.append({"label": _("Key revoked"), "value": done, "note": key.revoked_because})
    return pairs


def _done(when: Any, who: str | None) -> str:
    if not who:
        return i18n.moment(when)
    return _("%(when)s, by %(who)s", when=i18n.moment(when), who=who)


# -- signed editions -----------------------------------------------------------------------------------------------


def bundle_state(row: ImportedBundle) -> dict[str, str]:
    if row.confirmed_at is None:
        return {"label": _("Not taken in yet"), "tone": "amber", "icon": "clock"}
    if row.superseded_at is not None:
        return {"label": _("Superseded"), "tone": "", "icon": "history"}
    if row.key.revoked_at is not None:
        return {"label": _("Its key was revoked"), "tone": "red", "icon": "x"}
    return {"label": _("In use"), "tone": "teal", "icon": "check"}


def bundle_rows(found: Iterable[ImportedBundle]) -> list[dict[str, Any]]:
    return [
        {
            "country": country(one.area),
            "day": i18n.day(one.as_of),
            "edition": edition(one.number),
            "languages": languages(one.languages),
            "url": url_for("regional.bundle", bundle_id=one.id),
            "sent": i18n.moment(one.sent_at),
            "state": bundle_state(one),
        }
        for one in found
    ]


def missing(found: Iterable[ImportedBundle]) -> str:
    """The countries of which nothing is here that could be used."""
    there = {one.area for one in found if one.is_standing}
    return ", ".join(country(one) for one in COUNTRIES if one not in there)


def bundle_facts(row: ImportedBundle) -> list[dict[str, Any]]:
    who = names({row.sent_by_id, row.confirmed_by_id, row.superseded_by_id})
    pairs: list[dict[str, Any]] = [
        {"label": _("Country"), "value": country(row.area)},
        {"label": _("As of"), "value": i18n.day(row.as_of)},
        {"label": _("Edition"), "value": row.code},
        {"label": _("Languages"), "value": languages(row.languages)},
        {"label": _("Signed by"), "value": row.key.name, "note": as_code(signing.grouped(row.key.fingerprint))},
        {"label": _("Release (SHA-256)"), "value": as_code(signing.grouped(row.release_digest))},
        {"label": _("Sent"), "value": _done(row.sent_at, who.get(row.sent_by_id))},
    ]
    if row.confirmed_at is not None:
        pairs.append({"label": _("Taken in"), "value": _done(row.confirmed_at, who.get(row.confirmed_by_id))})
    if row.superseded_at is not None:
        pairs.append({"label": _("Superseded"), "value": _done(row.superseded_at, who.get(row.superseded_by_id))})
    return pairs


def beside(row: ImportedBundle) -> str:
    """How a file stands to what is there of its country: whoever takes it in should know what it takes the place of."""
    there = queries.standing(row.area)
    same = [one for one in there if one.as_of == row.as_of]
    newer = [one for one in there if one.as_of > row.as_of]
    if same:
        return _(
            "%(edition)s of the same day is here. It is superseded when you take this one in.", edition=same[0].code
        )
    if newer:
        return _(
            "This edition is older than what is here: of %(country)s there is one as of %(day)s.",
            country=country(row.area),
            day=i18n.day(newer[0].as_of),
        )
    if there:
        return _(
            "This edition is newer than what is here: the latest of %(country)s is as of %(day)s.",
            country=country(row.area),
            day=i18n.day(there[0].as_of),
        )
    return _("It is the first edition of %(country)s here.", country=country(row.area))


def figure_rows(bundle: Bundle) -> list[Cells]:
    """The Key Figures of a bundle with their parts, each with its day."""
    return [
        [{"text": one.name, "note": _source(one) if one is top else ""}, i18n.day(one.as_of), _value(one)]
        for top in map(reading.figure, bundle.figures)
        for one in top.all
    ]


def _source(figure: reading.Figure) -> str:
    return str(ORIGINS.get(figure.source, figure.source))


def _value(figure: reading.Figure) -> Any:
    if figure.is_hidden:
        return {"text": "", "hidden_figure": True}
    return figure.text or _("not known")


def in_use(found: Iterable[ImportedBundle]) -> str:
    """Which editions fall out of use with the key that signed them."""
    codes = [one.code for one in found if one.is_standing]
    return _("It has signed what is in use here: %(editions)s.", editions=", ".join(codes)) if codes else ""


def choice(row: ImportedBundle) -> str:
    """An edition among others of its country: “1 January 2025, edition 2”."""
    if row.number == 1:
        return i18n.day(row.as_of)
    return _("%(day)s, edition %(number)s", day=i18n.day(row.as_of), number=row.number)
