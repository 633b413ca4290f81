"""``franking status``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import Outbox, TextOrJson


def status(
    watch: Annotated[bool, typer.Option("--watch", help="Refresh every two seconds until interrupted.")] = False,
    outbox: Outbox = None,
    seller: Annotated[str | None, typer.Option(help="Seller account.", show_default="all, where none is set")] = None,
    format: TextOrJson = "text",
) -> None:
    """Show the ledger: messages by kind and state, the rate, waiting messages and their times, and the latest problems.
    Exit code 3 if any message is deferred, failed or ambiguous."""
    from franking.cli.status import show_status
    from franking.config.settings import load_settings

    raise typer.Exit(show_status(load_settings(outbox=outbox, seller=seller), format, watch=watch))
