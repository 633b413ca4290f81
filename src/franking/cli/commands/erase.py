"""``franking erase``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import Outbox, Seller, TextOrJson


def erase(
    older_than: Annotated[str, typer.Option("--older-than", help="Age since the last change, for example 30d.")] = "30d",
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Delete old addresses and contents. The record of which orders got a message, and when, stays."""
    from franking.cli.upkeep import erase as erase_data
    from franking.config.settings import load_settings

    erase_data(load_settings(outbox=outbox, seller=seller), older_than, format)
