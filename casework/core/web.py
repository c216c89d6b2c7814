"""The edge: one commit per request, headers, errors, static files, and sendings that count once."""

import hashlib
import json
import logging
import re
import secrets
import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import ForeignKey, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError
from wtforms import HiddenField

from casework.core import access, audit
from casework.core.db import Base, db
from casework.core.errors import DomainError, Hidden, Refused
from casework.core.forms import new_nonce, shown
from casework.core.receiving import Received
from casework.core.scope import principal

SAFE = {"GET", "HEAD", "OPTIONS"}
csrf = CSRFProtect()
log = logging.getLogger("casework")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types casework; report-uri /csp"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # not no-referrer: Flask-WTF needs a Referer over HTTPS
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}


class Submission(Base):
    """A sending that was carried out, and where it led: the same sending again leads there and does nothing."""

    __tablename__ = "submissions"
    __audited__ = False

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    location: Mapped[str]


class Cookies(SecureCookieSessionInterface):
    """The signed cookie of a session, which an answer that is the same for everyone neither sets nor varies by."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not access.is_anonymous(request.endpoint):
            super().save_session(app, session, response)


class Casework(Flask):
    """Flask with one commit at the edge: only for an unsafe method, only when the answer is not an error."""

    request_class = Received
    session_interface = Cookies()

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method in SAFE:
            answer = self.make_response(super().dispatch_request())
            audit.write_apart(principal())
            return answer
        try:
            sending = _claimed()
        except IntegrityError:
            db.session.rollback()
            return redirect(_earlier_result() or request.path)
        answer = self.make_response(super().dispatch_request())
        if g.get("refused") and answer.status_code == 200:
            answer.status_code = 422  # a form shown again with its errors: nothing of it is saved
        if answer.status_code >= 400:
            audit.write_apart(principal())
            db.session.rollback()
            return answer
        _settle(sending, answer)
        db.session.commit()
        return answer


def _nonce() -> str | None:
    nonce = request.form.get("nonce", "")
    return nonce if re.fullmatch(r"[\w-]{16,64}", nonce, re.ASCII) else None


def _claimed() -> Submission | None:
    """This sending, entered before anything is done. The same one sent again waits here for the first to end.

    IntegrityError: it was carried out already.
    """
    who, nonce = principal(), _nonce()
    if who is None or who.user_id is None or nonce is None or access.is_by_itself(request.endpoint):
        return None
    sending = Submission(user_id=who.user_id, nonce=nonce, location="")
    db.session.add(sending)
    db.session.flush()
    return sending


def _settle(sending: Submission | None, answer: Response) -> None:
    """Keep where it led; an answer that is a page of its own is not kept, and so the sending is not either."""
    if sending is None:
        return
    if answer.status_code in (302, 303):
        sending.location = answer.headers["Location"]
    else:
        db.session.delete(sending)


def _earlier_result() -> str | None:
    who = principal()
    nonce = _nonce()
    if who is None or who.user_id is None or nonce is None:
        return None
    return db.session.scalar(
        select(Submission.location).where(Submission.user_id == who.user_id, Submission.nonce == nonce)
    )


# -- static files ------------------------------------------------------------------------------------------------


@lru_cache
def _fingerprint(path: Path, changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def static(name: str) -> str:
    """The address of a static file, which changes when the file does, so that it may be kept for a year."""
    from flask import current_app

    path = Path(str(current_app.static_folder)) / name
    return url_for("static", filename=name, v=_fingerprint(path, path.stat().st_mtime))


# -- errors ------------------------------------------------------------------------------------------------------


def _page(status: int, **words: Any) -> tuple[str, int]:
    return render_template("errors/error.html", status=status, **words), status


def log_exception(error: BaseException) -> str:
    """Type, place and a reference: never the message or the values, which may hold a person's data."""
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames][-6:]
    line = {"reference": reference, "error": type(error).__name__, "endpoint": request.endpoint, "at": ours}
    log.error(json.dumps(line))
    return reference


def _is_taken(error: IntegrityError) -> bool:
    """Whether a unique key refused: two saved the same at once, so that neither saw the other when it was checked."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in ("23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")


def refuse_other_hosts() -> ResponseReturnValue | None:
    """400 for a name that is not this site's. It has no addresses under that name, so the page has no links either."""
    if not isinstance(request.routing_exception, SecurityError):
        return None
    return render_template("errors/host.html"), 400


def refuse_other_sites() -> None:
    """400 for what another site had a browser send, whatever cookies came along; addresses for everybody excepted."""
    if request.method in SAFE or access.is_anonymous(request.endpoint):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise BadRequest


def init_errors(app: Flask) -> None:
    def finish_safely(status: int) -> None:
        if "_sqlalchemy_sessions" in g:
            db.session.rollback()
        if status == 403 or (status == 404 and request.view_args):
            access.note_refusal(status)

    @app.errorhandler(Hidden)
    def hidden(error: Hidden) -> ResponseReturnValue:
        finish_safely(404)
        return _page(404)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        finish_safely(403)
        return _page(403)

    @app.errorhandler(DomainError)
    def rule_refused(error: DomainError) -> ResponseReturnValue:
        finish_safely(422)
        return _page(422, message=error.message)

    @app.errorhandler(StaleDataError)
    def stale(error: StaleDataError) -> ResponseReturnValue:
        finish_safely(409)
        return _page(409)

    @app.errorhandler(IntegrityError)
    def taken(error: IntegrityError) -> ResponseReturnValue:
        if not _is_taken(error):
            return unforeseen(error)
        reference = log_exception(error)
        finish_safely(409)
        return _page(
            409,
            message=_("Somebody else has just saved the same: it can be there only once."),
            reference=reference,
        )

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> ResponseReturnValue:
        reference = log_exception(error)
        finish_safely(503)
        return _page(503, reference=reference)

    @app.errorhandler(CSRFError)
    def csrf_failed(error: CSRFError) -> ResponseReturnValue:
        if principal() is None and not access.is_public(request.endpoint):
            return app.handle_user_exception(access.SignInFirst())  # the cookie went with the browser's window
        finish_safely(400)
        return _page(400)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if error.response is not None or 300 <= status < 400:
            return error.get_response()
        finish_safely(status)
        return _page(status)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> ResponseReturnValue:
        reference = log_exception(error)
        if app.testing:
            traceback.print_exception(error)
        finish_safely(500)
        return _page(500, reference=reference)


def init_headers(app: Flask) -> None:
    @app.after_request
    def headers(answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if app.extensions["settings"].https:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif not (access.is_anonymous(request.endpoint) and "Cache-Control" in answer.headers):
            answer.headers["Cache-Control"] = "no-store"
        return answer


# -- two people, one record --------------------------------------------------------------------------------------


def conflict_page(
    form: Any, saved: Any, *, version: int, keep_url: str, who: str | None = None, when: str = ""
) -> ResponseReturnValue:
    """Both versions side by side. `saved` is the same form filled from the row; the user's text travels on."""
    theirs, mine = [], []
    for field in form:
        if isinstance(field, HiddenField):
            continue
        theirs.append((field.label.text, shown(saved[field.short_name])))
        mine.append((field.label.text, shown(field)))
    form.version.data = str(version)
    form.version.raw_data = None
    form.nonce.data = new_nonce()
    page = render_template(
        "errors/conflict.html", form=form, theirs=theirs, mine=mine, who=who, when=when, keep_url=keep_url
    )
    return page, 409
