"""What is typed about an alert and about the rules."""

from typing import Any

from flask_babel import lazy_gettext as _l

from casework.alerts.models import Alert
from casework.alerts.rules import Rule
from casework.core.forms import CaseworkForm, EditForm, Paragraph, PillsField, Tick, Whole
from casework.reference import queries as codes


class DecideForm(EditForm):
    verdict = PillsField(_l("What came of it?"), codes.choices("alert_verdict"), optional=False)
    comment = Paragraph(
        _l("What did you find?"),
        longest=1000,
        optional=False,
        description=_l("Supervisors and the data protection focal point read this: write no names of clients."),
    )


class RuleForm(CaseworkForm):
    is_on = Tick(_l("Raise this alert"))
    threshold = Whole(_l("From how many on?"), 1, 10_000, optional=False)
    with_weekends = Tick(_l("Saturday and Sunday count as night"))


def decide_values(alert: Alert) -> dict[str, Any]:
    return {"verdict": alert.verdict, "comment": alert.opinion.comment, "version": str(alert.version)}


def rule_values(rule: Rule) -> dict[str, Any]:
    return {"is_on": rule.is_on, "threshold": rule.threshold, "with_weekends": rule.with_weekends}
