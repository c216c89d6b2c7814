"""Whom an @ in a text means."""

import pytest

from casework.comments.rules import mentioned

NAMES = {1: "Асель Сейтқали", 2: "Марат Ким", 3: "Марат Кимов", 4: "Anna-Maria Weiss", 5: "Anna Weiss"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Асель, посмотрите", {1}),
        ("спросим @асель сейтқали.", {1}),
        ("@Асель  Сейтқали и @Anna-Maria", {1, 4}),
        ("@Марат Кимов знает", {3}),
        ("@Марат Ким знает", {2}),
        ("@Марат знает", set()),  # two have this first name
        ("@Маратбек знает", set()),
        ("@Аселька", set()),
        ("Асель, посмотрите", set()),
        ("asel@асель.kz", set()),
        ("@@Асель", {1}),
        ("@Anna Weiss", {5}),
        ("@", set()),
        ("", set()),
    ],
)
def test_whom_a_text_speaks_to(text: str, meant: set[int]) -> None:
    assert mentioned(text, NAMES) == meant


def test_nobody_without_a_name() -> None:
    assert mentioned("@ и ещё", {1: " "}) == set()
