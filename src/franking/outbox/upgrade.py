"""Migration of a ledger to the current schema. Alembic is loaded only if there is something to do."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from franking.errors import OutboxError
from franking.outbox.head import HEAD
from franking.outbox.migrating import migrate
from franking.outbox.snapshot import create


def upgrade(connection: Connection, name: str) -> None:
    """Create or migrate the tables inside the connection's transaction. Raises ``OutboxError`` for a ledger of a newer
    version and for a database with other tables."""
    tables = _tables(connection)
    known: str | None = None
    if "alembic_version" in tables:
        known = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if known == HEAD:
            return
        if known is None or known > HEAD:
            raise OutboxError(f"the ledger {name} has schema {known}, this Franking knows {HEAD}; use the newer Franking")
    elif connection.dialect.name == "sqlite" and tables and "franking_schema" not in tables:
        raise OutboxError(f"the ledger {name}: the file is a database of something else; name another file")
    elif connection.dialect.name == "sqlite" and not tables:
        create(connection)
        return
    migrate(connection, name, known, unnumbered=known is None and "franking_schema" in tables)


def _tables(connection: Connection) -> set[str]:
    if connection.dialect.name != "sqlite":
        return set(inspect(connection).get_table_names())
    # As the inspection has it, at a tenth of its cost: every command that writes begins with this.
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
    return {name for name in found if not name.startswith("sqlite_")}
