"""What is said before cases are taken out as a workbook."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from casework.core.forms import CaseworkForm, Paragraph, Tick
from casework.exports.rules import SHORTEST_PURPOSE


class ExportForm(CaseworkForm):
    purpose = Paragraph(
        _l("What it is for"),
        longest=500,
        optional=False,
        description=_l("One sentence, such as for which report. It stands in the workbook and in the list of exports."),
    )
    has_names = Tick(
        _l("With the names of the persons"),
        description=_l("Only if the purpose needs them. Without, each person has a number only."),
    )

    def validate_purpose(self, field: Paragraph) -> None:
        if len(field.data or "") < SHORTEST_PURPOSE:
            raise ValidationError(_("Write a sentence, so that whoever reads the trail understands."))
