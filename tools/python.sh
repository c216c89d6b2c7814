#!/usr/bin/env bash
# Make the virtual environment .venv with a Python new enough, or say in words what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ -x .venv/bin/python ] && new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Casework needs Python 3.11 or newer, and none was found. Install it (on Debian or Ubuntu:" >&2
    echo "sudo apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.12 run" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package, which makes virtual environments"
        DEBIAN_FRONTEND=noninteractive apt-get update </dev/null >/dev/null 2>&1 || true
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$package" </dev/null >/dev/null 2>&1 || true
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot make virtual environments. Install it: sudo apt-get install $package" >&2
        exit 1
    fi
fi

echo "Making the virtual environment .venv with $("$python" --version)"
"$python" -m venv --clear .venv
