"""The tables of a new SQLite ledger in one step, as the migrations would leave them. To load Alembic and
run every migration on an empty file costs more than twenty messages.

``python -m franking.outbox.snapshot`` writes ``head.sql`` from the migrations; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from franking.files.packaged import packaged_text
from franking.outbox.head import HEAD

_END = ";\n"


def create(connection: Connection) -> None:
    """Create the tables in an empty SQLite database, inside the connection's transaction."""
    for statement in packaged_text("franking.outbox", "head.sql").split(_END):
        if statement.strip():
            connection.exec_driver_sql(statement)
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def written(connection: Connection) -> str:
    """The statements that make the tables and indexes of a SQLite database, in the order in which they were made."""
    rows = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    ).scalars()
    lines = "".join(f"{statement}{_END}" for statement in rows).split("\n")
    return "\n".join(line.rstrip() for line in lines)


def main() -> None:
    """Print the tables as the migrations make them."""
    import sys

    from sqlalchemy import create_engine

    from franking.outbox.migrating import migrate

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection, "in memory", None)
        sys.stdout.write(written(connection))


if __name__ == "__main__":
    main()
