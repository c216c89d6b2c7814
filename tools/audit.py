"""Ask the public lists of known vulnerabilities about every pinned dependency: make audit.

It ends with 0 when every pin was asked about and nothing is left open, with 1 on a finding, and with 2 when nothing was
found but something could not be asked: no answer is not a clean bill. What may stay for a while, why and until which
day stands in tools/audit_exceptions.toml.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINS = ("requirements.txt", "requirements-dev.txt")
EXCEPTIONS = ROOT / "tools" / "audit_exceptions.toml"
LONGEST = timedelta(days=90)
CLEAN, FINDING, NOT_ASKED, WRONG = 0, 1, 2, 3
# The second is asked about what the first could not say.
SERVICES = ("pypi", "osv")


class Wrong(Exception):
    """The exceptions file is not what it should be."""


@dataclass(frozen=True)
class Excepted:
    """A finding that may stay for a while."""

    id: str
    reason: str
    until: date


@dataclass
class Answers:
    """What the services said: findings by pin, and the pins about which none of them said anything."""

    found: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)


def exceptions(text: str, today: date) -> list[Excepted]:
    """What the file excepts; each needs an id, a reason and a day within the next 90 or in the past."""
    found = []
    for row in tomllib.loads(text).get("exception", []):
        if set(row) != {"id", "reason", "until"} or not isinstance(row["until"], date):
            raise Wrong(f"An exception needs id, reason and until (a date), and nothing else: {row}")
        if len(row["reason"].split()) < 3:
            raise Wrong(f"{row['id']}: say why it may stay, in a sentence.")
        if row["until"] > today + LONGEST:
            raise Wrong(f"{row['id']}: at most {LONGEST.days} days ahead, then look again.")
        found.append(Excepted(row["id"], row["reason"], row["until"]))
    return found


def gather(reports: Iterable[Mapping[str, Any] | None], pins: Iterable[str]) -> Answers:
    """One picture of several reports of pip-audit; None is a service that did not answer at all."""
    answers = Answers(silent=dict.fromkeys(pins, "no service answered"))
    for report in reports:
        for row in (report or {}).get("dependencies", []):
            if "skip_reason" in row:
                if row["name"] in answers.silent:
                    answers.silent[row["name"]] = row["skip_reason"]
                continue
            answers.silent.pop(row["name"], None)
            if row["vulns"]:
                answers.found.setdefault((row["name"], row["version"]), []).extend(row["vulns"])
    return answers


def judge(answers: Answers, excepted: Iterable[Excepted], today: date) -> tuple[int, list[str]]:
    """How the audit ends, and the sentences that say why."""
    known = {one.id: one for one in excepted}
    used, lines, code = set(), [], CLEAN
    for (name, version), findings in sorted(answers.found.items()):
        for finding in {one["id"]: one for one in findings}.values():
            by = next((known[one] for one in (finding["id"], *finding.get("aliases", [])) if one in known), None)
            used |= {by.id} if by else set()
            fixed = ", ".join(finding.get("fix_versions", [])) or "no release yet"
            if by is not None and by.until >= today:
                lines.append(f"excepted until {by.until}: {name} {version}: {finding['id']} ({by.reason})")
                continue
            code = FINDING
            late = f", its exception ended on {by.until}" if by else ""
            lines.append(f"FINDING: {name} {version}: {finding['id']}, put right in: {fixed}{late}")
    if answers.silent:
        code = code or NOT_ASKED
        names = ", ".join(sorted(answers.silent))
        lines.append(f"NOT ASKED, so this is no clean bill: {len(answers.silent)} pins: {names}")
        lines.append(f"  for example because: {min(answers.silent.values())}")
    else:
        lines += [f"no longer needed, remove it: {one.id}" for one in known.values() if one.id not in used]
    return code, lines


def pinned(text: str) -> list[str]:
    """The names in a file of pins."""
    return [line.split("==")[0] for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]


def ask(service: str, pins: str, *more: str) -> dict[str, Any] | None:
    """The report of pip-audit, or nothing when the service could not be reached."""
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", pins),
            *("--vulnerability-service", service, "--format", "json", "--aliases", "on", "--progress-spinner", "off"),
            *("--timeout", "10", *more),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: dict[str, Any] = json.loads(asked.stdout)
    except json.JSONDecodeError:
        why = (asked.stderr.strip().splitlines() or ["it said nothing"])[-1]
        sys.stderr.write(f"{pins}: {service} could not be asked: {why}\n")
        return None
    return report


def main() -> int:
    """Ask about every pin and say how it ended."""
    today = datetime.now(UTC).date()
    try:
        excepted = exceptions(EXCEPTIONS.read_text("utf-8"), today)
    except (Wrong, tomllib.TOMLDecodeError) as wrong:
        sys.stderr.write(f"{EXCEPTIONS.relative_to(ROOT)}: {wrong}\n")
        return WRONG
    names = {name for pins in PINS for name in pinned((ROOT / pins).read_text("utf-8"))}
    reports: list[dict[str, Any] | None] = []
    for service in SERVICES:
        reports += [ask(service, pins) for pins in PINS]
        if not gather(reports, names).silent:
            break
    answers = gather(reports, names)
    code, lines = judge(answers, excepted, today)
    sys.stdout.write(
        "\n".join([*lines, f"{len(names) - len(answers.silent)} of {len(names)} pins were asked about."]) + "\n"
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
