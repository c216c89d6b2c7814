"""What the tests start beside Casework itself: a throw-away PostgreSQL and a real Chromium.

Nothing here is needed by most tests. What is missing on a machine is said in words, and the tests that need
it are skipped with those words:

    @pytest.fixture(scope="session")
    def postgresql_server() -> Iterator[str]:
        if reason := servers.why_no_postgresql():
            pytest.skip(reason)
        with servers.postgresql() as server:
            yield server
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tools.fetch_axe import SCRIPT as AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

OWNER = "casework_owner"

# What two PostgreSQL servers and their copies need at most, with as much again to spare.
ROOM = 2 * 1024**3

CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")

# The server (or nothing, where only a folder is kept) ends and its folder goes when this process ends, however it
# ends: the shell waits for the end of its standard input, which this process holds open. No handler has to run, so a
# killed test run leaves nothing behind either.
KEEPER = """
folder=$1; shift
"$@" </dev/null & server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null; wait "$server"
rm -rf "$folder"
"""


# PostgreSQL ---------------------------------------------------------------------------------------


def postgresql_programs() -> Path | None:
    """The folder with PostgreSQL's own programs; Debian keeps them off the PATH, one folder per version."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted(debian, key=lambda each: float(each.parent.name), reverse=True):
        if (folder / "initdb").exists():
            return folder
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def why_no_postgresql() -> str | None:
    """Why no PostgreSQL can be started here, or None when it can."""
    if postgresql_programs() is None:
        return "PostgreSQL is not installed here (make services installs it, as root on Debian)"
    return None


@contextmanager
def postgresql() -> Iterator[str]:
    """A new, private PostgreSQL server, as a SQLAlchemy URL of its maintenance database; gone afterwards.

    It listens on no network address: only on a socket in a folder of its own. It is fast because it forgets
    everything when the machine stops. Each test process starts one for itself (about two seconds), so that
    processes running side by side share nothing.
    """
    programs = postgresql_programs()
    if programs is None:
        raise RuntimeError(why_no_postgresql())
    account = unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="casework-pg-", dir=quick_folder() or short_folder()))
    try:
        if account:
            shutil.chown(folder, account)
        data = folder / "data"
        run_as(
            account,
            [
                str(programs / "initdb"),
                f"--pgdata={data}",
                f"--username={OWNER}",
                "--auth=trust",  # whoever can enter the folder, which is this account and root
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "unix_socket_permissions": "0700",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_wal_size": "128MB",
        "max_connections": "60",
        "shared_buffers": "64MB",
        "autovacuum": "off",  # nothing lives long enough
        "timezone": "UTC",
    }
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = folder / "log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "casework-postgresql", str(folder), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            # Ctrl-C is for pytest, which then ends the server in order.
            start_new_session=True,
            user=account,
            group=account,
            extra_groups=[] if account else None,
        )
    server = URL.create("postgresql+psycopg", username=OWNER, database="postgres", query={"host": str(folder)})
    try:
        wait_until_it_answers(server, keeper, log)
        yield server.render_as_string()
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        try:
            keeper.wait(timeout=30)
        except subprocess.TimeoutExpired:
            keeper.kill()
        # The keeper has removed it already, unless it had to be killed.
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: str, template: str | None = None) -> str:
    """A new database on the server, empty or a copy of another one of its databases, as a SQLAlchemy URL.

    A copy of a migrated database is quicker than migrating again; nobody may be connected to the template.
    """
    name = f"casework_{uuid4().hex[:12]}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name),
        sql.Identifier(make_url(template).database or "template1" if template else "template1"),
    )
    with connected(make_url(server)) as connection:
        connection.execute(statement)
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def copy_database(template: str, database: str) -> None:
    """Make this database a copy of another of its kind, whatever is in it. Nobody stays connected to either."""
    kept, url = make_url(template), make_url(database)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(kept.database))) as here, closing(sqlite3.connect(str(url.database))) as there:
            here.backup(there)
        return
    drop_database(database)
    with connected(url.set(database="postgres")) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [kept.database])
        connection.execute(CREATE.format(*identifiers(url, kept)))


def identifiers(*addresses: URL) -> list[sql.Identifier]:
    return [sql.Identifier(one.database or "") for one in addresses]


def keep_rows(database: URL) -> None:
    """Keep a second copy of every row beside the first, in a schema of its own, for `Kept` to put back."""
    with connected(database) as connection, connection.transaction():
        connection.execute("DROP SCHEMA IF EXISTS kept CASCADE")  # of what it was copied from
        connection.execute("CREATE SCHEMA kept")
        for table, _keys in tables(connection):
            connection.execute(sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}").format(sql.Identifier(table)))


def tables(connection: psycopg.Connection) -> list[tuple[str, list[str]]]:
    """Every table and the columns of its primary key."""
    return connection.execute(
        "SELECT t.relname, array_agg(a.attname::text) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indisprimary AND t.relnamespace = 'public'::regnamespace GROUP BY t.relname"
    ).fetchall()


