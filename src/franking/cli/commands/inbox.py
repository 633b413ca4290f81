"""``franking inbox``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import PolicyName, TextOrJson


def inbox(
    store: Annotated[Path, typer.Option(help="Folder for the received messages, one .eml each.")] = Path("build/inbox"),
    port: Annotated[int, typer.Option(help="SMTP port on 127.0.0.1; 0 chooses a free one.", min=0, max=65535)] = 2525,
    web_port: Annotated[
        int, typer.Option(help="Port of the web page on 127.0.0.1; 0 chooses a free one.", min=0, max=65535)
    ] = 8025,
    web: Annotated[bool, typer.Option(help="Serve the web page (extra: preview).")] = True,
    list_only: Annotated[bool, typer.Option("--list", help="List the stored messages and exit.")] = False,
    policy: PolicyName = None,
    format: TextOrJson = "text",
) -> None:
    """Run a local SMTP server that stores what it receives, with a web page."""
    from franking.cli.inbox import list_store, serve

    if list_only:
        list_store(store, format)
    else:
        from franking.config.policies import chosen_policy

        serve(store, port, web_port if web else None, chosen_policy(policy))
