"""Which release the factsheet is made of."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from casework.core.forms import Choice


class ReleaseForm(FlaskForm):
    """In the address: it is no one's data."""

    class Meta:
        csrf = False

    release = Choice(_l("Release"), list, optional=False)
