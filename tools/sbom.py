"""Write docs/sbom.json, the bill of materials (CycloneDX), and docs/dependencies.md from the pins: make sbom.

It describes the file requirements.txt, not this machine, and nothing in it changes unless a pin does: no time, no
serial number, no address of a package index. A licence that is not in the list below stops it.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SBOM = ROOT / "docs" / "sbom.json"
PAGE = ROOT / "docs" / "dependencies.md"

# What may run beside a program under the MIT licence. The weaker copyleft ones (LGPL, MPL) only as libraries that are
# installed unchanged and stay exchangeable, which is how pip installs them.
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU"),
    *("PSF-2.0", "Unlicense", "ZPL-2.1", "Zlib"),
    *("LGPL-2.1-only", "LGPL-3.0-only", "MPL-1.1", "MPL-2.0"),
}
# What a package says only by a name of the old list of licences, or ambiguously: looked up in its own licence file.
LOOKED_UP = {
    "babel": "BSD-3-Clause",
    "flask-babel": "BSD-3-Clause",
    "flask-wtf": "BSD-3-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    # One of three, at the choice of whoever uses it.
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    # Older contributions under the one, what came since 2017 under either.
    "python-dateutil": "Apache-2.0 AND BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "waitress": "ZPL-2.1",
    "wtforms": "BSD-3-Clause",
}

INTRO = """\
# Dependencies

What Casework runs on, from `requirements.txt`, whose lines name every file that may be installed by its SHA-256. The
same with hashes, for programs: [sbom.json](sbom.json) (CycloneDX). Tools of the tests and checks are not in it:
`requirements-dev.txt`. `make audit` asks the public lists of vulnerabilities; how soon a finding is dealt with stands
in [SECURITY.md](../SECURITY.md).

A licence has to be in the list of `tools/sbom.py`; `make sbom` and the tests stop at another one.

| package | version | licence | files | needed by |
|---|---|---|---|---|
"""
END = "\n<!-- Written by tools/sbom.py from requirements.txt (make sbom). Do not edit. -->\n"


def name_of(package: str) -> str:
    """The name as the pins write it."""
    return package.lower().replace("_", "-").replace(".", "-")


def is_allowed(expression: str) -> bool:
    """Whether one side of every “or” is allowed in all its parts; what is written more intricately is not."""
    return any(all(part.strip() in ALLOWED for part in side.split(" AND ")) for side in expression.split(" OR "))


def needed_by(pins: str) -> dict[str, set[str]]:
    """Who needs each package, as the remarks below its pin say: what is installed here may offer more than is used."""
    needed: dict[str, set[str]] = {}
    for line in pins.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            needed[line.split("==")[0]] = set()
        elif needed and (said := re.fullmatch(r" +# (?:via| ) *([\w.-]*).*", line)) and said[1]:
            needed[next(reversed(needed))].add(said[1])
    return needed


def licence_of(component: dict[str, Any]) -> str:
    """Under which licence it is, as an SPDX expression, or what it says where that is none."""
    said = [
        row.get("expression") or row["license"].get("id") or row["license"]["name"] for row in component["licenses"]
    ]
    return LOOKED_UP.get(component["name"]) or " AND ".join(said)


def not_allowed(bill: dict[str, Any]) -> list[str]:
    """The packages whose licence is not in the list."""
    said = {row["name"]: licence_of(row) for row in bill["components"]}
    return [f"{name}: {licence}" for name, licence in said.items() if not is_allowed(licence)]


def page(bill: dict[str, Any]) -> str:
    """docs/dependencies.md."""
    needed: dict[str, list[str]] = {}
    for row in bill["dependencies"]:
        for one in row.get("dependsOn", []):
            needed.setdefault(one, []).append("Casework" if row["ref"] == "casework" else _short(row["ref"]))
    lines = [
        f"| {row['name']} | {row['version']} | {licence_of(row)} | {len(row['externalReferences'][0]['hashes'])} "
        f"| {', '.join(sorted(needed[row['bom-ref']], key=lambda one: (one != 'Casework', one)))} |"
        for row in bill["components"]
    ]
    return INTRO + "\n".join(lines) + "\n" + END


def write(bill: dict[str, Any]) -> str:
    """docs/sbom.json."""
    return json.dumps(bill, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def made() -> dict[str, Any]:
    """The bill from the pins and their hashes; descriptions and licences from the packages here."""
    pins = _said("requirements", "requirements.txt", "--pyproject", "pyproject.toml")
    here = _said("environment", "--pyproject", "pyproject.toml", sys.executable)
    installed = {name_of(row["name"]): row for row in here["components"]}
    refs = {name_of(row["name"]): f"pkg:pypi/{name_of(row['name'])}@{row['version']}" for row in pins["components"]}
    parents = needed_by((ROOT / "requirements.txt").read_text("utf-8"))
    components = []
    for row in sorted(pins["components"], key=lambda row: name_of(row["name"])):
        name = name_of(row["name"])
        found = installed.get(name)
        if found is None or found["version"] != row["version"]:
            sys.exit(f"{name} {row['version']} is not what is installed here. First: make .venv/.requirements")
        ref = refs[name]
        components.append(
            {
                "type": "library",
                "bom-ref": ref,
                "name": name,
                "version": row["version"],
                "purl": ref,
                "description": found.get("description", ""),
                "licenses": found.get("licenses") or [{"license": {"name": "none given"}}],
                "externalReferences": [
                    {"type": "distribution", "url": ref, "hashes": row["externalReferences"][0]["hashes"]}
                ],
            }
        )
    root = pins["metadata"]["component"]
    below = {one: sorted(refs[name] for name in refs if one in parents[name]) for one in ("casework", *refs)}
    return {
        "$schema": pins["$schema"],
        "bomFormat": "CycloneDX",
        "specVersion": pins["specVersion"],
        "version": 1,
        "metadata": {
            "component": {
                **{key: root[key] for key in ("type", "name", "version", "description", "licenses")},
                "bom-ref": "casework",
            },
            "properties": [{"name": "cdx:reproducible", "value": "true"}],
        },
        "components": components,
        "dependencies": [{"ref": refs.get(one, one), "dependsOn": found} for one, found in below.items()],
    }


def _short(ref: str) -> str:
    return ref.removeprefix("pkg:pypi/").split("@")[0]


def _said(*arguments: str) -> dict[str, Any]:
    asked = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *arguments, "--output-reproducible", "--validate"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        sys.exit(asked.stderr)
    said: dict[str, Any] = json.loads(asked.stdout)
    return said


def main() -> None:
    """Write both files, unless a licence is not allowed."""
    bill = made()
    if wrong := not_allowed(bill):
        sys.exit("Not in the list of allowed licences (tools/sbom.py):\n" + "\n".join(wrong))
    SBOM.write_text(write(bill), "utf-8")
    PAGE.write_text(page(bill), "utf-8")


if __name__ == "__main__":
    main()
