"""The settings of this site, read once, checked, and never changed while it runs.

They come from the environment (`CASEWORK_…` and `DATABASE_URL`) or from `instance/settings.toml`; the environment
wins. An unknown or wrong setting stops the start with a sentence that says which one and why.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from casework.core.errors import ConfigurationError

PREFIX = "CASEWORK_"
SOURCE_TREE = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "ru", "kk")
COUNTRIES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
"""For which of them (ISO 3166-1 alpha-3) an installation may count and publish."""


@dataclass(frozen=True)
class Settings:
    """Every setting there is. `docs/operations.md` lists them; a test keeps that list complete."""

    instance: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    https: bool = False
    proxies: int = 0
    default_language: str = "en"
    country: str = "KAZ"
    demo: bool = False
    threads: int = 8
    idle_minutes: int = 60
    session_hours: int = 12
    file_mb: int = 20
    daily_mb: int = 1000
    storage_mb: int = 20000
    smtp_url: str | None = None
    mail_from: str | None = None
    backup_dir: Path | None = None
    backup_recipient: tuple[Path, ...] = ()
    backup_keep: int = 30

    @property
    def address(self) -> str:
        """Where a browser finds this site."""
        if self.https:
            return f"https://{self.trusted_hosts[0]}"
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 -- shown, not listened on
        return f"http://{host}:{self.port}"

    @property
    def url(self) -> URL:
        return make_url(self.database_url)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def keys_file(self) -> Path:
        return self.instance / "keys" / "ring.json"

    @property
    def publishing_key_file(self) -> Path:
        return self.instance / "keys" / "publishing.key"

    @property
    def audit_key_file(self) -> Path:
        return self.instance / "keys" / "audit.key"

    @property
    def erased_file(self) -> Path:
        return self.instance / "keys" / "erased.jsonl"


def country() -> str:
    """The country whose persons the running application counts: KAZ."""
    settings: Settings = current_app.extensions["settings"]
    return settings.country


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force, or a ConfigurationError that says what is wrong."""
    environment = os.environ if environment is None else environment
    instance = Path(environment.get(PREFIX + "INSTANCE", SOURCE_TREE / "instance")).resolve()
    given = _from_file(instance / "settings.toml")
    given.update(_from_environment(environment))
    given["instance"] = instance
    given.setdefault("database_url", f"sqlite:///{instance / 'casework.db'}")
    return _checked(given)


def _names() -> set[str]:
    return {f.name for f in fields(Settings)} - {"instance"}


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}.") from error
    for name in given:
        if name not in _names():
            raise ConfigurationError(f"{path} has a setting “{name}” that Casework does not know. {_known()}")
    return given


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for variable, value in environment.items():
        if variable == "DATABASE_URL":
            given["database_url"] = value
        elif variable.startswith(PREFIX) and variable != PREFIX + "INSTANCE":
            name = variable.removeprefix(PREFIX).lower()
            if name not in _names():
                raise ConfigurationError(
                    f"The environment has {variable}, a setting that Casework does not know. {_known()}"
                )
            given[name] = value
    return given


def _known() -> str:
    return "Known settings: " + ", ".join(sorted(_names())) + "."


def _checked(given: dict[str, Any]) -> Settings:
    values = dict(given)
    # Zero would start a site that serves nobody, or that signs everyone out at once.
    least_of = {"port": 0, "proxies": 0, "threads": 1, "idle_minutes": 1, "session_hours": 1}
    for name, least in {**least_of, "file_mb": 1, "daily_mb": 1, "storage_mb": 1, "backup_keep": 1}.items():
        if name in values:
            values[name] = _whole(name, values[name], least)
    for name in ("https", "demo"):
        if name in values:
            values[name] = _yes_or_no(name, values[name])
    for name in ("smtp_url", "mail_from"):
        values[name] = values.get(name) or None
    for name in ("trusted_hosts", "backup_recipient"):
        if isinstance(values.get(name), str):
            values[name] = [one.strip() for one in values[name].split(",") if one.strip()]
    _place_backups(values)
    if "trusted_hosts" in values:
        values["trusted_hosts"] = tuple(values["trusted_hosts"])
        if not values["trusted_hosts"]:
            raise ConfigurationError("trusted_hosts is empty: name the host names this site answers to.")
    settings = Settings(**values)
    if settings.default_language not in LANGUAGES:
        raise ConfigurationError(
            f"default_language is “{settings.default_language}”: it must be one of {', '.join(LANGUAGES)}."
        )
    if settings.country not in COUNTRIES:
        raise ConfigurationError(f"country is “{settings.country}”: it must be one of {', '.join(COUNTRIES)}.")
    if not 0 < settings.port < 65536:
        raise ConfigurationError(f"port is {settings.port}: it must lie between 1 and 65535.")
    _check_mail(settings)
    try:
        backend = settings.url.get_backend_name()
    except ArgumentError as error:
        raise ConfigurationError(
            "DATABASE_URL is not a database address such as sqlite:////path or postgresql://…"
        ) from error
    if backend not in ("sqlite", "postgresql"):
        raise ConfigurationError(f"DATABASE_URL names “{backend}”: Casework works with sqlite and postgresql.")
    if backend == "postgresql" and settings.url.drivername != "postgresql+psycopg":
        address = settings.url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        settings = Settings(**{**values, "database_url": address})
    return settings


def _place_backups(values: dict[str, Any]) -> None:
    """Paths are meant from the instance folder on. What they name may come and go: whoever makes a backup looks."""
    instance: Path = values["instance"]
    values["backup_dir"] = instance / values["backup_dir"] if values.get("backup_dir") else None
    values["backup_recipient"] = tuple(instance / one for one in values.get("backup_recipient") or ())


def _check_mail(settings: Settings) -> None:
    if not settings.smtp_url:
        return
    try:
        given = urlsplit(settings.smtp_url)
        is_right = given.scheme in ("smtp", "smtps") and bool(given.hostname) and given.port != 0
    except ValueError:
        is_right = False
    if not is_right:  # it may hold a password: it is not repeated
        raise ConfigurationError(
            "smtp_url is not the address of a mail server such as smtp://user:password@mail.example.org:587 "
            "(or smtps://…)."
        )
    sender = settings.mail_from or ""
    name, at, domain = sender.partition("@")
    if not (name and at and domain) or any(one in sender for one in " <>,\r\n"):
        raise ConfigurationError("mail_from is not an e-mail address: with smtp_url, say from whom the mails come.")


def _whole(name: str, value: Any, least: int) -> int:
    try:
        number = int(str(value))
    except ValueError as error:
        raise ConfigurationError(f"{name} is “{value}”: it must be a whole number.") from error
    if number < least:
        raise ConfigurationError(f"{name} is {number}: it must be {least} or more.")
    return number


def _yes_or_no(name: str, value: Any) -> bool:
    match str(value).lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off" | "":
            return False
    raise ConfigurationError(f"{name} is “{value}”: it must be yes or no.")
