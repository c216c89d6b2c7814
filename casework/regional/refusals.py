"""Why a file is not taken in, in a sentence, with what to do."""

from flask_babel import gettext as _

from casework.core import i18n, signing
from casework.core.forms import clean
from casework.figures import indicators
from casework.regional import bundles
from casework.regional.bundles import Why


def why(error: bundles.NotTaken) -> str:
    """For the one who sent the file."""
    words = clean(error.words) or ""
    match error.why:
        case Why.EMPTY:
            return _("This file is empty.")
        case Why.TOO_LARGE:
            return _(
                "This file is larger than %(most)s MB. No signed edition is.",
                most=i18n.number(bundles.LARGEST // 1024**2),
            )
        case Why.NOT_A_BUNDLE:
            return _("This is not a signed edition: it cannot be opened. Ask the office to send it once more.")
        case Why.PACKED:
            return _(
                "This file was packed anew after it was signed. Send it as it came, without unpacking it; nothing in a "
                "signed edition is compressed."
            )
        case Why.NAMES:
            return _(
                "There is something in this file that does not belong into a signed edition: %(name)s.", name=words
            )
        case Why.REPEATED:
            return _("%(name)s is in this file more than once.", name=words)
        case Why.MISSING:
            return _("This is not a whole signed edition: %(name)s is missing.", name=words)
        case Why.PADDED:
            return _(
                "There is something between or behind the parts of this file. Ask the office to send it once more."
            )
        case Why.FORMAT:
            return _(
                "This file is of a format that Casework does not know here (%(name)s). One of the two offices needs a "
                "newer version.",
                name=words or "–",
            )
        case Why.MANIFEST:
            return _("The list of contents of this file is not in order.")
        case Why.FIELDS:
            return _(
                "There is something in this edition that does not belong there (%(place)s). It is not taken in, so "
                "that nothing can ride along with the figures.",
                place=words,
            )
    return _forged(error, words) or _contradicting(error, words)


def _forged(error: bundles.NotTaken, words: str) -> str:
    match error.why:
        case Why.UNKNOWN_KEY:
            return _(
                "This file is signed with a key that nobody has added here (%(fingerprint)s).",
                fingerprint=signing.grouped(words),
            )
        case Why.UNCONFIRMED_KEY:
            return _(
                "This file is signed with a key that a second officer has not confirmed yet (%(fingerprint)s).",
                fingerprint=signing.grouped(words),
            )
        case Why.REVOKED_KEY:
            return _(
                "This file is signed with a key that was revoked (%(fingerprint)s).", fingerprint=signing.grouped(words)
            )
        case Why.SIGNATURE:
            return _("The signature does not hold: this file was changed after it was signed, or somebody forged it.")
        case Why.DIGEST:
            return _("%(name)s was changed after this file was signed.", name=words)
        case Why.OTHER_COUNTRY:
            return _(
                "This file is about %(country)s, and its key may not speak for that country.",
                country=indicators.SCOPES.get(words, words),
            )
    return ""


def _contradicting(error: bundles.NotTaken, words: str) -> str:
    match error.why:
        case Why.CONTRADICTION:
            return _("%(name)s is about another country, day or edition than the file says it is.", name=words)
        case Why.RELEASE:
            return _(
                "%(name)s: the figures are not those of the release that it names; their hash is another.", name=words
            )
        case Why.FIGURES:
            return _("%(name)s prints other Key Figures than the release in it.", name=words)
        case Why.SCOPE:
            return _("A figure in this file is about another country: %(figure)s.", figure=words)
        case Why.FIGURES_TWICE:
            return _("A figure is in this file more than once: %(figure)s.", figure=words)
        case Why.LATER:
            return _("A figure in this file is of a later day than the edition: %(figure)s.", figure=words)
    return _("The languages of this edition do not have the same figures.")
