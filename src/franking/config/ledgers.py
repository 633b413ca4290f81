"""Ledgers as configured. SQLAlchemy is loaded if a ledger is written to, or is no SQLite file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from franking.config.settings import Settings, init_hint
from franking.errors import ConfigurationError, OutboxError
from franking.outbox.view import LedgerView, open_view, plain_file

if TYPE_CHECKING:
    from franking.outbox import Ledger, Suppressions


def open_ledger(settings: Settings) -> Ledger:
    """The configured ledger; created if it does not exist. Raises ``ConfigurationError`` for a ledger in memory."""
    from franking.outbox.engines import file_of, parsed
    from franking.outbox.ledger import Ledger

    named = parsed(settings.outbox)
    if named.get_backend_name() == "sqlite" and file_of(named) is None:
        raise ConfigurationError(
            "an outbox in memory forgets which messages were sent; expected for example sqlite:///franking.db"
        )
    return Ledger(settings.outbox)


def known_view(settings: Settings) -> LedgerView:
    """The configured ledger, to read. Raises ``ConfigurationError`` if it does not exist."""
    view = existing_view(settings)
    if view is None:
        raise no_ledger(settings, "franking send makes it")
    return view


def existing_view(settings: Settings) -> LedgerView | None:
    """The configured ledger, to read, if it exists."""
    path = plain_file(settings.outbox)
    if path is None:
        return existing_ledger(settings)
    return (open_view(path) or open_ledger(settings)) if _exists(path) else None


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise OutboxError(f"the ledger {file}: {(error.strerror or 'cannot be read').lower()}") from None


def existing_ledger(settings: Settings) -> Ledger | None:
    """The configured ledger if it exists; commands that only read must not create one."""
    from franking.outbox.engines import file_of, parsed

    file = file_of(parsed(settings.outbox))
    return open_ledger(settings) if file is None or _exists(file) else None


def no_ledger(settings: Settings, hint: str) -> ConfigurationError:
    """The error for a missing ledger."""
    return ConfigurationError(f"no ledger at {settings.outbox}; {hint}{init_hint(settings)}")


def known_ledger(settings: Settings) -> Ledger:
    """The configured ledger. Raises ``ConfigurationError`` if it does not exist."""
    ledger = existing_ledger(settings)
    if ledger is None:
        raise no_ledger(settings, "franking send makes it")
    return ledger


def suppressions(settings: Settings, *, create: bool = False) -> Suppressions:
    """The suppression list of the seller account. With ``create``, a missing ledger is created if the working folder is a
    project or the ledger's URL is configured. Raises ``ConfigurationError`` if there is none."""
    chosen = "outbox" in settings.given or not init_hint(settings)
    ledger = existing_ledger(settings) or (open_ledger(settings) if create and chosen else None)
    if ledger is None:
        raise no_ledger(settings, "franking send or suppress add makes it")
    return ledger.suppressions(settings.seller)
