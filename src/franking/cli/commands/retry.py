"""``franking retry``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import AllowPlain, CaFile, Connections, Outbox, PolicyName, Rate, Seller, TextOrJson, Transport


def retry(
    now: Annotated[bool, typer.Option("--now", help="Also try deferred messages that are not due yet.")] = False,
    transport: Transport = None,
    rate: Rate = None,
    connections: Connections = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    policy: PolicyName = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Send waiting messages: queued ones, and deferred and scheduled ones that are due.
    Exit code 3 if any message of the seller account is deferred, failed or ambiguous."""
    from franking.cli.upkeep import retry as try_again
    from franking.config.settings import load_settings

    settings = load_settings(
        transport=transport,
        rate=rate,
        connections=connections,
        allow_plain=allow_plain,
        ca_file=ca_file,
        policy=policy,
        outbox=outbox,
        seller=seller,
    )
    raise typer.Exit(try_again(settings, now, format))
