"""Longhand properties that the rules and the layout read, and what a valid value of each looks like.

An invalid value parses to None and its declaration is dropped, as a browser drops it (CSS Syntax 3, section 2.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from franking.css import grids, text_properties, transforms
from franking.css.colors import color
from franking.css.components import ALIGNMENTS, aspect_ratio, contain, content, is_read_image, opacity, split
from franking.css.lengths import ZERO, Length, Metrics, Token, is_numeric, parse_length, parse_number, significant
from franking.css.values import (
    WIDE_KEYWORDS,
    Parser,
    Value,
    integer,
    keyword,
    keywords,
    length,
    number,
    wide_keyword,
)

_BORDER_WORDS = {"thin": 1.0, "medium": 3.0, "thick": 5.0}
_BORDER_STYLES = {"none", "hidden", "dotted", "dashed", "solid", "double", "groove", "ridge", "inset", "outset"}
_GENERIC = {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "ui-serif", "ui-sans-serif", "math",
            "ui-monospace", "ui-rounded", "emoji", "fangsong"}  # fmt: skip
_UI = {"ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded", "emoji", "fangsong"}
_SHORT_GENERIC = _GENERIC - _UI  # no name starts so


def _fixed(px: float) -> Callable[[Metrics], Length]:
    length = Length(px) if px else ZERO
    return lambda _metrics: length


def border_width(tokens: Sequence[Token], quirks: bool) -> Value | None:
    """``<line-width>``."""
    if len(tokens) != 1:
        return None
    word = keyword(tokens[0])
    if word is not None:
        return _fixed(_BORDER_WORDS[word]) if word in _BORDER_WORDS else None
    return parse_length(tokens[0], percent=False, unitless=quirks, negative=False)


def font_family(tokens: Sequence[Token], _quirks: bool) -> str | None:
    """A comma-separated list of family names, as normalized text."""
    families: list[str] = []
    words: list[str] = []
    quoted = False
    for token in [*tokens, None]:
        if token is None or (token.type == "literal" and token.value == ","):
            if not words or (not quoted and len(words) == 1 and words[0].lower() in WIDE_KEYWORDS | {"default"}):
                return None
            name = " ".join(words)
            families.append(name.lower() if not quoted and name.lower() in _GENERIC else name)
            words, quoted = [], False
        elif token.type == "ident" and not quoted and not (len(words) == 1 and words[0].lower() in _SHORT_GENERIC):
            words.append(token.value)
        elif token.type == "string" and not words:
            words.append(token.value or '""')
            quoted = True
        else:
            return None
    return ", ".join(families)


SIZE_WORDS = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
    "xxx-large": 48.0, "-webkit-xxx-large": 48.0,
}  # fmt: skip

font_size = length(*SIZE_WORDS, "smaller", "larger", negative=False)


def line_height(tokens: Sequence[Token], _quirks: bool) -> Value | None:
    """``normal``, a number, or a length."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if keyword(token) == "normal":
        return "normal"
    return parse_number(token, negative=False) if is_numeric(token) else parse_length(token, negative=False)


_OUTSIDE = {"block", "inline", "run-in"}
_INSIDE = {
    "flow": "",
    "flow-root": "flow-root",
    "table": "table",
    "flex": "flex",
    "grid": "grid",
    "ruby": "ruby",
    "math": "math",
}
_DISPLAYS = {
    "none", "contents", "block", "inline", "inline-block", "flow-root", "list-item", "table", "inline-table", "flex",
    "inline-flex", "grid", "inline-grid", "table-row-group", "table-header-group", "table-footer-group", "table-row",
    "table-cell", "table-column", "table-column-group", "table-caption", "ruby", "ruby-text", "math",
}  # fmt: skip
_LEGACY_DISPLAYS = {
    "-webkit-box": "-webkit-box",
    "-webkit-flex": "flex",
    "-webkit-inline-flex": "inline-flex",
    "-webkit-inline-box": "-webkit-inline-box",
}


