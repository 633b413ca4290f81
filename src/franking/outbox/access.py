"""Connections to a ledger. Database errors become one-line errors of the fitting class (see ``trouble``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from franking.errors import ConfigurationError, OutboxUnavailable
from franking.outbox.reader import Question
from franking.outbox.trouble import translated


def name_of(engine: Engine) -> str:
    """The name of the ledger in messages: its file, or server and database."""
    url = engine.url
    return f"{url.host}/{url.database}" if url.host else str(Path(url.database)) if url.database else "in memory"


@contextmanager
def one_line(engine: Engine) -> Iterator[None]:
    """Convert database errors inside the block to ``OutboxUnavailable`` or ``OutboxError``."""
    try:
        yield
    except DBAPIError as error:
        orig = error.orig if error.orig is not None else error
        raise translated(orig, f"the ledger {name_of(engine)}", lost=error.connection_invalidated) from None
    except UnicodeError:  # a host name that cannot be resolved
        raise ConfigurationError("the ledger's host: no host name that can be looked up") from None
    except PoolTimeout:
        raise OutboxUnavailable(f"the ledger {name_of(engine)}: no connection was free in time") from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction; durable when the block ends. Raises ``OutboxUnavailable`` or ``OutboxError``."""
    with one_line(engine), engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # waits for other writers at the start of the transaction
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read transaction. Raises ``OutboxUnavailable`` or ``OutboxError``."""
    with one_line(engine), engine.connect() as connection:
        yield connection


@lru_cache(100)  # a statement with a list of values has as many forms as there are lengths
def _parsed(statement: str) -> TextClause:
    return text(statement)


class EngineReader:
    """Runs questions through SQLAlchemy."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect.name
        self._engine = engine

    def rows(self, question: Question) -> Sequence[Sequence[Any]]:
        """The rows that answer a question. Raises ``OutboxUnavailable`` or ``OutboxError``."""
        with reading(self._engine) as connection:
            return connection.execute(_parsed(question.statement), question.values).all()

    def each(self, question: Question) -> Iterator[Sequence[Any]]:
        """The rows one after the other. Raises ``OutboxUnavailable`` or ``OutboxError``."""
        with reading(self._engine) as connection:
            yield from connection.execution_options(yield_per=10_000).execute(_parsed(question.statement), question.values)
