#!/usr/bin/env bash
# Install what the tests use beside Python: PostgreSQL, Chromium and npm (for axe-core).
#
# As root on a machine with apt-get it installs what is missing. Otherwise it says, for each, what will not be
# tested. In CI (CI=true) something missing is an error: a run that skipped quietly would look like a pass.
set -uo pipefail

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome ||
    command -v google-chrome-stable; } >/dev/null
has_npm() { command -v npm >/dev/null; }

install() { # a package; as root with apt-get, otherwise nothing
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
    export DEBIAN_FRONTEND=noninteractive
    if [ -z "${lists_are_new:-}" ]; then
        apt-get update </dev/null >/dev/null 2>&1
        lists_are_new=yes
    fi
    echo "Installing $1, for the tests"
    apt-get install --yes --no-install-recommends "$1" </dev/null 2>&1 >/dev/null | tail -5 >&2
}

has_postgresql || install postgresql
has_chromium || install chromium
has_npm || install npm

missing=0
lacking() { # what, what is not tested, the command to install it
    echo "$1 is not installed here: $2 will be skipped. To have them: $3" >&2
    missing=1
}
has_postgresql || lacking PostgreSQL "the tests on PostgreSQL (all run on SQLite)" "sudo apt-get install postgresql"
has_chromium || lacking Chromium "the tests in a browser" "sudo apt-get install chromium"
has_npm || lacking npm "the checks of accessibility with axe-core" "sudo apt-get install npm"

if [ "$missing" -eq 1 ] && [ "${CI:-}" = true ]; then
    echo "CI has to test everything, so this is an error here." >&2
    exit 1
fi
exit 0