def display(tokens: Sequence[Token], _quirks: bool) -> str | None:
    """``display`` with one to three keywords (CSS Display 3, section 2)."""
    words = [keyword(t) for t in tokens]
    if len(words) == 1:
        word = words[0] or ""
        return "block" if word == "flow" else word if word in _DISPLAYS else _LEGACY_DISPLAYS.get(word)
    outside = next((w for w in words if w in _OUTSIDE), None)
    inside = next((w for w in words if w in _INSIDE), None)
    if "list-item" in words and sorted(w or "" for w in words) == sorted(filter(None, (outside, inside, "list-item"))):
        if inside not in (None, "flow", "flow-root"):
            return None
        return "inline-list-item" if outside == "inline" else "list-item"
    if len(words) == 2 and outside and inside:
        name = _INSIDE[inside]
        if outside == "inline":
            return {"": "inline", "flow-root": "inline-block", "ruby": "ruby", "math": "math"}.get(name, f"inline-{name}")
        return "block" if name in ("", "ruby", "math") else name
    return None


def background_image(tokens: Sequence[Token], _quirks: bool) -> str | None:
    """``none`` or ``image``: whether any layer draws one."""
    found = "none"
    for layer in split(tokens, ","):
        if len(layer) != 1:
            return None
        if is_read_image(layer[0], color):
            found = "image"
        elif keyword(layer[0]) != "none":
            return None
    return found


def font_weight(tokens: Sequence[Token], _quirks: bool) -> str | float | None:
    """A weight from 1 to 1000, or a keyword."""
    if len(tokens) != 1:
        return None
    weight = parse_number(tokens[0])
    if weight is not None:
        return weight if 1 <= weight <= 1000 or tokens[0].type == "function" else None
    word = keyword(tokens[0])
    return word if word in ("normal", "bold", "bolder", "lighter") else None


def _spacing(tokens: Sequence[Token], quirks: bool) -> Value | None:
    # border-spacing: the horizontal value comes first and is the only one that counts here.
    if len(tokens) not in (1, 2):
        return None
    parts = [parse_length(t, percent=False, unitless=quirks, negative=False) for t in tokens]
    return None if None in parts else parts[0]


_BOX = ("auto", "min-content", "max-content", "fit-content", "-webkit-fill-available", "stretch", "-webkit-fit-content")
_BOX_LIMIT = _BOX[1:]
_SIDES = ("left", "right")

LONGHANDS: dict[str, Parser] = {
    "display": display,
    "position": keywords("static", "relative", "absolute", "fixed", "sticky", "-webkit-sticky"),
    "float": keywords("left", "right", "none", "inline-start", "inline-end"),
    "box-sizing": keywords("content-box", "border-box"),
    "width": length(*_BOX, negative=False),
    "height": length(*_BOX, negative=False),
    "min-width": length(*_BOX, negative=False),
    "max-width": length(*_BOX_LIMIT, "none", negative=False),
    "min-height": length(*_BOX, negative=False),
    "max-height": length(*_BOX_LIMIT, "none", negative=False),
    "aspect-ratio": aspect_ratio,
    "contain": contain,
    "left": length("auto"),
    "right": length("auto"),
    "top": length("auto"),
    "bottom": length("auto"),
    "unicode-bidi": keywords("normal", "embed", "isolate", "bidi-override", "isolate-override", "-webkit-isolate",
                             "-webkit-isolate-override"),
    "text-align": keywords("left", "right", "center", "justify", "start", "end", "-webkit-left",
                            "-webkit-right", "-webkit-center", "-webkit-auto", "-webkit-match-parent"),
    "text-align-last": keywords("auto", "left", "right", "center", "justify", "start", "end"),
    "direction": keywords("ltr", "rtl"),
    "visibility": keywords("visible", "hidden", "collapse"),
    "white-space": keywords("normal", "nowrap", "pre", "pre-wrap", "pre-line", "break-spaces"),
    "overflow-wrap": keywords("normal", "break-word", "anywhere"),
    "word-break": keywords("normal", "break-all", "keep-all", "break-word", "auto-phrase"),
    "table-layout": keywords("auto", "fixed"),
    "border-collapse": keywords("collapse", "separate"),
    "border-spacing": _spacing,
    "background-image": background_image,
    "background-color": color,
    "color": color,
    "-webkit-text-fill-color": color,
    "font-family": font_family,
    "font-size": font_size,
    "font-weight": font_weight,
    "line-height": line_height,
    "flex-direction": keywords("row", "row-reverse", "column", "column-reverse"),
    "flex-wrap": keywords("nowrap", "wrap", "wrap-reverse"),
    "flex-grow": number,
    "flex-shrink": number,
    "flex-basis": length(*(w for w in _BOX if w != "-webkit-fill-available"), "content", negative=False),
    "justify-content": ALIGNMENTS["justify-content"],
    "justify-items": ALIGNMENTS["justify-items"],
    "justify-self": ALIGNMENTS["justify-self"],
    "align-items": ALIGNMENTS["align-items"],
    "align-self": ALIGNMENTS["align-self"],
    "column-gap": length("normal", negative=False),
    "grid-template-columns": grids.tracks,
    "grid-template-rows": grids.rows,
    "grid-template-areas": grids.areas,
    "grid-auto-columns": grids.auto_tracks,
    "grid-auto-flow": grids.flow,
    "grid-column-start": grids.line,
    "grid-column-end": grids.line,
    "grid-row-start": grids.line,
    "grid-row-end": grids.line,
    "align-content": ALIGNMENTS["align-content"],
    "order": integer,
    "opacity": opacity,
    "overflow-x": keywords("visible", "hidden", "clip", "scroll", "auto", "overlay"),
    "overflow-y": keywords("visible", "hidden", "clip", "scroll", "auto", "overlay"),
    "content": content,
}  # fmt: skip
LONGHANDS |= transforms.PARSERS | text_properties.PARSERS
for _side in _SIDES:
    LONGHANDS[f"margin-{_side}"] = length("auto")
    LONGHANDS[f"padding-{_side}"] = length(negative=False)
    LONGHANDS[f"border-{_side}-width"] = border_width
    LONGHANDS[f"border-{_side}-style"] = keywords(*_BORDER_STYLES)

