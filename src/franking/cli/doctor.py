"""``franking doctor``."""

from __future__ import annotations

import typer

from franking.cli.terminal import out, out_json, painted
from franking.config.doctor import examine
from franking.config.settings import Settings


def show_state(settings: Settings, format: str) -> None:
    """Run every check and print the results. Exits with 2 if a problem prevents sending."""
    found = list(examine(settings))
    if format == "json":
        out_json({"schema": 1, "findings": [{"state": f.state, "what": f.what, "seen": f.seen, "hint": f.hint} for f in found]})
    else:
        for finding in found:
            colour = {"ok": "green", "warning": "yellow", "problem": "red"}[finding.state]
            out(f"{painted(f'{finding.state:8}', colour)} {finding.what}: {finding.seen}")
            if finding.hint:
                out(f"         {finding.hint}")
    if any(f.state == "problem" for f in found):
        raise typer.Exit(2)
