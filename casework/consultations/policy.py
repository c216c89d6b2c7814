"""Who reads a private note, and who may take a session back."""

from casework.consultations.models import Consultation
from casework.core.scope import Principal


def may_read_private_note(who: Principal, consultation: Consultation) -> bool:
    """The lawyer who wrote it, the lawyer who has the case now, and supervisors."""
    if who.may("private-note:read"):
        return True
    return who.user_id in (consultation.lawyer_id, consultation.recorded_by_id, consultation.case.lawyer_id)


def may_change(who: Principal, consultation: Consultation) -> bool:
    """One's own sessions and those of one's own cases; a supervisor's permission covers all."""
    return not consultation.is_void and may_read_private_note(who, consultation)
