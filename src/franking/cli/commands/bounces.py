"""``franking bounces``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import CaFile, Outbox, Seller, TextOrJson


def bounces(
    source: Annotated[str, typer.Argument(help="Maildir, mbox, .eml, folder, or imaps://user@host/FOLDER.", metavar="MAILBOX")],
    vouched: Annotated[
        bool,
        typer.Option(
            "--vouched", help="Trust notices of the marketplace in this mailbox, because only the marketplace can write to it."
        ),
    ] = False,
    ca_file: CaFile = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Read bounces, complaints and notices of the marketplace: settle ambiguous messages, fail bounced ones,
    suppress dead addresses.

    Mails that are unclear or not proven are listed and change nothing.
    Exit code 3 if the marketplace refuses a kind or the account.
    """
    from franking.cli.bounces import read_bounces
    from franking.config.settings import load_settings

    settings = load_settings(outbox=outbox, seller=seller, ca_file=ca_file)
    raise typer.Exit(read_bounces(settings, source, format, vouched=vouched))
