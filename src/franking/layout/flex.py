"""Flex and grid containers as far as mail uses them: one row, one column, or explicit tracks."""

from __future__ import annotations

from itertools import accumulate

from franking.css.lengths import Length, Metrics, Token, parse_length
from franking.css.style import AUTO, FIT, Style
from franking.html.document import Element
from franking.layout.boxes import Box, Containing
from franking.layout.context import LayoutContext as Layout
from franking.layout.frame import FLEX, TABLES, Item, is_replaced, resolve_size
from franking.layout.intrinsic import flex_items

_CENTER = ("center", "space-around", "space-evenly")
_END = ("flex-end", "end", "right")


def place(layout: Layout, element: Element, inside: Containing) -> None:
    """Lay out the items of a flex or grid container."""
    items = flex_items(layout.frame, element)
    style = inside.style
    if style.display not in FLEX:
        _grid(layout, items, inside)
    elif str(style.others.get("flex-direction", "row")).startswith("column"):
        for item in items:
            _stacked(layout, item, inside, "align-items", "align-self")
    else:
        _row(layout, items, inside)


def _inner(layout: Layout, box: Box, style: Style, element: Element) -> None:
    if style.display in ("table", "inline-table"):
        box.kind = "table"
    layout.finish(element, box, style)


def _item_box(layout: Layout, item: Item, inside: Containing) -> tuple[Box, Style]:
    style = layout.frame.style(item.element)
    return layout.new_box("block", style, inside), style


def _stacked(layout: Layout, item: Item, inside: Containing, container: str, own: str) -> None:
    """An item that has a whole row to itself: stretched unless it is aligned or sized."""
    if item.text is not None:
        return
    box, style = _item_box(layout, item, inside)
    align = str(style.others.get(own, "auto"))
    author = style.author_sets(own)
    if align == "auto":
        align = str(inside.style.others.get(container, "normal"))
        author = inside.style.author_sets(container)
    auto = style.margin_left == AUTO or style.margin_right == AUTO
    stretched = style.width == AUTO and align in ("normal", "stretch") and not auto
    if stretched and style.display not in TABLES:
        layout.block(item.element, inside)
        return
    box.width = layout.outside_width(item.element, box, style, inside.width)
    if stretched:
        box.width = max(box.width, inside.width - box.margin_left - box.margin_right)
    free = inside.width - box.width - box.margin_left - box.margin_right
    box.left = inside.left + box.margin_left
    if auto:
        layout._align(item.element, box, style, inside)
    elif align == "center":
        box.left += free / 2
        box.centered = author if free > 0.5 else None
    elif align in (*_END, "self-end"):
        box.left += free
    _inner(layout, box, style, item.element)


def _row(layout: Layout, items: list[Item], inside: Containing) -> None:
    style = inside.style
    gap = resolve_size(style.others.get("column-gap", "normal"), inside.width) or 0.0
    boxes: list[tuple[Item, Box, Style, float, float]] = []
    for item in items:
        if item.text is not None:
            low, high = layout.intrinsic.inner([item.text])
            box = Box("block", inside.left, high, doubt=inside.doubt)
            boxes.append((item, box, Style(), min(low, high), 0.0))
            continue
        box, own = _item_box(layout, item, inside)
        basis = own.others.get("flex-basis", "auto")
        if isinstance(basis, Length):
            edges = box.padding_left + box.padding_right + box.border_left + box.border_right
            box.width = max(edges, basis.resolve(inside.width) + (0.0 if own.box_sizing == "border-box" else edges))
        else:
            box.width = _hypothetical(layout, item, box, own, inside.width)
        margins = box.margin_left + box.margin_right
        least = layout.intrinsic.least(item.element)
        declared = resolve_size(own.width, inside.width)
        boxes.append((item, box, own, min(least, declared) if declared is not None else least, margins))
    for line in _lines(boxes, inside.width, gap, str(style.others.get("flex-wrap", "nowrap")) != "nowrap"):
        _flex_line(layout, line, inside, gap)


def _hypothetical(layout: Layout, item: Item, box: Box, style: Style, base: float) -> float:
    if style.width in (AUTO, *FIT) and not is_replaced(item.element):
        _, high = layout.intrinsic.outer(item.element)
        return layout._clamp(high - box.margin_left - box.margin_right, box, style, base, item.element)
    return layout.outside_width(item.element, box, style, base)


_Flexed = tuple[Item, Box, Style, float, float]


def _lines(boxes: list[_Flexed], width: float, gap: float, wrap: bool) -> list[list[_Flexed]]:
    lines: list[list[_Flexed]] = [[]]
    used = 0.0
    for entry in boxes:
        outer = entry[1].width + entry[4]
        if wrap and lines[-1] and used + gap + outer > width + 0.01:
            lines.append([])
            used = 0.0
        used += outer + (gap if lines[-1] else 0.0)
        lines[-1].append(entry)
    return lines


