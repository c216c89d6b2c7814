"""Counting the deadlines of every open case anew: each morning, and soon after the working calendar has changed."""

from datetime import time
from typing import Any

from casework.core import jobs
from casework.core.events import calendar_changed
from casework.core.jobs import Job, daily
from casework.proceedings import actions

RECOUNT = Job("proceedings.recount", daily(time(0, 5)), actions.recount_open)


def listen() -> None:
    calendar_changed.connect(_count_again)


def _count_again(_sender: Any) -> None:
    jobs.again(RECOUNT.name)
