"""What an edition can be made of, and where one goes from the list and from an edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.core import i18n
from casework.core.config import country
from casework.core.errors import DomainError
from casework.core.scope import principal
from casework.editions import actions, queries
from casework.editions.models import Edition, Step
from casework.editions.pages import Link
from casework.editions.published import is_standing
from casework.releases import queries as releases
from casework.releases.models import Release

Source = tuple[str, str]
"""What can be chosen, as `release:<id>` or `correct:<id>`, and its words."""


@dataclass(frozen=True)
class Due:
    """What should be begun next, with the words for it and its button."""

    source: str
    words: str
    button: str


def due() -> Due | None:
    """The newest release that no factsheet shows yet: of a later day than all of them, or of one that it corrects."""
    taken = _taken()
    newest = max(taken, default=date.min)
    for one in queries.releases_to_publish():
        day = i18n.day(one.as_of)
        if one.as_of > newest:
            words = _("The release as of %(day)s is frozen and has no factsheet yet.", day=day)
            return Due(f"release:{one.id}", words, _("Make the factsheet"))
        if one.as_of in taken and may_correct(taken[one.as_of]):
            words = _("The release as of %(day)s was corrected, and its factsheet still shows the one before.", day=day)
            return Due(f"correct:{taken[one.as_of].id}", words, _("Correct the factsheet"))
    return None


def _taken() -> dict[date, Edition]:
    """The days that have an edition of this country, each with its newest."""
    found = [one for one in queries.editions() if not one.is_discarded and one.area == country()]
    return {one.as_of: one for one in sorted(found, key=lambda one: one.number)}


def sources() -> list[Source]:
    """Frozen releases of days without an edition, then published editions that can be corrected."""
    taken = _taken()
    fresh = [
        (f"release:{one.id}", _("%(day)s: a first edition", day=i18n.day(one.as_of)))
        for one in queries.releases_to_publish()
        if one.as_of not in taken
    ]
    corrected = [
        (f"correct:{one.id}", _("%(day)s: a correction of what is published", day=i18n.day(one.as_of)))
        for one in queries.editions()
        if may_correct(one)
    ]
    return [*fresh, *corrected]


def may_correct(edition: Edition) -> bool:
    """Whether something of it was published and no later edition of its day is under way."""
    is_out = any(one.is_public for one in edition.languages)
    return not edition.is_discarded and is_out and queries.newer(edition) is None


def suggested(asked: Mapping[str, str], choices: Sequence[Source]) -> str | None:
    """What the address asks for, else the first there is."""
    values = [value for value, _words in choices]
    wanted = [
        f"{kind}:{asked[name]}" for kind, name in (("release", "release"), ("correct", "corrects")) if name in asked
    ]
    return next((one for one in [*wanted, *values] if one in values), None)


def begin(source: str) -> Edition:
    """Begin what was chosen."""
    kind, _colon, chosen = source.partition(":")
    if kind == "correct":
        edition = queries.edition(UUID(chosen))
        if edition is not None:
            return actions.begin_correction(edition)
    release = releases.release(UUID(chosen))
    if release is None:
        raise DomainError(_("This release cannot be chosen any more."), "source")
    return actions.begin(release)


# -- ways from here --------------------------------------------------------------------------------------------------


def of_release(release: Release) -> Link | None:
    """From a frozen release to its factsheet, or to where it is begun."""
    who = principal()
    if who is None or not who.may("edition:see") or not release.is_frozen:
        return None
    made = queries.of_release(release)
    if made:
        return Link(_("Go to the factsheet"), url_for("editions.show", edition_id=made[-1].id), "file-text")
    if not who.may("edition:edit") or release not in queries.releases_to_publish():
        return None
    before = _taken().get(release.as_of)
    if before is None:
        return Link(_("Make the factsheet"), url_for("editions.begin", release=release.id), "file-plus")
    if may_correct(before):
        return Link(_("Correct the factsheet"), url_for("editions.begin", corrects=before.id), "file-plus")
    return Link(_("Go to the factsheet"), url_for("editions.show", edition_id=before.id), "file-text")


def doors() -> list[Link]:
    """Where one goes from the list besides an edition."""
    who = principal()
    found = [Link(_("Compare"), url_for("editions.compare_any"), "arrow-right-left")]
    if who is not None and who.may("regional:manage"):
        found.append(Link(_("Regional sheet"), url_for("regional.index"), "globe"))
    return found


def beside(edition: Edition) -> list[Link]:
    """What else can be done with an edition of which something is published."""
    found = []
    who = principal()
    is_out = any(one.step == Step.PUBLISHED for one in edition.languages)
    others = [one for one in queries.public_index(edition.area) if is_standing(one) and one.edition_id != edition.id]
    if is_out and others:  # with the newest of the others
        url = url_for("editions.compare_any", before=others[0].code, after=edition.code)
        found.append(Link(_("Compare"), url, "arrow-right-left"))
    if may_correct(edition) and who is not None and who.may("edition:edit"):
        url = url_for("editions.begin", corrects=edition.id)
        found.append(Link(_("Correct this factsheet"), url, "file-plus"))
    if is_out and not edition.is_regional and who is not None and who.may("regional:manage"):
        url = url_for("regional_editions.export", edition_id=edition.id)
        found.append(Link(_("Signed file for the regional office"), url, "key-round"))
    return found
