"""Jobs for workers, where the outbox is one that they share."""

from __future__ import annotations

from franking.config.settings import Settings
from franking.errors import FrankingError, install_hint
from franking.outbox import Hire


def hiring(settings: Settings) -> Hire:
    """Makes jobs for workers, in the ledger's own transactions. Raises ``FrankingError`` without the extra."""
    needs_extra()
    from franking.worker import hire, open_queue, prepare

    app = open_queue(settings.outbox)
    prepare(app, settings.outbox)
    return hire(app)


def needs_extra() -> None:
    """Raises ``FrankingError`` where what workers need is not installed."""
    try:
        import franking.worker  # noqa: F401
    except ModuleNotFoundError as error:
        raise FrankingError(f"workers need {error.name}: {install_hint('postgres')}") from None
