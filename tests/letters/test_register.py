"""Two write letters of one organisation at the same moment: every number once, and none left out."""

import threading
from collections import Counter

import pytest
from flask import Flask

from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as
from casework.letters import actions
from tests.factories import World
from tests.letters.conftest import TODAY, Record, begun, case_of

EACH = 4


def test_the_register_has_no_gap_and_no_number_twice(app: Flask, world: World, record: Record) -> None:
    start = threading.Barrier(2)
    given: Counter[str | None] = Counter()
    failed: list[BaseException] = []

    def write(role: str) -> None:
        with clock.at(TODAY), app.app_context(), acting_as(world.principal(role)):
            start.wait()
            for _ in range(EACH):
                try:
                    letter = begun(record.case)
                    actions.finish(case_of(record.case), letter)
                    db.session.commit()
                    given[letter.number] += 1
                except Exception as error:  # noqa: BLE001  whatever it is, the other thread must not wait for ever
                    failed.append(error)
                    db.session.rollback()

    threads = [threading.Thread(target=write, args=(role,)) for role in ("lawyer", "supervisor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert given == Counter(f"26/{number:04}" for number in range(1, 2 * EACH + 1))


def test_a_letter_that_fails_takes_no_number(
    app: Flask, world: World, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), acting_as(world.principal("lawyer")):
        letter = begun(record.case)
        case = case_of(record.case)
        monkeypatch.setattr(actions, "set_as_pdf", _breaks)
        with pytest.raises(RuntimeError):
            actions.finish(case, letter)
        monkeypatch.undo()
        db.session.rollback()
    with app.app_context(), acting_as(world.principal("lawyer")):
        letter = begun(record.case)
        actions.finish(case_of(record.case), letter)
        assert letter.number == "26/0001"


def _breaks(*_args: object) -> bytes:
    raise RuntimeError
