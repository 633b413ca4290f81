"""Presentational attributes as declarations (HTML, section 15.3: "presentational hints").

They are author style that yields to any style sheet. Each hint keeps the attribute it came from, so that a finding can
point at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from franking.css.lengths import Length, Metrics
from franking.css.values import Value
from franking.html.document import Element

_NUMBER = re.compile(r"[ \t\n\f\r]*([0-9]+(?:\.[0-9]*)?)(%?)")
_INTEGER = re.compile(r"[ \t\n\f\r]*\+?([0-9]+)")
_LARGEST = 2**25  # browsers hold lengths in 1/64 px of 32 bits
_LEGACY_SIZES = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_TABLE_PARTS = frozenset(["thead", "tbody", "tfoot", "tr", "td", "th"])
_TEXT_ALIGN = frozenset(
    "left right center justify start end match-parent -webkit-left -webkit-right -webkit-center -webkit-match-parent".split()
)
_LEGACY_ALIGN = {"left": "-webkit-left", "right": "-webkit-right", "center": "-webkit-center", "middle": "-webkit-center"}
_ALIGNED_BLOCKS = frozenset(["div", "p"])
_ALIGNED_OTHERWISE = frozenset("img object embed iframe video table hr col colgroup input".split())
_SPACED = frozenset(["img", "object", "embed", "marquee", "input"])
# Every attribute that makes a hint on some element.
HINTING = frozenset(
    """align width height hspace border background bgcolor nowrap wrap dir hidden color face size cellspacing text leftmargin
    rightmargin marginwidth""".split()
)
_WIDE_BY_ATTRIBUTE = frozenset("marquee table td th img object embed iframe video canvas hr pre input col colgroup".split())


@dataclass(frozen=True, slots=True)
class PresentationalHint:
    """A longhand that an attribute sets ("": the element's very name does). ``of`` is the tag of the ancestor that has the
    attribute, such as ``cellpadding`` of the table; "" for the element itself."""

    name: str
    value: Value
    attribute: str
    of: str = ""


def dimension(text: str, *, zero: bool = True) -> Callable[[Metrics], Length] | None:
    """HTML's rules for parsing dimension values: px or percent; None where there is no number."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    number = min(float(match[1]), float(_LARGEST))
    if number == 0 and not zero:
        return None
    length = Length(0.0, number) if match[2] else Length(number)
    return lambda _metrics: length


def integer(text: str) -> int | None:
    """HTML's rules for parsing non-negative integers, leniently: leading digits."""
    match = _INTEGER.match(text)
    return min(int(match[1][:12]), _LARGEST) if match else None


def presentational_hints(element: Element) -> Iterator[PresentationalHint]:
    """The presentational hints of one element, later ones winning."""
    tag, attrs = element.tag, element.attrs
    if tag == "center":
        yield PresentationalHint("text-align", "-webkit-center", "")
    elif tag == "marquee":
        yield PresentationalHint("width", "-webkit-fill-available", "")
    elif tag == "font":
        yield from _font(element)
    elif tag == "th" or tag == "td" or tag == "table":
        yield from _table(element)
    if not attrs:
        return
    if "align" in attrs:
        yield from _align(element, attrs["align"].lower())
    if "width" in attrs and tag in _WIDE_BY_ATTRIBUTE:
        width = dimension(attrs["width"], zero=tag not in ("table", "td", "th"))
        if width is not None:
            yield PresentationalHint("width", width, "width")
    if "height" in attrs and tag in ("img", "object", "embed", "iframe", "video", "canvas", "table", "td", "th", "tr"):
        height = dimension(attrs["height"])
        if height is not None:
            yield PresentationalHint("height", height, "height")
    if tag == "svg":
        for name in ("width", "height"):
            if name in attrs and (size := dimension(attrs[name])) is not None:
                yield PresentationalHint(name, size, name)
    if "hspace" in attrs and tag in _SPACED:
        space = dimension(attrs["hspace"])
        if space is not None:
            yield PresentationalHint("margin-left", space, "hspace")
            yield PresentationalHint("margin-right", space, "hspace")
    if "border" in attrs and tag in ("img", "object", "embed"):
        yield from _border(element, integer(attrs["border"]) or 0)
    if "background" in attrs and tag in ("body", "table", *_TABLE_PARTS) and attrs["background"].strip():
        yield PresentationalHint("background-image", "image", "background")
    if "bgcolor" in attrs and tag in ("body", "table", *_TABLE_PARTS) and attrs["bgcolor"].strip():
        yield PresentationalHint("background-color", attrs["bgcolor"].strip(), "bgcolor")
    if tag == "body":
        yield from _body(element)
    if "nowrap" in attrs and tag in ("td", "th"):
        yield PresentationalHint("white-space", "nowrap", "nowrap")
    if "wrap" in attrs and tag == "pre":
        yield PresentationalHint("white-space", "pre-wrap", "wrap")
    if "dir" in attrs and attrs["dir"].strip().lower() in ("ltr", "rtl"):
        yield PresentationalHint("direction", attrs["dir"].strip().lower(), "dir")
    if "hidden" in attrs and attrs["hidden"].strip().lower() != "until-found":
        yield PresentationalHint("display", "none", "hidden")


def table_of(element: Element) -> Element | None:
    """The nearest table around an element."""
    return next((a for a in element.ancestors() if a.tag == "table"), None)


def _font(element: Element) -> Iterator[PresentationalHint]:
    attrs = element.attrs
    color = attrs.get("color", "").strip().lower()
    if color and color != "transparent":  # HTML, section 2.3.6, "legacy color value"
        yield PresentationalHint("color", color, "color")
    if attrs.get("face", "").strip():
        yield PresentationalHint("font-family", attrs["face"].strip(), "face")
    match = re.match(r"[ \t\n\f\r]*([+-]?)([0-9]{1,9})", attrs.get("size", ""))
    if match:
        number = int(match[2])
        if match[1]:
            number = 3 + number if match[1] == "+" else 3 - number
        size = _LEGACY_SIZES[min(7, max(1, number)) - 1]
        yield PresentationalHint("font-size", lambda _metrics: Length(size), "size")


def _table(element: Element) -> Iterator[PresentationalHint]:
    attrs = element.attrs
    if element.tag == "table":
        if "cellspacing" in attrs and (spacing := integer(attrs["cellspacing"])) is not None:
            px = float(spacing)
            yield PresentationalHint("border-spacing", lambda _metrics: Length(px), "cellspacing")
        if "border" in attrs:
            written = integer(attrs["border"])
            yield from _border(element, 1 if written is None else written)
        return
    table = table_of(element)
    if table is None:
        return
    if "cellpadding" in table.attrs and (padding := integer(table.attrs["cellpadding"])) is not None:
        px = float(padding)
        for side in ("left", "right"):
            yield PresentationalHint(f"padding-{side}", lambda _metrics: Length(px), "cellpadding", "table")
    if "border" in table.attrs and integer(table.attrs["border"]) != 0:
        yield from _border(element, 1)


def _border(element: Element, width: int) -> Iterator[PresentationalHint]:
    px = float(width)
    for side in ("left", "right"):
        yield PresentationalHint(f"border-{side}-width", lambda _metrics: Length(px), "border")
        yield PresentationalHint(f"border-{side}-style", "solid" if width else "none", "border")


def _align(element: Element, align: str) -> Iterator[PresentationalHint]:
    tag = element.tag
    if tag in ("img", "object", "embed", "iframe", "video"):
        if align not in ("left", "right"):
            return
        yield PresentationalHint("float", align, "align")
    elif tag == "table":
        if align in ("left", "right"):
            yield PresentationalHint("float", align, "align")
        elif align == "center":
            yield PresentationalHint("margin-left", "auto", "align")
            yield PresentationalHint("margin-right", "auto", "align")
    elif tag == "hr":
        left, right = {"left": (0.0, None), "right": (None, 0.0)}.get(align, (None, None))
        for side, px in (("left", left), ("right", right)):
            value: Value = "auto" if px is None else (lambda _metrics: Length(0.0))
            yield PresentationalHint(f"margin-{side}", value, "align")
    elif tag not in _ALIGNED_OTHERWISE:
        # Other elements than these know no legacy alignment of the blocks inside. What is none of the words that HTML knows
        # browsers read as a value of text-align.
        legacy = _LEGACY_ALIGN if tag in _TABLE_PARTS or tag in _ALIGNED_BLOCKS else {"middle": "center"}
        if tag in _TABLE_PARTS:
            legacy = {**legacy, "absmiddle": "center"}
        value = legacy.get(align, align.strip(" \t\n\f\r"))
        if value in _TEXT_ALIGN:
            yield PresentationalHint("text-align", value, "align")


def _body(element: Element) -> Iterator[PresentationalHint]:
    attrs = element.attrs
    color = attrs.get("text", "").strip().lower()
    if color and color != "transparent":
        yield PresentationalHint("color", color, "text")
    for side, names in (("left", ("leftmargin", "marginwidth")), ("right", ("rightmargin", "marginwidth"))):
        for name in names:
            if name in attrs and (px := integer(attrs[name])) is not None:
                margin = float(px)
                yield PresentationalHint(f"margin-{side}", lambda _metrics, m=margin: Length(m), name)
                break
