"""Waiting times, easy passwords and where one may be sent."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.accounts import rules


def test_the_first_failures_are_free_and_then_the_pause_doubles() -> None:
    seconds = [rules.pause(failures, 5).total_seconds() for failures in range(20)]
    assert seconds[:5] == [0] * 5
    assert seconds[5:15] == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    assert set(seconds[15:]) == {900}


@given(st.integers(0, 10**9))
def test_nobody_waits_longer_than_a_quarter_of_an_hour(failures: int) -> None:
    assert timedelta(0) <= rules.pause(failures, 5) <= rules.LONGEST_WAIT


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password!2026",
        "qwertyuiop12",
        "123456789012",
        "йцукенгшщзхъ",
        "Пароль123456",
        "gfhjkm123456",  # пароль on the English keyboard
        "зфыыцщкв1234",  # password on the Russian keyboard
        "aaaaaaaaaaaaaa",
        "abcabcabcabc",
        "asdfasdfasdf1",
        "Алматы2026!!",
        "Казахстан2026",
        "casework2026!",
        "aigerim.invented",  # the name of the user
        "AigerimInvented1",
        "Partner-Aster-77",  # the name of the organisation
        "1qaz2wsx3edc4rfv",
    ],
)
def test_these_are_too_easy(password: str) -> None:
    assert rules.is_too_easy(password, ["Aigerim Invented", "aigerim.invented", "Partner Aster"])


@pytest.mark.parametrize(
    "password",
    [
        "seven grey herons over Balkhash",
        "синий чайник поёт на крыше",
        "көк шәйнек төбеде ән салады",
        "xK9#mQ2vLp7w",
        "correct horse battery staple",
    ],
)
def test_these_are_not(password: str) -> None:
    assert not rules.is_too_easy(password, ["Aigerim Invented", "Partner Aster"])


@given(st.text(min_size=1, max_size=256))
def test_no_password_makes_the_check_fail(password: str) -> None:
    assert rules.is_too_easy(password) in (True, False)


@pytest.mark.parametrize("target", ["/", "/cases", "/cases?stage=new&page=2", "/password/abc-_"])
def test_paths_on_this_site(target: str) -> None:
    assert rules.is_path_here(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "cases",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https://elsewhere.example",
        "javascript:alert(1)",
        "/\t/elsewhere.example",
        "/a\r\nSet-Cookie: x=y",
        " /cases",
        "/\u2028cases",
    ],
)
def test_everything_else_is_refused(target: str) -> None:
    assert not rules.is_path_here(target)
