"""``franking evidence``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import Outbox, Seller, TextOrJson


def evidence(
    order: Annotated[str, typer.Argument(help="The order's ID.", metavar="ORDER")],
    kind: Annotated[str | None, typer.Option(help="Only messages of this kind.", show_default="every kind")] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Also write JSON and a page to this folder.", metavar="FOLDER"),
    ] = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Show the evidence for a sent message: policy, every rule with its measured values, templates, times, replies.

    It is read from the ledger and stays complete after texts and addresses are erased. The order's ID is the only personal
    data in it. Exit code 1 if no message of the order was sent.
    """
    from franking.cli.evidence import show_evidence
    from franking.config.settings import load_settings

    raise typer.Exit(show_evidence(load_settings(outbox=outbox, seller=seller), order, kind, folder, format))
