"""``franking inbox``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import TextOrJson


def inbox(
    store: Annotated[Path, typer.Option(help="Folder that keeps the received messages, one .eml each.")] = Path("build/inbox"),
    port: Annotated[int, typer.Option(help="SMTP port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 2525,
    web_port: Annotated[int, typer.Option(help="Port of the web view on 127.0.0.1.", min=0, max=65535)] = 8025,
    web: Annotated[bool, typer.Option(help="Show the web view (extra: preview).")] = True,
    list_only: Annotated[bool, typer.Option("--list", help="List what the store holds, and end.")] = False,
    format: TextOrJson = "text",
) -> None:
    """Run a real SMTP server on loopback that keeps what it gets, with a web view."""
    from franking.cli.inbox import list_store, serve

    if list_only:
        list_store(store, format)
    else:
        serve(store, port, web_port if web else None)
