"""Settings: where they come from, which wins, and the sentence that a wrong one gets."""

from dataclasses import fields
from pathlib import Path

import pytest

from casework.core.config import Settings, load
from casework.core.errors import ConfigurationError


def given(tmp_path: Path, file: str | None = None, **environment: str) -> Settings:
    if file is not None:
        (tmp_path / "settings.toml").write_text(file, "utf-8")
    return load({"CASEWORK_INSTANCE": str(tmp_path), **environment})


def test_without_any_settings_it_is_one_office_on_this_machine(tmp_path: Path) -> None:
    settings = given(tmp_path)
    assert settings.is_sqlite
    assert settings.url.database == str(tmp_path / "casework.db")
    assert (settings.host, settings.port, settings.https, settings.demo) == ("127.0.0.1", 8000, False, False)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = given(tmp_path, "port = 1\nthreads = 3\n", CASEWORK_PORT="8010")
    assert (settings.port, settings.threads) == (8010, 3)


def test_a_site_counts_for_one_country(tmp_path: Path) -> None:
    assert given(tmp_path).country == "KAZ"
    assert given(tmp_path, CASEWORK_COUNTRY="KGZ").country == "KGZ"
    with pytest.raises(ConfigurationError, match="country is “AFG”: it must be one of KAZ, KGZ"):
        given(tmp_path, 'country = "AFG"\n')


def test_lists_and_yes_or_no(tmp_path: Path) -> None:
    settings = given(tmp_path, CASEWORK_TRUSTED_HOSTS=" a.example , b.example ", CASEWORK_HTTPS="yes")
    assert settings.trusted_hosts == ("a.example", "b.example")
    assert settings.https
    assert given(tmp_path, 'trusted_hosts = ["c.example"]\nhttps = false\n').trusted_hosts == ("c.example",)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgres"])
def test_postgresql_is_reached_with_psycopg(tmp_path: Path, scheme: str) -> None:
    address = f"{scheme}://who:secret@db.example/casework"
    if scheme == "postgres":
        with pytest.raises(ConfigurationError, match="postgresql"):
            given(tmp_path, DATABASE_URL=address)
        return
    settings = given(tmp_path, DATABASE_URL=address)
    assert settings.url.drivername == "postgresql+psycopg"
    assert settings.url.password == "secret"


@pytest.mark.parametrize(
    ("file", "environment", "says"),
    [
        ("port = ", {}, "not valid TOML"),
        ("prot = 8000", {}, "prot"),
        (None, {"CASEWORK_PROT": "8000"}, "CASEWORK_PROT"),
        (None, {"CASEWORK_PORT": "many"}, "whole number"),
        (None, {"CASEWORK_PORT": "0"}, "65535"),
        (None, {"CASEWORK_PORT": "70000"}, "65535"),
        (None, {"CASEWORK_PROXIES": "-1"}, "0 or more"),
        (None, {"CASEWORK_THREADS": "0"}, "threads is 0: it must be 1 or more"),
        (None, {"CASEWORK_IDLE_MINUTES": "0"}, "1 or more"),
        (None, {"CASEWORK_SESSION_HOURS": "0"}, "1 or more"),
        (None, {"CASEWORK_HTTPS": "perhaps"}, "yes or no"),
        (None, {"CASEWORK_TRUSTED_HOSTS": " , "}, "trusted_hosts"),
        (None, {"CASEWORK_DEFAULT_LANGUAGE": "fr"}, "en, ru, kk"),
        (None, {"DATABASE_URL": "mysql://db.example/casework"}, "mysql"),
        (None, {"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        (None, {"CASEWORK_SMTP_URL": "mail.example.org"}, "smtp_url"),
        (None, {"CASEWORK_SMTP_URL": "http://mail.example.org"}, "smtp_url"),
        (None, {"CASEWORK_SMTP_URL": "smtp://:25"}, "smtp_url"),
        (None, {"CASEWORK_SMTP_URL": "smtp://mail.example.org:many"}, "smtp_url"),
        (None, {"CASEWORK_SMTP_URL": "smtp://mail.example.org"}, "mail_from"),
        (None, {"CASEWORK_SMTP_URL": "smtp://a.example", "CASEWORK_MAIL_FROM": "a@b.example\nBcc: c@d"}, "mail_from"),
    ],
)
def test_a_wrong_setting_gets_a_sentence(
    tmp_path: Path, file: str | None, environment: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says) as refused:
        given(tmp_path, file, **environment)
    assert str(refused.value).rstrip().endswith((".", "…"))


def test_a_mail_server_with_its_password(tmp_path: Path) -> None:
    settings = given(
        tmp_path, CASEWORK_SMTP_URL="smtps://a:b%40c@mail.example.org", CASEWORK_MAIL_FROM="desk@a.example"
    )
    assert (settings.smtp_url, settings.mail_from) == ("smtps://a:b%40c@mail.example.org", "desk@a.example")


def test_the_password_of_the_mail_server_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        given(tmp_path, CASEWORK_SMTP_URL="smtp://user:geheim@:many")
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"CASEWORK_HOST": "::", "CASEWORK_PORT": "8010"}, "http://127.0.0.1:8010"),
        ({"CASEWORK_HTTPS": "yes", "CASEWORK_TRUSTED_HOSTS": "a.example,b.example"}, "https://a.example"),
    ],
)
def test_where_a_browser_finds_it(tmp_path: Path, environment: dict[str, str], address: str) -> None:
    assert given(tmp_path, **environment).address == address


def test_a_setting_cannot_be_changed_while_it_runs(tmp_path: Path) -> None:
    with pytest.raises(AttributeError):
        given(tmp_path).port = 1  # type: ignore[misc]


def test_every_setting_can_be_given_in_the_environment(tmp_path: Path) -> None:
    for one in fields(Settings):
        if one.name in ("instance", "database_url"):
            continue
        value = getattr(given(tmp_path), one.name)
        words = ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        assert getattr(given(tmp_path, **{f"CASEWORK_{one.name.upper()}": words}), one.name) == value
