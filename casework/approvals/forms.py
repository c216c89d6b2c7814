"""What is said when something is approved or sent back, and what an organisation wants approved."""

from typing import Any

from flask_babel import lazy_gettext as _l

from casework.approvals import kinds
from casework.approvals.rules import Who
from casework.core.forms import EditForm, Paragraph, PillsField, options

_WORDS = (
    (Who.OFF, _l("No approval")),
    (Who.LAWYERS, _l("When a lawyer does it")),
    (Who.EVERYONE, _l("Whoever does it")),
)


class ApproveForm(EditForm):
    comment = Paragraph(_l("Comment"), longest=1000, description=_l("Your colleague reads it. It may stay empty."))


class SendBackForm(EditForm):
    comment = Paragraph(
        _l("What has to be changed"),
        longest=1000,
        optional=False,
        description=_l("Your colleague reads it and can ask again, with what was typed before."),
    )


class RulesForm(EditForm):
    """One row of buttons for every kind."""

    def chosen(self) -> dict[str, str]:
        return {kind.code: self._fields[kind.code].data for kind in kinds.known()}


def rules_form(present: dict[str, str], version: int, **source: Any) -> RulesForm:
    """What holds today, to be changed."""
    fields: dict[str, Any] = {
        kind.code: PillsField(
            str(kind.label),
            options([one for one in _WORDS if one[0] != Who.LAWYERS or not kind.is_of_supervisors]),
            optional=False,
        )
        for kind in kinds.known()
    }
    data = {"version": str(version), **{code: present.get(code, Who.OFF) for code in fields}}
    form: RulesForm = type("TheseRulesForm", (RulesForm,), fields)(data=data, **source)
    return form
