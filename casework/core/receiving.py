"""How large a request may be, and that a file in it never lies open on the disk.

Only a view that says so receives files, and only from someone who may send them; everybody else is turned away before
the body is read.
"""

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

from flask import Request, current_app
from werkzeug.exceptions import RequestEntityTooLarge

from casework.core import storage
from casework.core.config import Settings
from casework.core.scope import principal

View = TypeVar("View", bound=Callable[..., Any])
MB = 1024 * 1024
_BESIDE_ONE_FILE = 12 * MB
_MOST_FILES = 50


def receives_files(view: View) -> View:
    """Requests to this view may hold files. Goes under `@requires(…)`."""
    view.receives_files = True  # type: ignore[attr-defined]
    return view


def most(settings: Settings) -> int:
    """The largest body of all: one file of the largest size, and something beside it."""
    return settings.file_mb * MB + _BESIDE_ONE_FILE


def in_memory(settings: Settings) -> dict[str, Any]:
    """What waitress must be told to keep bodies and answers in memory: what overflows goes to a temporary file, open
    to whoever has the disk. A body larger than any view takes is refused by its length, before it is read.
    """
    return {
        "max_request_body_size": most(settings) + 1,
        "inbuf_overflow": most(settings) + 2,
        "outbuf_overflow": 1 << 40,
        "outbuf_high_watermark": MB,  # a download waits for its reader instead of filling the memory
    }


class Received(Request):
    """A request as Casework takes it."""

    _files_so_far = 0

    @property
    def _brings_files(self) -> bool:
        view = current_app.view_functions.get(self.endpoint or "")
        who = principal()
        return getattr(view, "receives_files", False) and who is not None and who.may(getattr(view, "access", ""))

    @property
    def max_content_length(self) -> int | None:
        if self._brings_files:
            return most(current_app.extensions["settings"])
        return super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("A view says by @receives_files that it takes more.")

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Never a temporary file: sealed where files are expected, elsewhere in memory, which the limit keeps small."""
        self._files_so_far += 1
        if self._files_so_far > _MOST_FILES:
            raise RequestEntityTooLarge
        return cast("IO[bytes]", storage.Spool() if self._brings_files else io.BytesIO())
