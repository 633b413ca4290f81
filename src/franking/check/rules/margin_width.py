"""Margins take at most 20 % of the message's width on either side.

The rule measures two things, in a message box 360 and 600 px wide. The *message inset*: over all visible content, the
smallest distance from the left edge of the box and from its right edge; margins, borders, paddings, cell padding and
spacing, fixed or maximal widths and auto margins on the way in add up. And every single box: its own used left or right
margin or padding. The browser's own indents (lists, quotations) are no violation. Vertical margins are free.

Permitted::

    <div style="margin:24px 10%"><p>Your order is on its way.</p></div>

Rejected, line 1::

    <div style="margin:0 25%"><p>Your order is on its way.</p></div>

Rejected, line 1::

    <div style="padding:0 15%">
    <div style="padding:0 15%">Your order is on its way.</div></div>

To fix it: make the horizontal margin or padding smaller, or give a fixed width in %, up to 100 %.
"""

from collections.abc import Iterator

from franking.check.auto_margins import auto_margin_of_words
from franking.check.box_sides import with_sides
from franking.check.edits import Edit, drop, rewrite, set_attribute
from franking.check.inset_cause import inset_cause
from franking.check.insets import Edge, content, edges, relieved, unsure
from franking.check.page import Page
from franking.check.rule import CheckRule, Measures
from franking.check.rule_context import on_page, percent
from franking.css.computed_style import AUTO
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.lengths import ZERO, Length
from franking.html.document import Element
from franking.layout.boxes import Box
from franking.layout.frame import TABLES
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("margin-width", "error", "margins wider than the policy allows", "look", "check", __doc__)
_SLACK = 0.01  # CSS px: layout arithmetic, not tolerance of the policy


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report boxes with too wide margins or paddings, then the message's inset."""
    limit = policy.value("margin_share")
    fits = int(limit * min(page.width, policy.narrowest))
    reported: set[int] = set()
    most = limit * page.width + _SLACK
    for element, box in zip(page.document.elements, page.layout.boxes, strict=True):
        if box is None:
            continue
        kind = box.kind
        if kind == "row-group":
            continue
        finding = None
        if box.margin_left > most or box.margin_right > most or box.padding_left > most or box.padding_right > most:
            finding = _own(page, element, box, limit, fits)
        elif page.styles[element.index].display in TABLES:
            finding = _almost(page, element, box, limit)
        if finding is None and (box.doubt or kind == "cell"):
            finding = _cannot_tell(page, element, box, limit)
        if finding is not None:
            reported.add(element.index)
            yield finding
    yield from _inset(page, limit, reported)


def _own(page: Page, element: Element, box: Box, limit: float, fits: int) -> Finding | None:
    """``fits``: CSS px that are not too wide at any of the policy's widths."""
    most = limit * page.width + _SLACK
    style = page.style(element)
    wide: list[tuple[float, str, DeclarationOrigin]] = []
    for name in ("margin_left", "margin_right", "padding_left", "padding_right"):
        used: float = getattr(box, name)
        # An inherited auto or percentage counts as well, and an author's zoom of the browser's own indent.
        origin = style.origin(name.replace("_", "-")) or (_zoomed(page, element) if used > most else None)
        short_line = element.tag == "hr" and getattr(style, name) == AUTO  # it may stand anywhere in its row
        if origin is not None and used > most and not short_line:
            wide.append((used, name, origin))
    if not wide:
        return None
    used, name, origin = max(wide, key=lambda w: w[0])
    kind = name.split("_")[0]
    sides = " and ".join(n.split("_")[1] for _, n, _ in wide if n.startswith(kind))
    share = used / page.width
    return on_page(
        page, RULE, origin.offset(), element,
        f"{kind} {sides} is {percent(share)} of the message width at {page.width} px (limit {percent(limit)})",
        f"Make it {fits} px or less, or at most {percent(limit)}.",
        measured=round(share, 4), limit=limit, undecided=bool(box.doubt),
    )  # fmt: skip


