"""``franking adjust``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from franking.cli.options import Encoding, FeedFolder, FeedWait, Items, Market, Outbox, Seller, States, TextOrJson


def adjust(
    orders: Annotated[list[str], typer.Argument(help="Order IDs.", metavar="ORDER...")],
    file: Annotated[Path, typer.Option("--orders", help="Order report or API JSON that has these orders.", metavar="FILE")],
    reason: Annotated[str, typer.Option(help="NoInventory, CouldNotShip, or another of the marketplace's reasons.")],
    item: Annotated[
        list[str] | None,
        typer.Option("--item", help="Only this order-item-id, or some pieces of it: ID=2; may be repeated.", metavar="ID[=N]"),
    ] = None,
    tax: Annotated[
        Literal["included", "separate"] | None,
        typer.Option(
            help="Whether the order file's prices include the tax it names, if the marketplace does not determine it."
        ),
    ] = None,
    submit: Annotated[
        bool, typer.Option("--submit", help="Submit the feed; without this option, it is only written to a file.")
    ] = False,
    form: Annotated[Literal["xml", "flat"], typer.Option("--as", help="Form of the adjustment feed.")] = "xml",
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
    """Report orders that cannot be fulfilled to the marketplace: by acknowledgement, cancellation or refund.

    The order's state decides which. It explains the choice, and refuses an order whose state does not determine it. With
    --submit it submits once, and reads what became of each order. Exit code 1 if an order is refused, 3 if something is not
    accepted, or not yet.
    """
    from franking.batch.adjust import Question
    from franking.cli.adjust import adjust_orders, parsed_items
    from franking.config.settings import load_settings
    from franking.feeds import Wish

    wish = Wish(reason, parsed_items(item or []), tax or "")
    question = Question(orders, file, wish, form, encoding, marketplace, states, tuple(items or ()))
    raise typer.Exit(adjust_orders(load_settings(outbox=outbox, seller=seller), question, submit, folder, wait, format))
