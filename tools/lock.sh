#!/usr/bin/env bash
# Pin every dependency with the hashes of its published files: requirements.txt and requirements-dev.txt.
#
# No address of a package index may land in these files, and only the public index may supply the hashes:
# a machine's own pip settings (extra indexes, folders of local files) are therefore set aside, and the
# result is checked. "tools/lock.sh --upgrade" takes newer releases; without it pins move only when they must.
set -euo pipefail
cd "$(dirname "$0")/.."

export PIP_CONFIG_FILE=/dev/null
export CUSTOM_COMPILE_COMMAND="make lock"
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL

options=(
    --quiet --strip-extras --generate-hashes --allow-unsafe --resolver=backtracking
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
)

# setuptools is among the pins because the project itself is installed without build isolation.
.venv/bin/pip-compile "${options[@]}" --build-deps-for=editable "$@" \
    --output-file=requirements.txt pyproject.toml
.venv/bin/pip-compile "${options[@]}" --build-deps-for=editable --extra=dev --constraint=requirements.txt "$@" \
    --output-file=requirements-dev.txt pyproject.toml

if grep -nE '://|@ file:|^ *--(index|extra-index|find-links|trusted)|^ *-[ifr] ' requirements.txt requirements-dev.txt; then
    echo "An address or a folder of this machine is in the pins: see the lines above." >&2
    exit 1
fi