def _zoomed(page: Page, element: Element) -> DeclarationOrigin | None:
    """The declaration that enlarges an element and all that it sets in px."""
    if page.style(element).zoom <= 1.0:
        return None
    return next((found for a in element.ancestors() if (found := page.style(a).own_origin("zoom")) is not None), None)


def _almost(page: Page, element: Element, box: Box, limit: float) -> Finding | None:
    """An auto margin so near to the limit that the font decides."""
    found = auto_margin_of_words(page, element, box, limit * page.width + _SLACK)
    if found is None:
        return None
    origin, used = found
    message = f"Whether the auto margin stays within {percent(limit)} at {page.width} px depends on the width of the words"
    return on_page(page, RULE, origin.offset(), element, message, "Declare a width.",
                   measured=round(used / page.width, 4), limit=limit, undecided=True)  # fmt: skip


def _cannot_tell(page: Page, element: Element, box: Box, limit: float) -> Finding | None:
    """Where a margin or padding may become anything: a ratio in flex or grid, auto beside a float, a mixed calc() in a cell."""
    style = page.styles[element.index]
    if not box.doubt and style.padding_left is style.padding_right is ZERO:
        return None
    if box.doubt.startswith("aspect-ratio") and (ratio := style.own_origin("aspect-ratio")) is not None:
        return on_page(page, RULE, ratio.offset(), element, f"{box.doubt} cannot be decided without a browser",
                       "Declare a width.", limit=limit, undecided=True)  # fmt: skip
    if box.kind != "cell" and "float" not in box.doubt:
        return None
    beside_float = "float" in box.doubt and box.kind != "inline"
    if not beside_float and style.padding_left.function is None and style.padding_right.function is None:
        return None
    for name in ("margin-left", "margin-right", "padding-left", "padding-right"):
        cascaded_value = style.own.get(name)
        if cascaded_value is None:
            continue
        size = getattr(style, name.replace("-", "_"))
        beside = beside_float and cascaded_value.value == "auto"
        mixed = isinstance(size, Length) and size.function is not None and box.kind == "cell" and name.startswith("padding")
        origin = style.own_origin(name) if beside or mixed else None
        if origin is not None and (beside or "-" in origin.text):
            what = "auto margins beside a float" if beside else "calc() with a percentage in a cell's padding"
            return on_page(page, RULE, origin.offset(), element, f"{what} cannot be decided without a browser",
                           "Declare a length or a percentage.", limit=limit, undecided=True)  # fmt: skip
    return None


def _inset(page: Page, limit: float, reported: set[int]) -> Iterator[Finding]:
    left, right = edges(page)
    most = limit * page.width + _SLACK
    found: dict[int, tuple[float, list[str], Element, int, str]] = {}
    for side, edge in (("left", left), ("right", right)):
        if edge is None:
            continue
        if edge.inset <= most:
            if edge.element.index not in reported and unsure(page, side, edge, most):
                yield _in_doubt(page, side, edge, limit)
            continue
        cause = inset_cause(page, edge.element, side)
        if cause is None and _alone(page, side, edge.inset) > most:
            continue
        element, offset = (cause[0], cause[1].offset()) if cause is not None else (edge.element, edge.element.offset)
        if element.index in reported:
            continue
        known = found.get(element.index)
        sides = [side] if known is None else [*known[1], side]
        doubt = edge.doubt or ("floats may push other content nearer" if relieved(page, side, most) else "")
        found[element.index] = (max(edge.inset, known[0] if known else 0.0), sides, element, offset, doubt)
    for inset, sides, element, offset, doubt in found.values():
        share = inset / page.width
        yield on_page(
            page, RULE, offset, element,
            f"All content stands {percent(share)} of the message width in from the {' and the '.join(sides)} at "
            f"{page.width} px (limit {percent(limit)}); this adds the most",
            "Make the margins, paddings and fixed widths around the content add up to less.",
            measured=round(share, 4), limit=limit, undecided=bool(doubt),
        )  # fmt: skip


