"""A restore that only shows that a restore would do: into a temporary place, with a dated certificate at the end."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

from flask import Flask

from casework import __version__
from casework.backups import restoring, sealing
from casework.backups.restoring import Restored, Say
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import db

AppFor = Callable[[Settings], Flask]


@dataclass(frozen=True)
class Certificate:
    """What was put back on a day, and whether it was whole."""

    drilled_at: str
    casework: str
    backup: str
    made_at: str
    file: str
    size: int
    sha256: str
    tables: dict[str, int]
    files: int
    volume: int
    audit_chains: int
    audit_entries: int
    sealed_values_opened: int
    releases_checked: int
    erased_again: int
    seconds: float
    wrong: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return not self.wrong

    def as_json(self) -> str:
        return json.dumps({**asdict(self), "good": self.is_good}, indent=1, ensure_ascii=False) + "\n"

    def as_text(self) -> str:
        rows, filled = sum(self.tables.values()), sum(1 for one in self.tables.values() if one)
        audit = "whole" if not any("audit trail" in one for one in self.wrong) else "NOT WHOLE, see below"
        lines = [
            "Certificate of a restore drill",
            "",
            f"Drilled on       {self.drilled_at}, with Casework {self.casework}",
            f"Backup           {self.backup}, made {self.made_at}",
            f"File             {self.file}, {self.size} bytes",
            f"SHA-256          {self.sha256}",
            f"Put back         {rows} rows in {filled} of {len(self.tables)} tables; {self.files} stored files",
            "                 every row and file compared with its digest in the backup",
            f"Audit trail      {self.audit_chains} chains with {self.audit_entries} entries: {audit}",
            f"Sealed values    a sample of {self.sealed_values_opened} opened",
            f"Figures          recounted; {self.releases_checked} frozen releases checked",
            f"Erased again     {self.erased_again} persons",
            f"Time             {self.seconds:.1f} seconds",
            "",
            "Result           GOOD" if self.is_good else "Result           NOT GOOD",
            *(f"                 {one}" for one in self.wrong),
        ]
        return "\n".join(lines) + "\n"


def drill(settings: Settings, app_for: AppFor, path: Path, key: sealing.PrivateKey, say: Say) -> Certificate:
    """Restore into a temporary place, certify what was found, and remove the place."""
    began = time.monotonic()
    with _place(settings) as place, app_for(place).app_context():
        try:
            checked = restoring.look(path, key)
            result = restoring.restore(checked, say)
        finally:
            db.engine.dispose()
    return _certificate(path, result, time.monotonic() - began)


@contextmanager
def _place(settings: Settings) -> Iterator[Settings]:
    """An instance folder of its own inside the real one, with the real keys and an empty SQLite database."""
    folder = settings.instance / f"drill-{uuid4().hex[:8]}"
    folder.mkdir(mode=0o700)
    try:
        (folder / "keys").symlink_to(settings.keys_file.parent)
        yield replace(settings, instance=folder, database_url=f"sqlite:///{folder / 'casework.db'}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _certificate(path: Path, result: Restored, seconds: float) -> Certificate:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Certificate(
        drilled_at=clock.now().isoformat(timespec="seconds"),
        casework=__version__,
        backup=result.head.id,
        made_at=result.head.at,
        file=path.name,
        size=path.stat().st_size,
        sha256=digest,
        tables=dict(result.tally.rows),
        files=result.tally.files,
        volume=result.tally.volume,
        audit_chains=result.findings.chains,
        audit_entries=result.findings.entries,
        sealed_values_opened=result.findings.opened,
        releases_checked=result.findings.releases,
        erased_again=result.erased_again,
        seconds=round(seconds, 1),
        wrong=(*result.not_erased, *result.findings.wrong),
    )
