"""Why something cannot be done with a language of an edition, and what can be done instead."""

from collections.abc import Sequence

from flask_babel import gettext as _

from casework.core import i18n
from casework.editions.models import Edition, Step


def locked(edition: Edition, language: str, newer: Edition | None) -> str:
    """Why a language can neither be written in nor sent in; empty when it can. `newer`: a later edition of the day."""
    name = i18n.NAMES[language]
    if edition.is_discarded:
        return str(_("This edition was discarded."))
    row = edition.of(language)
    match row.step if row is not None else None:
        case Step.MAKING | Step.READY:
            return str(_("%(language)s was sent in. To change it, take it back first.", language=name))
        case Step.PUBLISHED | Step.WITHDRAWN:
            return str(
                _("%(language)s was published and stays as it is. To change it, make a correction.", language=name)
            )
    if newer is not None:
        return str(_("There is a newer edition of this day: %(edition)s. Go on there.", edition=newer.code))
    return ""


def blocked(language: str, findings: Sequence[str]) -> str:
    """Which findings stand against a language."""
    return " ".join([str(_("%(language)s is not ready yet.", language=i18n.NAMES[language])), *findings])


def not_waiting(language: str) -> str:
    return str(
        _(
            "%(language)s does not wait for anybody: it was not sent in, or somebody else has decided already.",
            language=i18n.NAMES[language],
        )
    )