def _in_doubt(page: Page, side: str, edge: Edge, limit: float) -> Finding:
    return on_page(
        page, RULE, edge.element.offset, edge.element,
        f"How far all content stands in from the {side} at {page.width} px cannot be decided here: {edge.doubt}",
        "Let no other box take it aside.", limit=limit, undecided=True,
    )  # fmt: skip


def _alone(page: Page, side: str, inset: float) -> float:
    """The inset of the same content as the browser alone makes it: lists and quotations are indented, tables shrink."""

    def insets(one: Page) -> list[tuple[int, float]]:
        return [(e.index, start if side == "left" else one.width - end) for e, start, end, _ in content(one)]

    nearest = {index for index, found in insets(page) if found <= inset + _SLACK}
    return min((found for index, found in insets(page.alone) if index in nearest), default=0.0)


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Bring single boxes down to the limit; where they are well but add up to too much, take from the widest."""
    limit = policy.value("margin_share")
    fits = int(limit * min(page.width, policy.narrowest))
    found = False
    for element in page.document.elements:
        box = page.box(element)
        if box is None or box.kind == "row-group" or _own(page, element, box, limit, fits) is None:
            continue
        for kind in ("margin", "padding"):
            sides: dict[DeclarationOrigin, dict[str, str]] = {}
            for side in ("left", "right"):
                origin = page.style(element).origin(f"{kind}-{side}")
                if origin is not None and getattr(box, f"{kind}_{side}") > limit * page.width + _SLACK:
                    sides.setdefault(origin, {})[side] = f"{fits}px"
            for origin, values in sides.items():
                found = True
                yield from _resized(page, origin, values)
    if found:
        return
    for side, edge in zip(("left", "right"), edges(page), strict=True):
        excess = edge.inset - limit * page.width if edge is not None else 0.0
        cause = inset_cause(page, edge.element, side) if edge is not None and excess > _SLACK else None
        if cause is not None:
            yield from _reduced(page, cause[0], cause[1], side, excess)


def _resized(page: Page, origin: DeclarationOrigin, values: dict[str, str]) -> Iterator[Edit]:
    if origin.written == "cellpadding" or not origin.written.startswith(("margin", "padding", "-webkit-")):
        value = min(values.values(), key=lambda v: int(v.removesuffix("px"))).removesuffix("px")
        yield from list(set_attribute(page.document, origin.element, origin.written, value)) or drop(page.document, origin)
    else:
        yield from rewrite(page.document, origin, with_sides(origin, values))


def _reduced(page: Page, element: Element, cause: DeclarationOrigin, side: str, excess: float) -> Iterator[Edit]:
    """Take ``excess`` px from what an element adds to a side: from its margin, then its padding, then its width."""
    style, box = page.style(element), page.box(element)
    assert box is not None
    left_over = excess
    for kind in ("margin", "padding"):
        origin = style.origin(f"{kind}-{side}")
        used: float = getattr(box, f"{kind}_{side}")
        if origin is not None and used > 0.5 and left_over > 0:
            smaller = max(0, int(used - left_over))
            left_over -= used - smaller
            yield from _resized(page, origin, {side: f"{smaller}px"})
    if left_over < excess:
        return
    widths = [origin for name in ("width", "max-width") if (origin := style.own_origin(name)) is not None]
    for origin in widths:
        yield from rewrite(page.document, origin, [(origin.written, "100%")])
    if not widths:
        yield from drop(page.document, cause)


CHECK = CheckRule(rule=RULE, on_page=check_page, needs_layout=True, aspects=frozenset(["geometry"]), fix_page=fix_page,
                  threshold=Measures("margin_share"))  # fmt: skip
