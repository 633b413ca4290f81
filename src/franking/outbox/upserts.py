"""``INSERT … ON CONFLICT`` of each database. PostgreSQL's module is loaded only for a ledger there."""

from __future__ import annotations

from typing import Protocol, cast

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite


class Inserts(Protocol):
    """A module of SQLAlchemy with an ``insert`` that knows ``on_conflict_do_…``; both databases' have the same methods."""

    def insert(self, table: Table) -> sqlite.Insert: ...


def inserts(dialect: str) -> Inserts:
    """The module of a database by its name in SQLAlchemy."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return cast(Inserts, postgresql)  # another class with the same methods
    return sqlite
