"""Where a browser reports that a page tried something its policy forbids: noted in the log, without what it tried."""

import json
import logging
import re
import time
from collections import deque
from urllib.parse import urlsplit

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from casework.core.access import anonymous
from casework.core.web import csrf

blueprint = Blueprint("reports", __name__)
log = logging.getLogger("casework")

LONGEST = 16 * 1024
A_MINUTE = 30
"""Reports logged in a minute, in each process: more say nothing new, and anybody can send them."""

_DIRECTIVE = re.compile(r"[a-z-]{3,40}")
_logged: deque[float] = deque(maxlen=A_MINUTE)


@blueprint.post("/csp")
@csrf.exempt
@anonymous
def policy_broken() -> ResponseReturnValue:
    """Only which rule was broken on which kind of page: addresses and scraps of code may hold a person's data."""
    if (request.content_length or 0) > LONGEST:
        raise RequestEntityTooLarge
    said = _read(request.stream.read(LONGEST))
    if said is not None and _may_log():
        log.warning(json.dumps({"policy": said[0], "endpoint": said[1]}))
    return "", 204


def _read(body: bytes) -> tuple[str, str | None] | None:
    """The directive and the endpoint of a report; nothing of what is no report."""
    try:
        report = json.loads(body)["csp-report"]
        directive = str(report.get("effective-directive") or report.get("violated-directive")).partition(" ")[0]
        path = urlsplit(str(report.get("document-uri"))).path
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return (directive, _endpoint(path)) if _DIRECTIVE.fullmatch(directive) else None


def _endpoint(path: str) -> str | None:
    try:
        return str(current_app.url_map.bind("").match(path, "GET")[0])
    except HTTPException:
        return None


def _may_log() -> bool:
    now = time.monotonic()
    if len(_logged) == A_MINUTE and now - _logged[0] < 60:
        return False
    _logged.append(now)
    return True
