"""Running the migrations that a ledger lacks. Alembic is loaded only here."""

from __future__ import annotations

from sqlalchemy import Connection

from franking.errors import OutboxError
from franking.outbox.head import HEAD


def migrate(connection: Connection, name: str, known: str | None, *, unnumbered: bool = False) -> None:
    """Run the migrations that a ledger lacks; ``unnumbered`` is one that was made before there were any."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "franking.outbox:migrations")
    config.attributes["connection"] = connection
    if unnumbered:
        command.stamp(config, "0001")
    try:
        command.upgrade(config, HEAD)
    except CommandError:
        raise OutboxError(
            f"the ledger {name} has schema {known}, which no version of Franking uses; name another ledger"
        ) from None
