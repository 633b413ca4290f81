"""Converts MJML to HTML (mrml, through mjml-python), with default attributes that satisfy the policy.

MJML's defaults set a font, a colour and a line height, and centre sections. The attributes added here come first in the
head, so declarations of designers override them; the checker judges the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from franking.errors import ConfigurationError, TemplateError, install_hint

# https://documentation.mjml.io: every component that mrml knows.
_KNOWN = frozenset(
    """mjml mj-head mj-attributes mj-all mj-class mj-breakpoint mj-font mj-html-attributes mj-selector mj-html-attribute
    mj-preview mj-style mj-title mj-raw mj-body mj-accordion mj-accordion-element mj-accordion-title mj-accordion-text
    mj-button mj-carousel mj-carousel-image mj-column mj-divider mj-group mj-hero mj-image mj-navbar mj-navbar-link
    mj-section mj-social mj-social-element mj-spacer mj-table mj-text mj-wrapper mj-include""".split()
)
_TAG = re.compile(r"<!--.*?-->|<(/?)(mj[\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>", re.DOTALL)
_HEAD = re.compile(r"<mj-head\b[^>]*>")
_ROOT = re.compile(r"<mjml\b[^>]*>")
# Places for line breaks that do not change the layout: between parts of tables
# (https://www.w3.org/TR/CSS22/tables.html#anonymous-boxes), and in the head. mrml writes one line of many kilobytes.
_LINE_ENDS = re.compile(r"><(?=(?:t[dr]|/tr|/?tbody|/table|title|meta|style|/head)\b)")
_SAFE = """<mj-attributes>\
<mj-all font-family="inherit" /><mj-section padding="0" text-align="{start}" direction="{direction}" />\
<mj-wrapper padding="0" text-align="{start}" direction="{direction}" /><mj-column direction="{direction}" />\
<mj-text padding="0" align="{start}" color="inherit" font-size="16px" line-height="normal" />\
<mj-table padding="0" align="{start}" color="inherit" font-size="16px" line-height="normal" />\
<mj-image padding="0" align="{start}" /><mj-divider padding="12px 0" border-width="1px" border-color="#cccccc" />\
<mj-button padding="0" align="{start}" text-align="{start}" background-color="#eeeeee" color="inherit" font-size="16px" \
line-height="normal" />\
</mj-attributes>"""


class MjmlProblem(TemplateError):
    """Invalid MJML; ``line`` is the line in the rendered text, from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@cache
def library() -> Callable[..., str]:
    """The converter. Raises ``ConfigurationError`` without the extra ``mjml``."""
    try:
        from mjml import mjml2html
    except ModuleNotFoundError:
        raise ConfigurationError(f"MJML templates need mjml-python: {install_hint('mjml')}") from None
    found: Callable[..., str] = mjml2html
    return found


def to_html(text: str, direction: str) -> str:
    """The HTML of an MJML document; ``direction`` is ltr or rtl. Raises ``MjmlProblem``, and ``ConfigurationError`` without the
    extra ``mjml``."""
    convert = library()
    _check(text)
    safe = _SAFE.format(start="right" if direction == "rtl" else "left", direction=direction)
    head, root = _HEAD.search(text), _ROOT.search(text)
    assert root is not None
    if head is not None:
        text = text[: head.end()] + safe + text[head.end() :]
    else:
        text = f"{text[: root.end()]}<mj-head>{safe}</mj-head>{text[root.end() :]}"
    try:
        return _LINE_ENDS.sub(">\n<", str(convert(text)))
    except ValueError as error:
        raise MjmlProblem(1, f"MJML: {error}") from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a Rust panic, which is no ``Exception``
            raise MjmlProblem(1, "MJML: its library fails on this document") from None
        raise


def _check(text: str) -> None:
    """Find the first component that is unknown or not closed, because the library names no line."""
    open_: list[tuple[str, int]] = []
    for match in _TAG.finditer(text):
        closing, name, _, empty = match.groups()
        if name is None:
            continue  # a comment
        line = text.count("\n", 0, match.start()) + 1
        if name not in _KNOWN:
            raise MjmlProblem(line, f"MJML knows no <{name}>")
        if closing:
            if not open_ or open_[-1][0] != name:
                inner = f"<{open_[-1][0]}> of line {open_[-1][1]} is open" if open_ else "nothing is open"
                raise MjmlProblem(line, f"MJML: found </{name}>, and {inner}")
            open_.pop()
        elif not empty:
            if not open_ and name != "mjml":
                raise MjmlProblem(line, f"MJML: found <{name}>, expected <mjml> first")
            open_.append((name, line))
    if open_:
        raise MjmlProblem(open_[-1][1], f"MJML: <{open_[-1][0]}> is not closed")
    if _ROOT.search(text) is None:
        raise MjmlProblem(1, "MJML: expected <mjml>")
