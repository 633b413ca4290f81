"""``franking bounces``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import CaFile, Outbox, Seller, TextOrJson


def bounces(
    source: Annotated[str, typer.Argument(help="Maildir, mbox, .eml, folder, or imaps://user@host/FOLDER.", metavar="MAILBOX")],
    vouched: Annotated[
        bool,
        typer.Option("--vouched", help="Believe the marketplace's notices in this mailbox: only the marketplace writes to it."),
    ] = False,
    ca_file: CaFile = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Read bounces, complaints and the marketplace's notices: settle doubts, fail what came back, suppress dead addresses.

    What is not clear or not proven is listed and changes nothing. Exit code 3 where the marketplace refuses a kind or account.
    """
    from franking.cli.bounces import read_bounces
    from franking.config.settings import load_settings

    settings = load_settings(outbox=outbox, seller=seller, ca_file=ca_file)
    raise typer.Exit(read_bounces(settings, source, format, vouched=vouched))