class Kept:
    """A database in which what a test changed is put back row by row: in a tenth of the time of copying it whole.

    The server counts for each table what is written; of a table in which something was, rows that were not there go,
    and those that went come back from the schema `kept`. Where a table or trigger itself was changed, or somebody is
    still connected, it is not done.
    """

    def __init__(self, name: str, url: URL) -> None:
        self.name = name
        self.connection = psycopg.connect(
            host=str(url.query["host"]), user=url.username, dbname=url.database, autocommit=True
        )
        self.connection.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
        self._keys = dict(tables(self.connection))
        self._definitions = self._defined()
        self._written = self._counts()

    def put_back(self) -> bool:
        if not self._is_alone() or self._defined() != self._definitions:
            return False
        counts = self._counts()
        changed = [table for table, count in counts.items() if count != self._written.get(table)]
        with self.connection.transaction():
            for table in changed:
                self._put_back(table)
        self.connection.execute("SELECT pg_stat_force_next_flush()")
        self._written = self._counts()
        return True

    def _put_back(self, table: str) -> None:
        names = {"table": sql.Identifier(table), "keys": sql.SQL(", ").join(map(sql.Identifier, self._keys[table]))}
        # A row in which nothing differs stays as it is: the fewer are written, the longer the table stays small.
        self.connection.execute(
            sql.SQL(
                "DELETE FROM {table} a WHERE NOT EXISTS (SELECT FROM kept.{table} b WHERE a::text = b::text)"
            ).format(**names)
        )
        self.connection.execute(
            sql.SQL(
                "INSERT INTO {table} SELECT * FROM kept.{table} WHERE ({keys}) NOT IN (SELECT {keys} FROM {table})"
            ).format(**names)
        )

    def _is_alone(self) -> bool:
        """Whether everybody else has left, and so has told what they wrote."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        for _attempt in range(500):
            if self._one(others) == (0,):
                return True
            time.sleep(0.002)
        return False

    def _defined(self) -> tuple[object, ...]:
        """What changes when a table, a trigger or a function does."""
        catalogs = ("pg_class", "pg_attribute", "pg_trigger", "pg_proc", "pg_constraint", "pg_policy")
        mark = sql.SQL("SELECT count(*), max(xmin::text::bigint) FROM {}")
        return tuple(
            self.connection.execute(
                sql.SQL(" UNION ALL ").join(mark.format(sql.Identifier(one)) for one in catalogs)
            ).fetchall()
        )

    def _counts(self) -> dict[str, int]:
        counted = (
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE schemaname = 'public'"
        )
        return dict(self.connection.execute(counted).fetchall())

    def _one(self, question: str) -> tuple[object, ...]:
        return self.connection.execute(question).fetchone() or ()


def drop_database(database: str) -> None:
    """Remove a database, and with it whoever is still connected to it."""
    url = make_url(database)
    with connected(url.set(database="postgres")) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(url.database or ""))
        )


@contextmanager
def connected(url: URL) -> Iterator[psycopg.Connection]:
    """A connection outside any transaction, for statements about whole databases."""
    host = url.query["host"]
    assert isinstance(host, str)
    with psycopg.connect(host=host, user=url.username, dbname=url.database, autocommit=True) as connection:
        yield connection


def unprivileged_account() -> str | None:
    """The account to run PostgreSQL as when this process is root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    # Debian's package makes the account; elsewhere "nobody" will do, since all of it is thrown away.
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def quick_folder() -> str | None:
    """The folder that is kept in memory, if it has room: a database is copied there in a tenth of the time."""
    memory = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes it private
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < ROOM:
        return None
    return str(memory)


@contextmanager
def quick_place() -> Iterator[Path]:
    """A new folder, in memory where there is room: what is saved there waits for no disk. Gone afterwards."""
    folder = tempfile.mkdtemp(prefix="casework-", dir=quick_folder())
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "casework-place", folder, "true"], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield Path(folder)
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait(timeout=30)


def short_folder() -> str:
    """Where the socket's folder goes: a socket's whole path may have about a hundred letters only."""
    folder = tempfile.gettempdir()
    return folder if len(folder) < 50 and os.geteuid() != 0 else "/tmp"  # noqa: S108 -- mkdtemp makes it private


def run_as(account: str | None, command: list[str]) -> None:
    """Run a program as the account and fail with what it said."""
    done = subprocess.run(
        command,
        user=account,
        group=account,
        extra_groups=[] if account else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def wait_until_it_answers(server: URL, keeper: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server takes connections; fail with its log when it does not within a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with connected(server):
                return
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace") if log.exists() else ""
                raise RuntimeError(f"PostgreSQL did not start:\n{said}") from None
            time.sleep(0.05)


# Chromium -----------------------------------------------------------------------------------------


def chromium() -> str | None:
    """The Chromium of this machine; Playwright's own browsers are never downloaded."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    return None


def why_no_chromium() -> str | None:
    """Why no browser can be driven here, or None when one can."""
    if chromium() is None:
        return "Chromium is not installed here (make services installs it, as root on Debian)"
    return None


def chromium_flags() -> list[str]:
    """Flags for a browser that shows one site on this machine and talks to nobody else."""
    flags = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        # Chromium refuses to start as root inside its sandbox (containers and CI run as root). It opens only
        # our own pages on 127.0.0.1 here; a person's account keeps the sandbox.
        flags.append("--no-sandbox")
    return flags


def launch_chromium(playwright: "Playwright") -> "Browser":
    """The machine's Chromium, headless, driven by Playwright."""
    return playwright.chromium.launch(
        executable_path=chromium(),
        headless=True,
        chromium_sandbox=os.geteuid() != 0,
        args=chromium_flags(),
    )


def axe_script() -> Path | None:
    """The accessibility checker to put into a page (page.evaluate with its text: the pages' policy refuses
    added script elements), or None."""
    return AXE_SCRIPT if AXE_SCRIPT.exists() else None


def why_no_axe() -> str | None:
    """Why pages cannot be checked with axe here, or None when they can."""
    if axe_script() is None:
        return "axe-core is not here (make axe brings it; it needs npm)"
    return None
