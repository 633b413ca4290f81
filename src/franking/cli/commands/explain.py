"""``franking explain``."""

from __future__ import annotations

from typing import Annotated

import typer


def explain(slug: Annotated[str, typer.Argument(help="A rule, as in `franking rules`.", metavar="SLUG")]) -> None:
    """Print a rule's manual page: what it demands, why, examples, how to fix it."""
    from franking.cli.rules import explain_rule

    explain_rule(slug)
