"""Inline a draft's styles, and derive its text part from the result."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

from franking.errors import FrankingError
from franking.model import Draft, Inlined
from franking.render.text import plain_text

InlinerName = Literal["css-inline", "premailer"]


@cache
def _inliner(name: InlinerName) -> Callable[[str], str]:
    if name == "css-inline":
        import css_inline

        # At-rules (@media) cannot be inlined and stay; nothing is ever loaded from the network or the disk.
        return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False).inline
    if name == "premailer":
        import logging

        from premailer import Premailer

        def inline(html: str) -> str:
            result: str = Premailer(
                html, remove_classes=False, keep_style_tags=False, disable_validation=True, allow_network=False,
                allow_loading_external_files=False, cssutils_logging_level=logging.CRITICAL, method="html",
            ).transform()  # fmt: skip
            return result

        return inline
    raise FrankingError(f"unknown inliner {name!r}; expected css-inline or premailer")


def inline(draft: Draft, inliner: InlinerName = "css-inline") -> Inlined:
    """The draft with its style sheet inlined, and the text part."""
    html = _inliner(inliner)(draft.html)
    return Inlined(draft, html, plain_text(html))
