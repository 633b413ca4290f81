"""Questions to a ledger as SQL that SQLite and PostgreSQL both take, asked by whoever can run it.

SQLAlchemy takes longer to load than all of ``franking status``: an SQLite file is asked by the driver alone (``SqliteReader``),
any engine by way of SQLAlchemy (``franking.outbox.access.EngineReader``). Both run the same text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from franking.outbox.trouble import told


class Question:
    """A statement, and what it asks about. It is narrowed where it says ``/* and */``."""

    def __init__(self, statement: str, **values: object) -> None:
        self.statement = statement
        self.values: dict[str, Any] = values

    def of(self, **equal: object) -> Question:
        """With messages alone whose columns have these values, as far as those are not None."""
        values = {name: value for name, value in equal.items() if value is not None}
        narrower = "".join(f" AND message.{name} = :{name}" for name in values)
        return Question(self.statement.replace("/* and */", narrower), **self.values, **values)

    def among(self, name: str, values: Collection[object]) -> Question:
        """With so many values in place of ``(:name)``; none is none that anything equals."""
        named = {f"{name}{number}": value for number, value in enumerate(values)}
        several = ", ".join(f":{key}" for key in named) or "NULL"
        return Question(self.statement.replace(f"(:{name})", f"({several})"), **self.values, **named)


class Reader(Protocol):
    """Answers questions; moments in them, and in the answers, are as ``franking.outbox.moments`` stores them."""

    dialect: str

    def rows(self, question: Question) -> Sequence[Sequence[Any]]:
        """The rows that answer a question. Raises ``OutboxUnavailable`` or ``OutboxError``."""


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


@contextmanager
def one_line(path: Path) -> Iterator[None]:
    """Raises ``OutboxUnavailable`` or ``OutboxError`` for what SQLite says inside."""
    try:
        yield
    except sqlite3.Error as error:
        raise told(error, f"the ledger {path}") from None
