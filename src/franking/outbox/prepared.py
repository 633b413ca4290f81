"""Statements that are compiled once. SQLAlchemy's work per execution costs as much as SQLite's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.sql import ClauseElement


@cache
def _dialect(name: str) -> Dialect:
    if name == "sqlite":
        return sqlite.dialect(paramstyle="named")
    from sqlalchemy.dialects.postgresql import psycopg

    return psycopg.dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


class Prepared:
    """A statement for one database dialect. Values are passed to the driver and returned without conversion: times are
    texts in SQLite, see ``stored`` and ``moment``."""

    def __init__(self, statement: Executable, dialect: str) -> None:
        assert isinstance(statement, ClauseElement)
        compiled = statement.compile(dialect=_dialect(dialect))
        self._sql = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute it with these values."""
        return connection.exec_driver_sql(self._sql, {**self._constants, **values})

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it for each row."""
        connection.exec_driver_sql(self._sql, [{**self._constants, **row} for row in rows])


class PreparedRows:
    """An insert of several rows into SQLite, with values of the same columns in the order of the table."""

    def __init__(self, statement: Insert, columns: Sequence[str], number: int) -> None:
        compiled = statement.values([dict.fromkeys(columns)] * number).compile(dialect=sqlite.dialect(paramstyle="qmark"))
        self._sql = str(compiled)
        names = compiled.positiontup or []
        assert [name.removesuffix("_m0") for name in names[: len(columns)]] == list(columns)
        self._rest = tuple(compiled.params[name] for name in names[len(columns) * number :])  # of the other clauses
        self._number = number

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> CursorResult[Any]:
        """Execute it with these rows."""
        assert len(rows) == self._number
        return connection.exec_driver_sql(self._sql, (*chain.from_iterable(rows), *self._rest))
