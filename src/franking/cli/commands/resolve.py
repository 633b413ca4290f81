"""``franking resolve``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from franking.cli.options import Outbox, Seller, TextOrJson


def resolve(
    orders: Annotated[list[str] | None, typer.Argument(help="Order IDs.", metavar="[ORDER]...")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only this kind.")] = None,
    to: Annotated[
        Literal["sent", "failed", "queued"] | None,
        typer.Option("--as", help="The state to set. queued sends them again; use it only if they certainly did not arrive."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All ambiguous messages.")] = False,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """List messages whose reply was lost, or settle them by hand. Exit code 1 if an order has none."""
    from franking.cli.upkeep import resolve as settle
    from franking.config.settings import load_settings

    settle(load_settings(outbox=outbox, seller=seller), orders or [], kind, to, every, format)
