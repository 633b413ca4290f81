"""``franking sandbox``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 chooses a free one.", min=0, max=65535)] = 0,
    script: Annotated[
        Path | None, typer.Option(help="JSON with faults, and with the actions that orders allow (docs/marketplaces.md).")
    ] = None,
) -> None:
    """Simulate the marketplace's API on this machine, from Amazon's public models. Sends nothing to buyers; for tests and
    to try ``--channel api``."""
    from franking.cli.sandbox import run_sandbox

    run_sandbox(port, script)
