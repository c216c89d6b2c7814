"""Bring the accessibility checker axe-core, which the browser tests put into each page, to .venv/axe.

It comes from the npm registry by name and version and is compared with the hash below, so a changed package
is refused. Nothing of it is part of Casework itself.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

NAME, VERSION = "axe-core", "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
SCRIPT = Path(__file__).resolve().parent.parent / ".venv" / "axe" / f"axe-{VERSION}.min.js"


class Refused(Exception):
    """The package could not be brought, or is not the one that was pinned."""


def package_bytes() -> bytes:
    """The package as the registry gives it."""
    if shutil.which("npm") is None:
        raise Refused("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", "--ignore-scripts", f"{NAME}@{VERSION}"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=300,
        )
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise Refused(f"npm could not bring {NAME}@{VERSION}: {done.stderr.strip()[-500:]}")
        return archives[0].read_bytes()


def bring() -> Path:
    """The script's place on this machine; fetched only when it is not there yet."""
    if SCRIPT.exists():
        return SCRIPT
    content = package_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
        raise Refused(f"{NAME}@{VERSION} is not the package that was pinned (its SHA-512 differs)")
    SCRIPT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(suffix=".tgz") as archive:
        archive.write(content)
        archive.flush()
        with tarfile.open(archive.name) as files:
            script = files.extractfile("package/axe.min.js")
            if script is None:
                raise Refused(f"{NAME}@{VERSION} holds no axe.min.js")
            unfinished = SCRIPT.with_suffix(".part")
            unfinished.write_bytes(script.read())
            unfinished.replace(SCRIPT)
    return SCRIPT


def main() -> int:
    """Fetch it; when that fails, say what will not be tested (an error only where CI asks for everything)."""
    try:
        bring()
    except Refused as reason:
        print(f"Accessibility will not be tested with axe: {reason}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
