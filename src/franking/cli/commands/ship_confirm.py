"""``franking ship-confirm``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from franking.cli.options import Encoding, FeedFolder, FeedWait, Items, Market, Outbox, Seller, States, TextOrJson


def ship_confirm(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV, tab-separated text or JSON: order-id, order-item-id, quantity, carrier-code, carrier-name, "
            "tracking-number, ship-date, ship-method.",
            metavar="FILE",
        ),
    ],
    orders: Annotated[
        Path | None, typer.Option("--orders", help="Order report or API JSON that has these orders.", metavar="FILE")
    ] = None,
    by: Annotated[
        Literal["auto", "call", "feed", "flat"],
        typer.Option(
            help="call: confirmShipment; feed: the fulfilment feed; flat: its flat file; auto: calls for few parcels."
        ),
    ] = "auto",
    submit: Annotated[
        bool, typer.Option("--submit", help="Confirm; without this option, the feed is only written to a file.")
    ] = False,
    folder: FeedFolder = Path("build/feeds"),
    wait: FeedWait = 300,
    encoding: Encoding = None,
    marketplace: Market = None,
    states: States = None,
    items: Items = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Confirm the dispatch of parcels to the marketplace, each once. It warns of those that left more than 24 hours ago.

    Exit code 3 if something is not accepted, or not yet.
    """
    from franking.batch.ship_confirm import Question
    from franking.cli.ship_confirm import confirm_dispatches
    from franking.config.settings import load_settings

    question = Question(file, orders, by, encoding, marketplace, states, tuple(items or ()))
    raise typer.Exit(confirm_dispatches(load_settings(outbox=outbox, seller=seller), question, submit, folder, wait, format))