# Logical names, as in left-to-right text (css.logical puts them right in the other), and old spellings.
ALIASES = {
    "inline-size": "width", "min-inline-size": "min-width", "max-inline-size": "max-width", "block-size": "height",
    "min-block-size": "min-height", "max-block-size": "max-height", "-webkit-logical-width": "width",
    "-webkit-logical-height": "height", "-webkit-min-logical-width": "min-width", "-webkit-max-logical-width": "max-width",
    "-webkit-min-logical-height": "min-height", "-webkit-max-logical-height": "max-height",
    "margin-inline-start": "margin-left", "margin-inline-end": "margin-right",
    "-webkit-margin-start": "margin-left", "-webkit-margin-end": "margin-right",
    "padding-inline-start": "padding-left", "padding-inline-end": "padding-right",
    "-webkit-padding-start": "padding-left", "-webkit-padding-end": "padding-right",
    "border-inline-start-width": "border-left-width", "border-inline-end-width": "border-right-width",
    "border-inline-start-style": "border-left-style", "border-inline-end-style": "border-right-style",
    "-webkit-border-start": "border-inline-start", "-webkit-border-end": "border-inline-end",
    "-webkit-border-start-width": "border-left-width", "-webkit-border-end-width": "border-right-width",
    "-webkit-border-start-style": "border-left-style", "-webkit-border-end-style": "border-right-style",
    "inset-inline-start": "left", "inset-inline-end": "right", "-webkit-box-sizing": "box-sizing",
    "word-wrap": "overflow-wrap",
    "grid-column-gap": "column-gap", "-webkit-justify-content": "justify-content",
    "-webkit-flex-direction": "flex-direction", "-webkit-align-items": "align-items",
    "-webkit-align-self": "align-self", "-webkit-order": "order",
    "-webkit-align-content": "align-content", "-webkit-column-gap": "column-gap", "-webkit-flex-basis": "flex-basis",
    "-webkit-flex-grow": "flex-grow", "-webkit-flex-shrink": "flex-shrink", "-webkit-flex-wrap": "flex-wrap",
    "-webkit-opacity": "opacity", "-webkit-flex-flow": "flex-flow",
}  # fmt: skip

ALIASES |= transforms.ALIASES


def parse_longhand(name: str, tokens: Sequence[Token], quirks: bool) -> Value | None:
    """Parse a longhand's value (white space already removed); None where it is invalid."""
    return wide_keyword(tokens) or LONGHANDS[name](significant(tokens), quirks)
