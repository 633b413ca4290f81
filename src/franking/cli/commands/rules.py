"""``franking rules``."""

from __future__ import annotations

from franking.cli.options import TextOrJson


def rules(format: TextOrJson = "text") -> None:
    """List every rule with severity, summary and policy source."""
    from franking.cli.rules import list_rules

    list_rules(format)
