"""What ``@property`` registers (CSS Properties and Values 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tinycss2

from franking.css.lengths import Token, significant

Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered custom property of any syntax (``*``)."""

    inherits: bool
    initial: Tokens | None


def registration(content: Sequence[Token]) -> Registered | None:
    """What ``@property`` registers, where its syntax is ``*``; None for another syntax, or where a browser drops it."""
    found: dict[str, list[Token]] = {}
    initial: Tokens | None = None
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            found[item.lower_name] = significant(item.value)
            if item.lower_name == "initial-value":
                initial = tuple(item.value)
    syntax, inherits = found.get("syntax", []), found.get("inherits", [])
    if len(syntax) != 1 or syntax[0].type != "string" or syntax[0].value.strip() != "*":
        return None
    if len(inherits) != 1 or inherits[0].type != "ident" or inherits[0].lower_value not in ("true", "false"):
        return None
    return Registered(inherits[0].lower_value == "true", initial)
