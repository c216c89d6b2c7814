"""What is typed to edit a code list."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from casework.core import clock
from casework.core.forms import CaseworkForm, DayField, EditForm, Line, Tick, Whole

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,29}")


def _source() -> Line:
    says = _l("Where the code and its words come from, or who decided.")
    return Line(_l("Source"), longest=400, optional=False, description=says)


class ItemForm(EditForm):
    label_en = Line(_l("Words in English"), optional=False)
    label_ru = Line(_l("Words in Russian"), optional=False)
    label_kk = Line(_l("Words in Kazakh"), optional=False)
    position = Whole(_l("Place in the list"), 0, 99999, optional=False)
    source = _source()
    is_confirmed = Tick(_l("The words are confirmed in all three languages"))


class NewItemForm(CaseworkForm):
    code = Line(
        _l("Code"),
        longest=30,
        optional=False,
        description=_l("Latin letters, digits, - and _. Cannot be changed later."),
    )
    label_en = Line(_l("Words in English"), optional=False)
    label_ru = Line(_l("Words in Russian"), optional=False)
    label_kk = Line(_l("Words in Kazakh"), optional=False)
    effective_from = DayField(_l("Offered from"), future=True, default=clock.today)
    source = _source()

    def validate_code(self, field: Any) -> None:
        if not CODE.fullmatch(field.data or ""):
            raise ValidationError(str(_l("Use Latin letters, digits, - and _ only.")))


class RetireForm(EditForm):
    retired_on = DayField(_l("Not offered from"), future=True, default=clock.today)
