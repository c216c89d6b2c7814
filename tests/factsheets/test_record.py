"""The JSON record: valid after the published schema, canonical, and nothing withheld in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker

from casework.factsheets import record
from casework.factsheets.content import sheet
from tests.factsheets import contents
from tests.factsheets.conftest import SheetIn

VALID = Draft202012Validator(record.SCHEMA, format_checker=FormatChecker())


def _written(found: Any) -> Any:
    return json.loads(record.json(found))


def test_the_schema_is_one_and_describes_every_field() -> None:
    Draft202012Validator.check_schema(dict(record.SCHEMA))

    def described(name: str, node: Any) -> None:
        if not isinstance(node, dict):
            return
        for field, one in node.get("properties", {}).items():
            assert one.get("title"), f"{name}.{field}"
            assert one.get("description"), f"{name}.{field}"
            described(f"{name}.{field}", one)
            described(f"{name}.{field}[]", one.get("items"))
        if "properties" in node:
            assert node["additionalProperties"] is False, name
            assert set(node["required"]) == set(node["properties"]), name

    described("", record.SCHEMA)
    for name, one in record.SCHEMA["$defs"].items():
        described(name, one)


@pytest.mark.parametrize("language", contents.LANGUAGES)
@pytest.mark.parametrize("kind", ["national", "regional", "correction"])
def test_every_sheet_is_valid(request: pytest.FixtureRequest, kind: str, language: str) -> None:
    found = request.getfixturevalue(kind)(language)
    assert [one.message for one in VALID.iter_errors(_written(found))] == []


def test_the_schema_refuses_what_it_should(national: SheetIn) -> None:
    for spoil in (
        lambda found: found.pop("citation"),
        lambda found: found.update(colour="red"),
        lambda found: found.update(as_of="1 January"),
        lambda found: found["tables"][0]["cells"][0].update(hidden=True, value=646),
        lambda found: found["tables"][0]["cells"][0].update(hidden=False, value=None),
        lambda found: found["key_figures"][0].update(hidden=True),
        lambda found: found["drawings"][0].update(kind="pie"),
    ):
        content = _written(national("en"))
        assert VALID.is_valid(content)
        spoil(content)
        assert not VALID.is_valid(content)


def test_it_is_canonical(national: SheetIn) -> None:
    written = record.json(national("kk"))
    again = json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert written == f"{again}\n".encode()
    assert written == record.json(national("kk"))


def test_cells_have_their_labels_and_say_what_is_withheld(national: SheetIn) -> None:
    found = national("ru")
    for written, table in zip(_written(found)["tables"], found.tables, strict=True):
        labels = [
            {"*": "", **{one["code"]: one["label"] for one in each["categories"]}} for each in written["dimensions"]
        ]
        assert len(written["cells"]) == len(table.cells)
        for cell in written["cells"]:
            assert cell["labels"] == [each[code] for each, code in zip(labels, cell["at"], strict=True)]
            ours = table.cell(tuple(cell["at"]))
            assert (cell["value"], cell["hidden"]) == (ours.value, ours.is_hidden)
    assert any(one["hidden"] for each in _written(found)["tables"] for one in each["cells"])


def test_amounts_with_a_fraction_are_numbers(in_app: None) -> None:
    release = contents.release_content()
    share = next(one for one in release["figures"] if one["code"] == "funding_share")
    share["value"] = "28.5"
    written = _written(sheet(contents.national("en", release)))
    assert next(one["value"] for one in written["key_figures"] if one["code"] == "funding_share") == 28.5
    assert VALID.is_valid(written)


def test_the_schema_is_the_file_that_is_served() -> None:
    path = Path(record.__file__).parent / "schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == record.SCHEMA


def test_the_record_says_where_its_schema_is_served(app: Flask, national: SheetIn) -> None:
    assert _written(national("en"))["schema"] == record.ADDRESS
    assert record.ADDRESS in {one.rule for one in app.url_map.iter_rules()}
