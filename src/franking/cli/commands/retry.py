"""``franking retry``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import AllowPlain, CaFile, Connections, Outbox, Rate, Seller, TextOrJson, Transport


def retry(
    now: Annotated[bool, typer.Option("--now", help="Also what is deferred and not yet due.")] = False,
    transport: Transport = None,
    rate: Rate = None,
    connections: Connections = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Send what waits in the ledger: queued messages, and deferred and scheduled ones whose time has come. Exit code 3 where
    anything of the seller account is deferred, failed or in doubt."""
    from franking.cli.upkeep import retry as try_again
    from franking.config.settings import load_settings

    settings = load_settings(
        transport=transport, rate=rate, connections=connections, allow_plain=allow_plain, ca_file=ca_file, outbox=outbox,
        seller=seller,
    )  # fmt: skip
    raise typer.Exit(try_again(settings, now, format))
