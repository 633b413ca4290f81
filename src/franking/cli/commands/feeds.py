"""``franking feeds``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import Outbox, Seller, TextOrJson


def feeds(
    number: Annotated[
        int | None, typer.Argument(help="Only this feed, with every line.", metavar="[FEED]", min=1, max=2_000_000_000)
    ] = None,
    settled: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="What became of an ambiguous one: the marketplace's ID of the feed, not-submitted, accepted or rejected.",
            metavar="WHAT",
        ),
    ] = None,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Continue feeds that are not done, and look for ambiguous ones again.")
    ] = False,
    wait: Annotated[int, typer.Option(help="Seconds to wait for processing reports.", min=0, max=86400)] = 0,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Show what was submitted to the marketplace, and what became of each order.

    Exit code 3 if something is not accepted, or not yet.
    """
    from franking.cli.feeds import show_feeds
    from franking.config.settings import load_settings

    raise typer.Exit(show_feeds(load_settings(outbox=outbox, seller=seller), number, settled, go_on, wait, format))
