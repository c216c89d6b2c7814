"""Write the two pages of documentation that follow from the code: docs/access.md and docs/data-dictionary.md.

`make docs` writes them; tests/architecture/test_docs.py fails while they say something else than the code.
"""

import ast
import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from inspect import getdoc
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa
from flask import Flask

from casework.accounts.permissions import MATRIX, PERSON_DATA
from casework.core import access
from casework.core.columns import Sealed, sealed_groups
from casework.core.config import Settings
from casework.core.db import Base, Versioned
from casework.core.scope import Scoped
from casework.core.vault import KeyRing

ROOT = Path(__file__).resolve().parent.parent
ACCESS = ROOT / "docs" / "access.md"
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
ACCESS_INTRO = """\
A user has one role in one organisation. The matrix is `casework/accounts/permissions.py`. Every address declares beside
its view which permission it asks for, and one that declares nothing is refused (`casework/core/access.py`). Rows of
another organisation are not found, whatever the role."""

FRESH_INTRO = f"""\
What somebody with a stolen session must not do: these ask for a one-time code given within the last
{int(access.FRESH_FOR.total_seconds()) // 60} minutes; what was typed goes on after it.
Approving an export asks for one, too (`casework/approvals/kinds.py: asks_for_code`)."""

ACCESS_END = """\
Beyond the role an administrator may give one user what `permissions.GRANTABLE` allows for that role: a lawyer may be
let see and record sensitive needs (violence, torture, health, disability, protection; `casework/needs/policy.py`). For
everybody else who has no emergency access to the record these needs are absent.

Beyond the permission: a private note is shown to whoever wrote it, to the lawyer who has the case, and to supervisors;
the same people may correct or void the session (`casework/consultations/policy.py`). A draft is shown to its writer
(`casework/persons/policy.py`). Who keeps the national sheet sees figures of the country, everyone else who may see
figures those of their own organisation (`casework/figures/policy.py`)."""

DICTIONARY_INTRO = """\
Every table and column, from the models. **Sealed** columns hold an encrypted group of fields, whose names stand in the
last column; everything else is stored in the clear. *About persons* says how a row leads to a person: whoever has the
database but not the keys reads those facts under random ids, without a name. A table *of one organisation* stands
behind the walls of [ARCHITECTURE.md](../ARCHITECTURE.md)."""

NOTE = "<!-- Written by tools/docs.py from the code (make docs). Do not edit. -->"


def throwaway_app() -> Flask:
    """The application, with keys of its own and no database: only its list of addresses is read."""
    from casework.app import create_app

    mask = os.umask(0o077)
    with TemporaryDirectory() as folder:
        ring = Path(folder) / "keys" / "ring.json"
        KeyRing.new().save(ring)
        app = create_app(Settings(instance=Path(folder), database_url="sqlite://"), testing=True)
    os.umask(mask)
    return app


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell or " " for cell in line) + " |" for line in lines)


# -- who may do what ---------------------------------------------------------------------------------------------


def access_page(app: Flask) -> str:
    roles = list(MATRIX)
    permissions = sorted(frozenset().union(*MATRIX.values()))
    matrix = [
        [
            f"`{one}`",
            "yes" if one in PERSON_DATA else "",
            *("●" if one in MATRIX[role] else "" for role in roles),
        ]
        for one in permissions
    ]
    return "\n".join(
        [
            NOTE,
            "",
            "# Who may do what",
            "",
            ACCESS_INTRO,
            "",
            "## Permissions",
            "",
            table(["permission", "shows persons", *(role.value for role in roles)], matrix),
            "",
            "“Shows persons” marks what an administrator and a statistics officer must never hold.",
            "",
            "## Addresses",
            "",
            table(["address", "methods", "view", "permission", "roles"], list(_addresses(app))),
            "",
            "## With a fresh one-time code",
            "",
            FRESH_INTRO,
            "",
            table(["view", "asked for"], list(_fresh(app))),
            "",
            ACCESS_END,
            "",
        ]
    )


def _fresh(app: Flask) -> Iterator[list[str]]:
    for endpoint, when in sorted(access.declared_fresh(app).items()):
        yield [f"`{endpoint}`", "to send it" if when == access.SENDING else "always"]


def _addresses(app: Flask) -> Iterator[list[str]]:
    declared = access.declared(app)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        permission = declared[rule.endpoint] or "NOT DECLARED"
        holders = [role.value for role in MATRIX if permission in MATRIX[role]]
        who = "anyone" if permission == access.PUBLIC else "everyone signed in"
        if permission != access.PUBLIC and len(holders) < len(MATRIX):
            who = ", ".join(holders)
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        yield [f"`{rule.rule}`", methods, f"`{rule.endpoint}`", f"`{permission}`", who]


# -- what is stored ----------------------------------------------------------------------------------------------


