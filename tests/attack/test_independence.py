"""The attack knows what a reader knows: it imports nothing of casework but itself, and no database."""

import ast
import sys
from pathlib import Path

import casework.attack

PACKAGE = Path(casework.attack.__path__[0])
LIBRARIES = {"numpy", "highspy"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_it_imports_nothing_of_casework_but_itself() -> None:
    names = {(path.name, name) for path in PACKAGE.rglob("*.py") for name in imported(path)}
    assert len(names) > 20
    ours = {name for _, name in names if name.split(".")[0] == "casework"}
    assert ours
    assert all(name.startswith("casework.attack.") for name in ours)
    others = {name.split(".")[0] for _, name in names} - {"casework"}
    assert others <= LIBRARIES | sys.stdlib_module_names
    assert not {"importlib", "subprocess", "socket", "sqlite3", "urllib"} & others
