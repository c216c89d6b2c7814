"""What is typed to sign in, to invite someone and to change an account."""

import json
from typing import Any, Self

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, PasswordField, ValidationError
from wtforms.validators import InputRequired

from casework.accounts import queries, rules
from casework.accounts.permissions import Role
from casework.core.errors import DomainError
from casework.core.forms import (
    CaseworkForm,
    Choice,
    EditForm,
    Line,
    Paragraph,
    PillsField,
    PillsManyField,
    Tick,
    an_email,
    clean,
    options,
)
from casework.core.i18n import NAMES
from casework.reference import queries as reference

KINDS = options(
    [
        ("partner", _l("Partner organisation, which holds cases")),
        ("office", _l("Office, which holds no persons")),
    ]
)


def role_choices() -> list[tuple[str, str]]:
    return [(role.value, reference.label("role", role.value)) for role in Role]


def organisation_choices() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in queries.organisations() if one.is_active]


def _password(label: Any, purpose: str, **options: Any) -> PasswordField:
    needed = InputRequired(_l("Fill in this field."))
    return PasswordField(label, [needed], render_kw={"autocomplete": purpose}, **options)


class SignInForm(CaseworkForm):
    email = Line(_l("E-mail address"), longest=254, optional=False, render_kw={"autocomplete": "username"})
    password = _password(_l("Password"), "current-password")


_SECRETS = {"password", "again", "current", "code", "recovery"}  # never written into a page, and so typed again


class CarryingForm(CaseworkForm):
    """A form between somebody and what they were sending: the sending comes along."""

    to = HiddenField()
    kept = HiddenField()

    @classmethod
    def of_this_request(cls) -> Self:
        sent = [pair for pair in request.form.items(multi=True) if pair[0] not in _SECRETS]
        data = {"to": request.script_root + request.full_path.rstrip("?"), "kept": json.dumps(sent, ensure_ascii=False)}
        return cls(formdata=None, data=data)

    @classmethod
    def after(cls, form: "CarryingForm") -> Self:
        """The next form on the way, with the same sending."""
        return cls(formdata=None, data={"to": form.to.data, "kept": form.kept.data})

    def sending(self) -> tuple[str, MultiDict[str | None, str | None]]:
        """Where it goes and its fields; nowhere when they cannot be read."""
        to = str(self.to.data or "")
        try:
            pairs = [(clean(str(name)), clean(str(value))) for name, value in json.loads(str(self.kept.data or ""))]
        except (ValueError, TypeError, RecursionError):
            pairs = []
        return to if pairs and rules.is_path_here(to) else "", MultiDict(pairs)


class ResumeForm(CarryingForm, SignInForm):
    """Signing in to send what was typed while the session ran out."""


class CodeForm(CarryingForm):
    """The second step: a one-time code, or a recovery code in its place."""

    saves_nothing = True
    code = Line(
        _l("One-time code"),
        longest=20,
        description=_l("The six digits that your authenticator app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    recovery = Line(
        _l("Recovery code"),
        longest=60,
        description=_l("One of the ten that you printed or wrote down. Each works once."),
        render_kw={"autocomplete": "off"},
    )

    def validate(self, *args: Any, **more: Any) -> bool:
        is_valid = super().validate(*args, **more)
        if is_valid and not self.code.data and not self.recovery.data:
            self.refuse(DomainError(_("Enter the code from your app, or a recovery code."), "code"))
            return False
        return is_valid


class SetUpForm(CarryingForm):
    """That the app works, shown by one code of it."""

    saves_nothing = True
    code = Line(
        _l("One-time code"),
        longest=20,
        optional=False,
        description=_l("The six digits that your authenticator app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class _NewPassword(CaseworkForm):
    password = _password(
        _l("New password"),
        "new-password",
        description=_l("At least 12 characters. Four or five words that have nothing to do with each other work well."),
    )
    again = _password(_l("The same password again"), "new-password")

    def validate_again(self, field: Any) -> None:
        if field.data != self.password.data:
            raise ValidationError(str(_l("The two passwords are not the same.")))


class ChoosePasswordForm(_NewPassword):
    pass


class ChangePasswordForm(_NewPassword):
    current = _password(_l("Present password"), "current-password")


class LanguageForm(CaseworkForm):
    language = PillsField(_l("Language"), options(list(NAMES.items())), optional=False)


class UsersFilter(Form):
    organisation = Choice(_l("Organisation"), organisation_choices, none_label=_l("All organisations"))
    state = Choice(
        _l("Status"),
        options([("active", _l("Active")), ("invited", _l("Invited")), ("deactivated", _l("Deactivated"))]),
        none_label=_l("All"),
    )


class InviteForm(CaseworkForm):
    name = Line(_l("Name"), optional=False, description=_l("As colleagues know them: given name, then family name."))
    email = Line(_l("E-mail address"), longest=254, optional=False, validators=[an_email])
    organisation = Choice(_l("Organisation"), organisation_choices, optional=False)
    role = PillsField(_l("Role"), role_choices, optional=False)
    language = PillsField(_l("Language"), options(list(NAMES.items())), optional=False)


GRANTS = options(
    [("person:sensitive-need", _l("Sensitive needs: violence, torture, health, disability, protection"))],
)
"""What may be given beyond the role, in words. A test holds it beside `permissions.GRANTABLE`."""


class UserForm(EditForm):
    name = Line(_l("Name"), optional=False)
    role = PillsField(_l("Role"), role_choices, optional=False)
    grants = PillsManyField(
        _l("May also see and record"),
        GRANTS,
        description=_l("For a lawyer whose work it is. It takes effect with their next step, and is audited."),
    )
    is_active = Tick(_l("May sign in"))


class AskRemovalForm(CaseworkForm):
    why = Paragraph(
        _l("How you know that they asked for it"),
        longest=500,
        optional=False,
        description=_l("When and how you spoke with them. Who confirms it reads this. Name nobody from a case."),
    )


class SeenForm(EditForm):
    """A button beside something as it was shown."""


class OrganisationForm(EditForm):
    name_en = Line(_l("Name in English"), optional=False)
    name_ru = Line(_l("Name in Russian"), optional=False)
    name_kk = Line(_l("Name in Kazakh"), optional=False)


class NewOrganisationForm(OrganisationForm):
    kind = PillsField(_l("Kind"), KINDS, optional=False)


class ChangeOrganisationForm(OrganisationForm):
    is_active = Tick(_l("Its people may sign in"))