def dictionary_page() -> str:
    parts = [
        NOTE,
        "",
        "# Data dictionary",
        "",
        DICTIONARY_INTRO,
        "",
    ]
    models = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
    by_package: dict[str, list[str]] = {}
    for name, model in models.items():
        by_package.setdefault(model.__module__.split(".")[1], []).append(name)
    for package in sorted(by_package):
        parts += [f"## {package}", ""]
        for name in sorted(by_package[package]):
            parts += [*_table_section(name, models[name]), ""]
    return "\n".join(parts)


def _table_section(name: str, model: type) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    own_doc = vars(model).get("__doc__")
    if own_doc and not own_doc.startswith(model.__name__ + "("):
        yield getdoc(model) or ""
        yield ""
    whose = "of one organisation" if issubclass(model, Scoped) else "of the installation"
    marks = [f"`{model.__module__}.{model.__name__}`", whose, _about_persons(name, model)]
    marks.append("every change is audited" if getattr(model, "__audited__", True) else "changes are not audited by row")
    if issubclass(model, Versioned):
        marks.append("versioned")
    yield " · ".join(marks)
    yield ""
    groups = {group.column: group for group in sealed_groups(model).values()}
    notes = _column_notes(model)
    columns = model.__table__.columns  # type: ignore[attr-defined]
    rows = [
        [f"`{column.name}`", _type(column), _stored(column), _means(column, groups, notes)]
        for column in sorted(columns, key=lambda one: one.name not in ("id", "organisation_id"))
    ]
    yield table(["column", "type", "stored", "meaning"], rows)


def _references() -> dict[str, dict[str, str]]:
    """Which tables each table refers to, and by which column: what belongs to whom, without offices and users."""
    found: dict[str, dict[str, str]] = {}
    for name, own in Base.metadata.tables.items():
        for constraint in sorted(own.foreign_key_constraints, key=lambda one: list(one.column_keys)):
            target = constraint.referred_table.name
            if target not in ("organisations", "users"):
                column = next(one for one in constraint.column_keys if one != "organisation_id")
                columns = found.setdefault(name, {})
                columns[target] = f"{columns[target]}` and `{column}" if target in columns else column
    return found


def _about_persons(name: str, model: type) -> str:
    references = _references()
    if name == "persons":
        return "about persons: each row is one"
    if "persons" in references.get(name, {}):
        return f"about persons: by `{references[name]['persons']}`"
    between = sorted(one for one, targets in references.items() if {name, "persons"} <= set(targets))
    if between:
        return "about persons: through " + " and ".join(f"`{one}`" for one in between)
    if references.get(name):
        target, column = next(iter(references[name].items()))
        return f"about persons: by `{column}`, through `{target}`"
    if "subject_id" in Base.metadata.tables[name].columns:
        return "about persons among others: by `subject_id`, without a foreign key"
    if issubclass(model, Scoped) and sealed_groups(model):
        return "about persons: inside what is sealed"
    return "about no person"


def _type(column: sa.Column[Any]) -> str:
    words = {
        "Uuid": "id",
        "String": "text",
        "Text": "text",
        "Moment": "moment (UTC)",
        "Date": "day",
        "Integer": "whole number",
        "BigInteger": "whole number",
        "Boolean": "yes or no",
        "JSON": "JSON",
        "Enum": "code",
        "Numeric": "decimal",
        "LargeBinary": "bytes",
    }
    return words[type(column.type).__name__] + ("" if not column.nullable else ", may be empty")


def _stored(column: sa.Column[Any]) -> str:
    return "**sealed**" if "sealed" in column.info else "clear"


def _means(column: sa.Column[Any], groups: dict[str, Sealed[Any]], notes: dict[str, str]) -> str:
    said = []
    if column.primary_key:
        said.append("key")
    said += [f"→ `{key.column.table.name}`" for key in column.foreign_keys if column.name != "organisation_id"]
    if column.unique:
        said.append("unique")
    group = groups.get(column.name)
    if group is not None:
        said.append(", ".join(_group_fields(group.shape)))
    if column.name in notes:
        said.append(notes[column.name])
    return "; ".join(dict.fromkeys(said))


def _group_fields(shape: type) -> Iterator[str]:
    hints = get_type_hints(shape)
    for one in fields(shape):
        inner = next((arg for arg in get_args(hints[one.name]) if hasattr(arg, "__dataclass_fields__")), None)
        yield f"{one.name} ({', '.join(_group_fields(inner))})" if inner else one.name


@cache
def _column_notes(model: type) -> dict[str, str]:
    """The string that stands below a column in its model says what the column means."""
    notes: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if not one.__module__.startswith("casework."):
            continue
        tree = ast.parse(Path(str(sys.modules[one.__module__].__file__)).read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == one.__name__:
                notes |= dict(_strings_below(node.body))
    return notes


def _strings_below(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for above, below in pairwise(body):
        if (
            isinstance(above, ast.AnnAssign)
            and isinstance(above.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield above.target.id, " ".join(below.value.value.split()).rstrip(".")


def pages() -> dict[Path, str]:
    """Each page with what it has to say now."""
    return {ACCESS: access_page(throwaway_app()), DICTIONARY: dictionary_page()}


def main() -> None:
    for path, content in pages().items():
        path.write_text(content, "utf-8")
        print(f"Wrote {path.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
