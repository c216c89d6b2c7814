"""What is typed to change a procedure: a new version, and its stages, moves, time limits and evidence."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    Line,
    PillsField,
    PillsManyField,
    Tick,
    Whole,
    options,
)
from casework.procedures.checks import EVIDENCE, INQUIRIES_CLOSED, INQUIRY
from casework.procedures.rules import ANY
from casework.reference import queries as codes
from casework.workdays.forms import ON_DAY_OFF, UNITS

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")

SCOPES = (("ADMIN", _l("For administrative bodies")), ("COURT", _l("For courts")))
WHO = (
    ("US", _l("The person and the lawyer")),
    ("AUTHORITY", _l("The authority or the court")),
    ("STATE", _l("The other State")),
    ("EXPIRY", _l("Nobody: a document runs out")),
)
COUNTS_FROM = (("happened", _l("The day of the act")), ("served", _l("The day the person learnt of the act")))
CONDITIONS = (
    (EVIDENCE, _l("All evidence that the next stage asks for")),
    (INQUIRY, _l("An inquiry to a State was sent")),
    (INQUIRIES_CLOSED, _l("Every inquiry was answered or its time is over")),
)


def _law() -> Line:
    return Line(_l("Law"), longest=300, optional=False)


def _source() -> Line:
    says = _l("Where it was read, or who decided. What could not be read in the law itself is not confirmed.")
    return Line(_l("Source"), longest=400, optional=False, description=says)


def _confirmed() -> Tick:
    return Tick(_l("A lawyer compared this with the law in force"))


def _words(label: Any) -> Line:
    return Line(label, longest=120, optional=False)


class NewVersionForm(CaseworkForm):
    effective_from = DayField(
        _l("Takes effect on"),
        future=True,
        description=_l("Cases that begin from this day on run by it. A day that has passed needs its reason below."),
    )
    why = Line(
        _l("What changed, and where it was read"),
        longest=400,
        optional=False,
        description=_l("The law or order with its number and date, or who decided."),
    )


class WordsForm(EditForm):
    """The name of a version or of a time limit, its law and whether it is confirmed."""

    label_en = _words(_l("Words in English"))
    label_ru = _words(_l("Words in Russian"))
    label_kk = _words(_l("Words in Kazakh"))
    law = _law()
    source = _source()
    is_confirmed = _confirmed()


class DraftForm(EditForm):
    effective_from = DayField(_l("Takes effect on"), future=True)
    ends_in = PillsManyField(_l("Documents it can end in"), codes.choices("document_type"))


class VersionSeenForm(EditForm):
    """Nothing to fill in: the version says what was looked at."""


class RetireForm(EditForm):
    retired_on = DayField(
        _l("No case begins under it from"), future=True, description=_l("Cases that run by it go on with it.")
    )


class StageForm(EditForm):
    code = Choice(_l("Stage"), list, optional=False)
    place = Whole(_l("Place in the order of stages"), 1, 99, optional=False)
    is_main = Tick(_l("Stands in the bar at the top of a case"))
    ends = Tick(_l("The procedure ends here"))
    authorities = PillsManyField(
        _l("Authorities"),
        codes.choices("authority"),
        description=_l("The first in the code list that is competent on the day deals with the case."),
    )
    scope = PillsField(
        _l("Power of attorney for representing a person here"), options(SCOPES), none_label=_l("None needed")
    )


class MoveForm(EditForm):
    from_stage = Choice(_l("Where the case stands"), list, optional=False)
    act = Choice(_l("What happens"), list, optional=False)
    to_stage = Choice(_l("Where it leads"), list, none_label=_l("The case stays where it is"))
    conditions = PillsManyField(_l("What has to be there first"), options(CONDITIONS))
    after_act = Choice(_l("Only after this act"), list, none_label=_l("After any"))


class LimitForm(EditForm):
    code = Line(
        _l("Code"),
        longest=40,
        optional=False,
        description=_l("Small Latin letters, digits and _. It names the time limit in all versions."),
    )
    label_en = _words(_l("Words in English"))
    label_ru = _words(_l("Words in Russian"))
    label_kk = _words(_l("Words in Kazakh"))
    who = PillsField(_l("Whose it is to keep"), options(WHO), optional=False)
    starts = PillsManyField(_l("Acts that start it"), list, optional=False)
    counts_from = PillsField(_l("Counted from"), options(COUNTS_FROM), optional=False)
    basis = Choice(
        _l("Counted from the day of another act"),
        list,
        none_label=_l("No: from the act that starts it"),
        description=_l("An extension, for example, may count from the registration."),
    )
    value = Whole(_l("How many"), 0, 999, optional=False, description=_l("0 calendar days means the same day."))
    unit = PillsField(_l("Counted in"), options(UNITS), optional=False)
    on_day_off = PillsField(_l("An end on a day off"), options(ON_DAY_OFF), optional=False)
    takes_until = Tick(_l("A day printed on the document or notified by the authority goes before the count"))
    ends = PillsManyField(_l("Acts that meet it"), list)
    stops = PillsManyField(_l("Acts that make it pointless"), list)
    on_silence = Choice(_l("What follows by itself, the day after, without an answer"), list, none_label=_l("Nothing"))
    per_subject = Tick(_l("Only an act about the same inquiry meets it"))
    remind_days = Whole(_l("Asks for attention how many days before"), 0, 365, optional=False)
    law = _law()
    source = _source()
    is_confirmed = _confirmed()

    def validate_code(self, field: Any) -> None:
        if not CODE.fullmatch(field.data or ""):
            raise ValidationError(str(_l("Use small Latin letters, digits and _ only, and begin with a letter.")))


class NeedForm(EditForm):
    kind = Choice(_l("Document"), codes.choices("document_type"), optional=False)
    is_required = Tick(_l("Required"))
    for_stage = Choice(_l("Needed before this stage"), list, none_label=_l("At any time"))
    group = Line(
        _l("Group"),
        longest=40,
        description=_l("Of the documents with the same word here, one is enough."),
    )
    hint_en = Line(_l("Hint in English"), longest=200)
    hint_ru = Line(_l("Hint in Russian"), longest=200)
    hint_kk = Line(_l("Hint in Kazakh"), longest=200)


ANYWHERE = (ANY, _l("Anywhere"))
