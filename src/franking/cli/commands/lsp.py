"""``franking lsp``."""

from __future__ import annotations

from typing import Annotated

import typer


def lsp(
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Use stdin and stdout; editors may pass it, it changes nothing.")
    ] = False,
) -> None:
    """Serve an editor as a language server over stdin and stdout (extra: lsp)."""
    from franking.cli.lsp import language_server

    language_server()
