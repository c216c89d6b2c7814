"""What a checklist amounts to."""

from dataclasses import dataclass

import pytest

from casework.evidence.rules import Progress, is_settled, progress, things, unsettled


@dataclass
class Entry:
    state: str
    group: str | None = None
    is_required: bool = True
    for_stage: str | None = "APPLIED"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["HAVE"], True),
        (["CANNOT"], True),
        (["ASKED"], False),
        (["MISSING"], False),
        (["MISSING", "HAVE"], True),
        (["CANNOT", "MISSING"], False),
        (["CANNOT", "CANNOT"], True),
    ],
)
def test_one_that_is_there_suffices(states: list[str], expected: bool) -> None:
    assert is_settled([Entry(state, "one") for state in states]) is expected


def test_alternatives_stand_together() -> None:
    lines = [Entry("HAVE"), Entry("ASKED", "birth"), Entry("MISSING"), Entry("HAVE", "birth")]
    assert [[one.state for one in thing] for thing in things(lines)] == [["HAVE"], ["ASKED", "HAVE"], ["MISSING"]]


def test_what_a_stage_still_lacks() -> None:
    elsewhere = Entry("MISSING", for_stage="DECISION")
    useful = Entry("MISSING", is_required=False)
    photo = Entry("ASKED")
    passport, form = Entry("CANNOT", "identity"), Entry("MISSING", "identity")
    lines = [Entry("HAVE"), elsewhere, useful, photo, passport, form]
    assert unsettled(lines, "APPLIED") == [photo, form], "an alternative that cannot be had is no way out"
    assert unsettled(lines, "DECISION") == [elsewhere]
    assert unsettled(lines, "NO_SUCH_STAGE") == []


def test_progress_counts_what_is_required() -> None:
    useful = Entry("MISSING", is_required=False)
    assert progress([Entry("HAVE"), Entry("MISSING", "one"), Entry("HAVE", "one"), Entry("ASKED"), useful]) == Progress(
        2, 3
    )
    assert progress([useful, Entry("HAVE", is_required=False)]) == Progress(1, 2), "nothing is required: all counts"
    assert progress([]) == Progress(0, 0)