def _flex_line(layout: Layout, line: list[_Flexed], inside: Containing, gap: float) -> None:
    """Resolve flexible lengths (Flexbox, section 9.7, one pass with minimum clamping) and justify."""
    style = inside.style
    free = inside.width - sum(e[1].width + e[4] for e in line) - gap * max(0, len(line) - 1)
    if free > 0:
        total = sum(float(e[2].others.get("flex-grow", 0.0)) for e in line)
        if total > 0:
            for _, box, own, _, _ in line:
                box.width += free * float(own.others.get("flex-grow", 0.0)) / max(total, 1.0)
            free = 0.0 if total >= 1 else free * (1 - total)
    elif free < 0:
        free = _shrink(line, -free)
    autos = sum((e[2].margin_left == AUTO) + (e[2].margin_right == AUTO) for e in line)
    justify = str(style.others.get("justify-content", "normal"))
    cursor, between = inside.left, gap
    author = None
    if autos and free > 0:
        justify = "normal"
    if free > 0 and justify in _CENTER:
        cursor += free / 2 if justify == "center" else free / (2 * len(line)) if justify == "space-around" else free / (
            len(line) + 1)  # fmt: skip
        author = style.author_sets("justify-content")
        between += 0.0 if justify == "center" else free / len(line) if justify == "space-around" else free / (len(line) + 1)
    elif free > 0 and justify in _END:
        cursor += free
    elif free > 0 and justify == "space-between" and len(line) > 1:
        between += free / (len(line) - 1)
    for item, box, own, _, _ in line:
        if own.margin_left == AUTO and free > 0:
            box.margin_left = free / autos
        if own.margin_right == AUTO and free > 0:
            box.margin_right = free / autos
        box.left = cursor + box.margin_left
        cursor = box.left + box.width + box.margin_right + between
        if len(line) == 1 and free > 0.5:
            both = own.margin_left == AUTO and own.margin_right == AUTO
            box.centered = own.author_sets("margin-left") if both else author
        if item.text is None:
            _inner(layout, box, own, item.element)


def _shrink(line: list[_Flexed], excess: float) -> float:
    active = list(line)
    while excess > 0.01 and active:
        total = sum(float(e[2].others.get("flex-shrink", 1.0)) * e[1].width for e in active)
        if total <= 0:
            break
        clamped: set[int] = set()  # places in ``active``
        taken = 0.0
        for at, (_, box, own, least, _) in enumerate(active):
            cut = excess * float(own.others.get("flex-shrink", 1.0)) * box.width / total
            if box.width - cut < least:
                cut = max(0.0, box.width - least)
                clamped.add(at)
            box.width -= cut
            taken += cut
        excess -= taken
        if not clamped or taken <= 0.01:
            break
        active = [e for at, e in enumerate(active) if at not in clamped]
    return -excess


def _grid(layout: Layout, items: list[Item], inside: Containing) -> None:
    style = inside.style
    gap = resolve_size(style.others.get("column-gap", "normal"), inside.width) or 0.0
    tracks = _tracks(style.others.get("grid-template-columns"), inside.width, gap, style.font_size)
    if tracks is None:
        inside = type(inside)(inside.left, inside.width, style, "these grid tracks cannot be sized without a browser")
        tracks = [inside.width]
    column = 0
    before = [0.0, *accumulate(tracks)]
    for item in items:
        left = inside.left + before[column] + gap * column
        _stacked(layout, item, type(inside)(left, tracks[column], style, inside.doubt), "justify-items", "justify-self")
        column = (column + 1) % len(tracks)


def _tracks(tokens: list[Token] | None, width: float, gap: float, em: float) -> list[float] | None:
    """Track widths in px for a template of lengths, percentages and ``fr``; None where content would decide."""
    if not tokens or (len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value == "none"):
        return [width]
    flat: list[Token] = []
    for token in tokens:
        if token.type == "function" and token.lower_name == "repeat":
            arguments = [t for t in token.arguments if t.type not in ("whitespace", "comment")]
            if len(arguments) < 3 or arguments[0].type != "number" or not 0 < arguments[0].value <= 100:
                return None
            flat.extend(arguments[2:] * int(arguments[0].value))
        else:
            flat.append(token)
    sizes: list[float | None] = []
    fractions: list[float] = []
    for token in flat:
        if token.type == "dimension" and token.lower_unit == "fr":
            sizes.append(None)
            fractions.append(float(token.value))
            continue
        parsed = parse_length(token, negative=False)
        if parsed is None:
            return None
        sizes.append(parsed(Metrics(em, 16.0, width)).resolve(width))
        fractions.append(0.0)
    free = max(0.0, width - sum(s for s in sizes if s is not None) - gap * (len(sizes) - 1))
    total = max(1.0, sum(fractions))
    return [free * f / total if s is None else s for s, f in zip(sizes, fractions, strict=True)]
