"""Rewrites margin and padding declarations: one side changes, the others stay."""

from __future__ import annotations

from collections.abc import Mapping

import tinycss2

from franking.css.declaration_origin import DeclarationOrigin

_START = frozenset(["margin-inline-start", "padding-inline-start", "-webkit-margin-start", "-webkit-padding-start"])
_END = frozenset(["margin-inline-end", "padding-inline-end", "-webkit-margin-end", "-webkit-padding-end"])


def with_sides(origin: DeclarationOrigin, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """The declaration of a margin or padding with other values for ``left`` and ``right``; empty if it should be removed
    (``all``, ``var()`` in place of several values)."""
    name = origin.written
    parts = _parts(origin.text)
    if not parts:
        return []
    if name in ("margin", "padding"):
        if len(parts) > 4 or (len(parts) == 1 and parts[0].lower().startswith("var(")):
            return []
        top = parts[0]
        right = parts[1] if len(parts) > 1 else top
        bottom = parts[2] if len(parts) > 2 else top
        left = parts[3] if len(parts) > 3 else right
        left, right = values.get("left", left), values.get("right", right)
        return [(name, _shortest(top, right, bottom, left))]
    if name in ("margin-inline", "padding-inline"):
        start, end = parts[0], parts[-1]
        return [(name, f"{values.get('left', start)} {values.get('right', end)}")]
    side = "left" if name.endswith("-left") or name in _START else "right" if name.endswith("-right") or name in _END else ""
    return [(name, values[side])] if side in values else []


def _parts(text: str) -> list[str]:
    tokens = tinycss2.parse_component_value_list(text, skip_comments=True)
    return [tinycss2.serialize([token]) for token in tokens if token.type != "whitespace"]


def _shortest(top: str, right: str, bottom: str, left: str) -> str:
    if left != right:
        return f"{top} {right} {bottom} {left}"
    if top != bottom:
        return f"{top} {right} {bottom}"
    return f"{top} {right}" if top != right else top
