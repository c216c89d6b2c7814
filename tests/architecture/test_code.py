"""What holds for the code as a whole: names, sizes, who commits, who may reach past the mapper."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.core.config import SOURCE_TREE
from tools import check_templates

CODE = sorted((SOURCE_TREE / "casework").rglob("*.py"))
FEATURES = [path for path in CODE if path.parent.name not in ("casework", "core", "demo")]
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}
LONGEST = 450
LONGER = {
    # Data rather than code, or one idea that reads worse in two places. No file may join without a reason.
    "casework/demo/plan.py": 940,  # the invented caseload, as data
    "casework/figures/indicators.py": 490,  # every indicator with its definition, one after the other
    "casework/persons/names.py": 600,  # whole names compared, and the index that finds people by them
}
COMMITTERS = {
    "casework/accounts/commands.py",  # a command is its own edge
    "casework/accounts/sign_in.py",  # before any request's own session: sign-in counts even when the page fails
    "casework/accounts/second_step.py",  # a code counts once, whatever happens to the request
    "casework/accounts/throttle.py",  # what is counted outlasts whatever happens to the request
    "casework/backups/actions.py",  # that a backup failed is noted, although nothing else was done
    "casework/backups/checking.py",  # settles what the ledger takes back before it is recounted
    "casework/backups/restoring.py",  # a command is its own edge, and goes on where it was interrupted
    "casework/conflicts/jobs.py",  # what is one’s own is saved before others are read, so that nobody waits meanwhile
    "casework/duplicates/jobs.py",  # a job saves slice by slice, so that nobody waits for all of it
    "casework/elsewhere/jobs.py",  # the look writes for both sides at once, with a session of its own
    "casework/figures/commands.py",  # a command is its own edge
    "casework/rights/again.py",  # a restore erases in each organisation’s own session
    "casework/keys/commands.py",  # a command is its own edge
    "casework/keys/resealing.py",  # slice by slice, so that nobody waits for all of it
    "casework/referrals/jobs.py",  # what both organisations know is written in a session of its own
    "casework/proceedings/jobs.py",  # a job saves slice by slice, so that nobody waits for all of it
    "casework/transfers/jobs.py",  # each step is one transaction, for one side at a time
    "casework/releases/commands.py",  # a command is its own edge, and each step of long work is saved
}
PAST_THE_MAPPER = {
    "casework/backups/copying.py",  # every row of every table, whatever it is
    "casework/backups/making.py",  # all tables in one reading transaction
    "casework/backups/restoring.py",  # puts rows into tables as they were
    "casework/figures/actions.py",  # adds into balances in one statement
    "casework/oversight/health.py",  # asks the database about itself
}


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE_TREE))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def calls(path: Path, *attributes: str) -> Iterator[int]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in attributes:
            yield node.lineno


def test_no_place_is_called_for_everything() -> None:
    parts = {(name(path), part) for path in CODE for part in (path.stem, path.parent.name)}
    assert [path for path, part in sorted(parts) if part in BANNED] == []


def test_files_stay_short() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in CODE}
    assert {path: lines for path, lines in lengths.items() if lines > LONGER.get(path, LONGEST)} == {}


def test_features_leave_the_commit_to_the_edge() -> None:
    found = {name(path) for path in FEATURES if any(calls(path, "commit"))}
    assert found <= COMMITTERS


def test_nobody_reaches_past_the_mapper() -> None:
    """text(), bare tables and the connection itself know nothing of organisations; wall 2 would refuse them late."""
    found = set()
    for path in FEATURES:
        code = path.read_text("utf-8")
        if any(calls(path, "connection", "exec_driver_sql")) or re.search(
            r"__table__|\bsa\.text\(|sqlalchemy import .*\btext\b", code
        ):
            found.add(name(path))
    assert found <= PAST_THE_MAPPER


def test_no_form_writes_a_row_by_itself() -> None:
    """Mass assignment: what a form holds is named field by field."""
    assert [name(path) for path in CODE if any(calls(path, "populate_obj"))] == []


def test_no_template_from_a_string() -> None:
    code = {name(path): path.read_text("utf-8") for path in CODE}
    assert [path for path, text in code.items() if "render_template_string" in text or "from_string" in text] == []


def test_views_ask_queries() -> None:
    """A page asks its question in queries: no SELECT in a view."""
    asking = {
        name(path) for path in FEATURES if path.stem == "views" and re.search(r"\bselect\(", path.read_text("utf-8"))
    }
    assert asking == set()


def test_templates_carry_nothing_inline() -> None:
    found = [
        f"{path.relative_to(SOURCE_TREE)}:{line}: {rule}"
        for path in sorted((SOURCE_TREE / "templates").rglob("*.html"))
        for line, rule in check_templates.wrong_in_template(path.read_text("utf-8"))
    ]
    found += [
        f"{name(path)}:{line}: {rule}"
        for path in CODE
        for line, rule in check_templates.wrong_in_python(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "wrong",
    ['<p style="x">', '<a onclick="x()">', "<script>x()</script>", "<p>{{ name|safe }}</p>", '<a href="javascript:x">'],
)
def test_the_template_check_sees(wrong: str) -> None:
    assert list(check_templates.wrong_in_template(wrong))


def test_every_requirement_is_declared() -> None:
    """What the code imports is what an installation gets: a library that only the tests bring would be missed late."""
    declared = (SOURCE_TREE / "requirements.txt").read_text("utf-8").lower().replace("-", "_")
    found = set()
    for path in CODE:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    import sys

    outside = found - set(sys.stdlib_module_names) - {"casework"}
    called = {"argon2": "argon2_cffi", "sqlalchemy": "sqlalchemy", "phonenumbers": "phonenumberslite"}
    missing = {one for one in outside if f"\n{called.get(one, one).lower()}" not in f"\n{declared}"}
    assert missing == set()
    # wtforms brings this one only where somebody else has installed it.
    assert not any("validators import Email" in path.read_text("utf-8") for path in CODE)
