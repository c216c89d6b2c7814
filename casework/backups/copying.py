"""Whole tables, out of one database and into another of either kind, by what their values are.

It reads and writes every row of every organisation, past all walls: only commands and the nightly job come here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.ddl import sort_tables_and_constraints
from sqlalchemy.types import TypeDecorator, TypeEngine

from casework.backups.archive import Row, TableShape, line_of, row_of
from casework.core.db import Base, Moment, alembic
from casework.core.scope import unscoped

AT_ONCE = 100
"""Rows in memory at a time: some hold a whole file."""


class JsonText(TypeDecorator[str]):
    """A column of JSON as the text it is, letter by letter: what was signed or hashed must not be written anew."""

    impl = sa.Text
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return sa.cast(column, sa.Text)


class JsonTextOnPostgreSQL(JsonText):
    cache_ok = True

    def bind_expression(self, bindparam: Any) -> Any:
        return sa.cast(bindparam, sa.JSON)


_TYPES: dict[str, TypeEngine[Any]] = {
    "uuid": sa.Uuid(),
    "moment": Moment(),
    "date": sa.Date(),
    "json": JsonText(),
    "bytes": sa.LargeBinary(),
    "bool": sa.Boolean(),
    "int": sa.BigInteger(),
    "number": sa.Numeric(18, 4),
    "text": sa.Text(),
}
_KINDS: list[tuple[type[TypeEngine[Any]], str]] = [
    (sa.Uuid, "uuid"),
    (Moment, "moment"),
    (sa.DateTime, "moment"),
    (sa.Date, "date"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "bytes"),
    (sa.Boolean, "bool"),
    (sa.Integer, "int"),
    (sa.Numeric, "number"),
    (sa.String, "text"),
]


def shapes() -> list[TableShape]:
    """Every table there is, those first that others point at."""
    sorted_ones = sort_tables_and_constraints(Base.metadata.tables.values())  # type: ignore[no-untyped-call]
    return [_shape(table) for table, _ in sorted_ones if table is not None]


def _shape(table: sa.Table) -> TableShape:
    columns = tuple((column.name, _kind(column)) for column in table.columns)
    return TableShape(table.name, columns, tuple(column.name for column in table.primary_key.columns))


def _kind(column: sa.Column[Any]) -> str:
    for kind, name in _KINDS:
        if isinstance(column.type, kind):
            return name
    raise TypeError(f"A backup does not know how to write {column}: {column.type!r}.")


def _table(shape: TableShape, connection: sa.Connection) -> sa.Table:
    """The table as it is copied: no constraints, no defaults, nothing that the application does to values."""
    types = dict(_TYPES)
    if connection.dialect.name == "postgresql":
        types["json"] = JsonTextOnPostgreSQL()
    return sa.Table(shape.name, sa.MetaData(), *(sa.Column(name, types[kind]) for name, kind in shape.columns))


def rows(connection: sa.Connection, shape: TableShape) -> Iterator[Row]:
    """Every row of a table, some in memory at a time."""
    found = connection.execute(
        sa.select(_table(shape, connection)).execution_options(**unscoped("backup"), yield_per=AT_ONCE)
    )
    for part in found.partitions():
        yield from (tuple(row) for row in part)


def lines(connection: sa.Connection, shape: TableShape) -> Iterator[bytes]:
    """The same, as they are written in a backup."""
    return (line_of(shape, row) for row in rows(connection, shape))


def put(connection: sa.Connection, shape: TableShape, written: list[bytes]) -> None:
    """Add rows to a table, as they stand in a backup."""
    names = [name for name, _ in shape.columns]
    values = [dict(zip(names, row_of(shape, line), strict=True)) for line in written]
    if values:
        statement = sa.insert(_table(shape, connection)).execution_options(**unscoped("restore"))
        connection.execute(statement, values)


def revision(connection: sa.Connection) -> str:
    """At which migration the tables are; nothing when there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    version = sa.table("alembic_version", sa.column("version_num", sa.String()))
    return connection.execute(sa.select(version.c.version_num)).scalar() or ""


def is_known(revision: str) -> bool:
    """Whether this version knows the tables of that revision."""
    return any(one.revision == revision for one in alembic.script_directory.walk_revisions())


def in_use(connection: sa.Connection) -> str | None:
    """A table that shows that somebody works with this database already."""
    for name in ("users", "organisations", "audit_entries"):
        if sa.inspect(connection).has_table(name):
            asked = sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)
            if connection.execute(asked.execution_options(**unscoped("restore"))).scalar():
                return name
    return None


# -- filling -----------------------------------------------------------------------------------------------------


@contextmanager
def filling(connection: sa.Connection) -> Iterator[None]:
    """While everything is put in: references may point ahead, and what may only be added to takes old rows.

    Afterwards every reference is checked and every trigger stands again, in the same transaction.
    """
    on = _OnSQLite(connection) if connection.dialect.name == "sqlite" else _OnPostgreSQL(connection)
    on.loosen()
    _empty(connection)
    yield
    on.tighten()


def _empty(connection: sa.Connection) -> None:
    """Take out what migrations put into a new database: the backup has its own."""
    for name in sa.inspect(connection).get_table_names():
        if name != "alembic_version":
            connection.execute(sa.delete(sa.table(name)).execution_options(**unscoped("restore")))


class _OnSQLite:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._triggers: list[tuple[str, str]] = []

    def _run(self, statement: str) -> Any:
        return self._connection.exec_driver_sql(statement, execution_options=unscoped("restore"))

    def loosen(self) -> None:
        self._run("PRAGMA defer_foreign_keys = ON")  # until this transaction is saved, which fails if one is left open
        found = self._run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").all()
        self._triggers = [(str(name), str(made)) for name, made in found]
        for name, _ in self._triggers:
            self._run(f'DROP TRIGGER "{name}"')

    def tighten(self) -> None:
        for _, made in self._triggers:
            self._run(made)


class _OnPostgreSQL:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._references: list[tuple[str, str, str]] = []
        self._guarded: list[str] = []

    def _run(self, statement: str) -> Any:
        return self._connection.exec_driver_sql(statement, execution_options=unscoped("restore"))

    def loosen(self) -> None:
        asked = (
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
        )
        self._references = [(str(one), str(two), str(three)) for one, two, three in self._run(asked).all()]
        asked = (
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace ORDER BY 1"
        )
        self._guarded = [str(one) for (one,) in self._run(asked).all()]
        for table, name, _ in self._references:
            self._run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table in self._guarded:
            self._run(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def tighten(self) -> None:
        for table in self._guarded:
            self._run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table, name, definition in self._references:
            self._run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        self._count_on()

    def _count_on(self) -> None:
        """Numbers that PostgreSQL gives by itself go on after the highest that was put in."""
        asked = (
            "SELECT quote_ident(table_name), quote_ident(column_name), "
            "pg_get_serial_sequence(quote_ident(table_name), column_name) FROM information_schema.columns "
            "WHERE table_schema = current_schema() "
            "AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
        )
        for table, column, sequence in self._run(asked).all():
            highest = f"(SELECT max({column}) FROM {table})"  # noqa: S608 -- names from the catalogue, quoted by it
            self._run(f"SELECT setval('{sequence}', coalesce({highest}, 1), {highest} IS NOT NULL)")
