"""``franking erase``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import Outbox, Seller


def erase(
    older_than: Annotated[str, typer.Option("--older-than", help="Age since the last change, such as 30d.")] = "30d",
    outbox: Outbox = None,
    seller: Seller = None,
) -> None:
    """Erase addresses and contents by age. Which orders were written to, and when, stays on record."""
    from franking.cli.upkeep import erase as erase_data
    from franking.config.settings import load_settings

    erase_data(load_settings(outbox=outbox, seller=seller), older_than)
