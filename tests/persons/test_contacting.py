"""The one rule on how somebody may be reached."""

from typing import Any

import pytest
from flask import Flask

from casework.persons.contacting import rule_of
from casework.persons.models import Contacts


@pytest.fixture(autouse=True)
def _codes(acting: Any, world: Any) -> Any:
    with acting(world.principal("lawyer")):
        yield


@pytest.mark.parametrize(
    ("contacts", "ways"),
    [
        (Contacts(), "none"),
        (Contacts(safety="NOT_ASKED", may_say="ANYTHING", may_pass_on=True), "none"),
        (Contacts(safety="ANY_TIME"), "call write message name"),
        (Contacts(safety="ANY_TIME", never_by_message=True), "call write name"),
        (Contacts(safety="ANY_TIME", may_say="NOTHING", may_pass_on=True), "call write message pass"),
        (Contacts(safety="SET_HOURS"), "call write message"),
        (Contacts(safety="SET_HOURS", may_say="CLINIC"), "call write message name"),
        (Contacts(safety="OTHER_ANSWERS"), "call"),
        (Contacts(safety="NEVER_CALL"), "write message"),
        (Contacts(safety="NEVER_WRITE"), "call"),
        (Contacts(safety="IN_PERSON", may_pass_on=True), "pass"),
    ],
)
def test_ways(app: Flask, contacts: Contacts, ways: str) -> None:
    found = rule_of(contacts)
    told = {
        "call": found.may_call,
        "write": found.may_write,
        "message": found.may_message,
        "name": found.may_name_us,
        "pass": found.may_pass_on,
    }
    assert {way for way, is_open in told.items() if is_open} == set(ways.split()) - {"none"}
    assert found.is_asked == (contacts.safety not in (None, "NOT_ASKED"))
    assert found.sentences
    assert found.is_open == ({"call", "write", "message"} <= set(ways.split()))


def test_what_was_told_is_said() -> None:
    contacts = Contacts(
        safety="SET_HOURS", who_answers="Мать", best_times="Утром", safety_note="Код: берёза", asked_on="2026-03-02"
    )
    text = " ".join(rule_of(contacts).sentences)
    for words in ("Мать", "Утром", "Код: берёза", "2 March 2026", "only ask for the person"):
        assert words in text
    assert rule_of(contacts).tone == "warn"
    assert rule_of(Contacts(safety="ANY_TIME")).tone == "ok"
    assert rule_of(Contacts()).tone == "bad"
