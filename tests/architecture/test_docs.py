"""The documentation says what the code says, and leads nowhere that does not exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from casework.accounts.permissions import ALL, Role
from casework.core.config import PREFIX, Settings
from casework.core.db import Base
from tools import docs

ROOT = Path(__file__).resolve().parents[2]
AT_THE_TOP = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
PAGES = [*(ROOT / name for name in AT_THE_TOP), *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PATH_IN_CODE = re.compile(r"`((?:casework|templates|tests|tools|docs|migrations|\.ci)/[\w./-]*)`")
SCREENSHOTS = ROOT / "docs" / "screenshots"


@pytest.fixture(scope="module")
def written() -> dict[Path, str]:
    return docs.pages()


@pytest.mark.parametrize("path", [docs.ACCESS, docs.DICTIONARY], ids=lambda path: path.name)
def test_generated_pages_are_current(written: dict[Path, str], path: Path) -> None:
    assert path.read_text("utf-8") == written[path], f"{path.name} is out of date. Run: make docs"


def test_every_permission_is_listed_with_its_roles() -> None:
    lines = docs.ACCESS.read_text("utf-8").splitlines()
    listed = {line.split("`")[1] for line in lines if re.match(r"\| `[a-z-]+:[a-z-]+` \|", line)}
    assert listed == ALL
    assert all(role.value in docs.ACCESS.read_text("utf-8") for role in Role)


def test_no_address_goes_undeclared(written: dict[Path, str]) -> None:
    assert "NOT DECLARED" not in written[docs.ACCESS]


def test_every_table_is_in_the_dictionary() -> None:
    listed = set(re.findall(r"^### (\w+)$", docs.DICTIONARY.read_text("utf-8"), re.MULTILINE))
    assert listed == set(Base.metadata.tables)


@pytest.mark.parametrize("setting", [one.name for one in fields(Settings)])
def test_every_setting_is_explained(setting: str) -> None:
    rows = [line for line in _operations().splitlines() if line.startswith(f"| `{setting}` |")]
    assert len(rows) == 1, f"docs/operations.md does not list the setting {setting} (once)."
    variable = "DATABASE_URL" if setting == "database_url" else PREFIX + setting.upper()
    assert f"`{variable}`" in rows[0]
    default = next(one.default for one in fields(Settings) if one.name == setting)
    if isinstance(default, bool):
        assert f"| `{'yes' if default else 'no'}` |" in rows[0]
    elif isinstance(default, str | int):
        assert f"| `{default}` |" in rows[0]


def test_no_setting_is_explained_that_does_not_exist() -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", _operations()))
    assert {name.lower() for name in named} <= {one.name for one in fields(Settings)}


def _operations() -> str:
    return (ROOT / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize(("kind", "last"), [("R", 56), ("T", 13)])
def test_the_threat_model_answers_every_requirement_and_adversary_once(kind: str, last: int) -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    answered = [int(number) for number in re.findall(rf"^\| {kind}(\d+) \|", text, re.MULTILINE)]
    assert answered == list(range(1, last + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_points_at_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    linked = [(page.parent / target).resolve() for target in LINK.findall(text)]
    named = [ROOT / name for name in PATH_IN_CODE.findall(text)]
    missing = [str(one) for one in [*linked, *named] if not one.exists() and SCREENSHOTS not in one.parents]
    assert not missing, f"{page.name} points at what is not there: {', '.join(missing)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_machine_of_ours(page: Path) -> None:
    found = re.findall(r"/(?:work|home|root|tmp)/\S*|\bpypi\.\S+|\bregistry\.npmjs\S*", page.read_text("utf-8"))
    assert not found


def test_decisions_are_numbered_and_short() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    too_long = [path.name for path in DECISIONS if len(path.read_text("utf-8").splitlines()) > 25]
    assert not too_long
    for path in DECISIONS:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert all(part in text for part in ("**Context.**", "**Decision.**", "**Consequence.**")), path.name


def test_the_glossary_has_three_languages() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| Term", "|---"))
    ]
    assert rows
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    terms = [row[0] for row in rows]
    assert len(terms) == len(set(terms))
