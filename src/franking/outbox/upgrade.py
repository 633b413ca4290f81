"""Bring a ledger to the schema that this version knows. Alembic is loaded only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from franking.errors import FrankingError

HEAD = "0006"


def upgrade(connection: Connection, name: str) -> None:
    """Make or migrate the tables inside the connection's transaction. Raises ``FrankingError`` for a newer ledger."""
    tables = set(inspect(connection).get_table_names())
    known: str | None = None
    if "alembic_version" in tables:
        known = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if known == HEAD:
            return
        if known is None or known > HEAD:
            raise FrankingError(f"the ledger {name} has schema {known}, this Franking knows {HEAD}; use the newer Franking")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    if known is None and "franking_schema" in tables:
        command.stamp(config, "0001")
    command.upgrade(config, HEAD)
