"""Questions to a ledger, as SQL that both SQLite and PostgreSQL accept.

Loading SQLAlchemy takes longer than all of ``franking status``. Therefore an SQLite file is read by the driver alone
(``SqliteReader``), and any other database through SQLAlchemy (``franking.outbox.access.EngineReader``). Both run the same text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from franking.outbox.trouble import translated


class Question:
    """A statement with its values. ``/* and */`` marks the place for further conditions."""

    def __init__(self, statement: str, **values: object) -> None:
        self.statement = statement
        self.values: dict[str, Any] = values

    def of(self, **equal: object) -> Question:
        """The same for messages whose columns have these values; values that are None are left out."""
        values = {name: value for name, value in equal.items() if value is not None}
        narrower = "".join(f" AND message.{name} = :{name}" for name in values)
        return Question(self.statement.replace("/* and */", narrower), **self.values, **values)

    def among(self, name: str, values: Collection[object]) -> Question:
        """The same with these values in place of ``(:name)``; without values, nothing matches."""
        named = {f"{name}{number}": value for number, value in enumerate(values)}
        several = ", ".join(f":{key}" for key in named) or "NULL"
        return Question(self.statement.replace(f"(:{name})", f"({several})"), **self.values, **named)


class Reader(Protocol):
    """Answers questions. Times in questions and answers are as ``franking.outbox.moments`` stores them."""

    dialect: str

    def rows(self, question: Question) -> Sequence[Sequence[Any]]:
        """The rows that answer a question. Raises ``OutboxUnavailable`` or ``OutboxError``."""

    def each(self, question: Question) -> Iterator[Sequence[Any]]:
        """The same rows one after the other, for answers that may be large."""


class SqliteReader:
    """An open connection to an SQLite file."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def rows(self, question: Question) -> Sequence[Sequence[Any]]:
        """The rows that answer a question. Raises ``OutboxUnavailable`` or ``OutboxError``."""
        with one_line(self._path):
            found: list[Sequence[Any]] = self._connection.execute(question.statement, question.values).fetchall()
            return found

    def each(self, question: Question) -> Iterator[Sequence[Any]]:
        """The same rows one after the other. Raises ``OutboxUnavailable`` or ``OutboxError``."""
        with one_line(self._path):
            yield from self._connection.execute(question.statement, question.values)


@contextmanager
def one_line(path: Path) -> Iterator[None]:
    """Raises ``OutboxUnavailable`` or ``OutboxError`` for errors of SQLite inside."""
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, f"the ledger {path}") from None
