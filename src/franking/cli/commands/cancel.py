"""``franking cancel``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import Outbox, Seller, TextOrJson


def cancel(
    orders: Annotated[list[str] | None, typer.Argument(help="Order IDs.", metavar="[ORDER]...")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only this kind.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Only this batch, by the ID that send prints.")] = None,
    scheduled: Annotated[bool, typer.Option("--scheduled", help="Only messages scheduled for later.")] = False,
    every: Annotated[bool, typer.Option("--all", help="All waiting messages of the seller account.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be cancelled, without changing anything.")
    ] = False,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Cancel waiting messages: queued, scheduled and deferred ones. Messages that are sending, sent or ambiguous
    stay as they are and are listed. A later send of the report may write to the buyers again. Exit code 1 if a named order
    has nothing to cancel."""
    from franking.cli.cancel import cancel_messages
    from franking.config.settings import load_settings
    from franking.outbox import Choice

    settings = load_settings(outbox=outbox, seller=seller)
    choice = Choice(tuple(orders) if orders else None, kind, batch, scheduled)
    raise typer.Exit(cancel_messages(settings, choice, format, every=every, dry_run=dry_run))
