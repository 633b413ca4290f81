"""``franking fetch``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import Seller, Since, TextOrJson


def fetch(
    since: Since,
    report: Annotated[
        str | None,
        typer.Option(
            help="Ask for a report in place of orders: all-orders, unshipped, new-orders or fba-shipments.",
            metavar="TYPE",
        ),
    ] = None,
    marketplaces: Annotated[
        list[str] | None,
        typer.Option(
            "--marketplace", help="Marketplace, by name or ID; may be repeated for marketplaces of one region.", metavar="NAME"
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.", metavar="FILE")] = None,
    no_buyer_data: Annotated[
        bool, typer.Option("--no-buyer-data", help="Ask for no names and addresses; mails cannot be sent with that.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be requested; request nothing.")] = False,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Fetch orders from the marketplace's API into a file for plan and send. Run it again to continue where it stopped."""
    from franking.cli.fetch import show_fetch, show_outline
    from franking.config.fetching import wish_of
    from franking.config.settings import load_settings

    settings = load_settings(seller=seller)
    wish = wish_of(settings, since, marketplaces or [], report, personal=not no_buyer_data)
    if dry_run:
        show_outline(settings, wish, format)
    else:
        show_fetch(settings, wish, out, format)
