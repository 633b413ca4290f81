"""Whether the layout rules say the same of every message of a shape, whatever its values.

Values take room. In blocks that does not matter: their widths come from outside. What shrinks to fit its content (tables,
inline-blocks, floats, flex items) may change with it. Two messages stand for all: one with next to nothing in every slot,
one with the widest values that the proof covers. A box that is the same in both is the same in all, because the
intrinsic widths that it comes from only grow with the values (CSS Sizing 3, section 5); what does not grow that way,
the columns of an automatic table, flex items, what stands beside a float or on a line with text, is taken as different.
For boxes that differ the rules must hold by what the author declares alone. ``docs/shape-cache.md`` has the proof sketch and
the counter-examples that shaped it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from franking.check.page import Page
from franking.css.computed_style import ComputedStyle
from franking.css.lengths import Length
from franking.html.document import Element, Text
from franking.layout.boxes import Box
from franking.layout.frame import FLEX, GRID, TABLES, is_replaced, level
from franking.policy import Policy
from franking.shape_cache.extents import DIGIT

LEAST = "'"  # the narrowest value that leaves a mark
_REPEATED = 100
_MARGINS = ("margin_left", "margin_right", "padding_left", "padding_right")


@dataclass(frozen=True, slots=True)
class Room:
    """How a slot's text takes room: not at all for the layout (``free``), as words, or as one unbreakable piece
    (``kept``)."""

    free: bool
    kept: bool
    worded: bool = False  # spacing or case change its width in ways that no number of digits stands for

    def widest(self, extent: float) -> str:
        """A value that takes as much room as any with parts as wide as ``extent`` digits."""
        piece = DIGIT * int(extent)
        return piece if self.kept else " ".join([piece] * _REPEATED)


def rooms(page: Page, slots: dict[int, list[Text]]) -> dict[int, Room]:
    """How each slot takes room, from the text nodes that it is in."""
    return {number: _room(page, texts) for number, texts in slots.items()}


def _room(page: Page, texts: list[Text]) -> Room:
    free, kept, worded = True, False, False
    for text in texts:
        if _takes_none(page, text):
            continue
        style = page.style(text.parent)
        worded = worded or style.text_properties is not None
        if style.white_space not in ("normal", "pre-line"):
            free, kept = False, True
        elif style.overflow_wrap != "anywhere" and style.word_break not in ("break-all", "break-word"):
            free = False
    return Room(free, kept, worded)


def _takes_none(page: Page, text: Text) -> bool:
    """Whether a text stands in blocks only, or is not rendered."""
    for element in text.parent.ancestors():
        if not page.frame.rendered[element.index]:
            return True
        if _shrinks(element, page.style(element)):
            return False
    return True


def _shrinks(element: Element, style: ComputedStyle) -> bool:
    kind = level(element, style)
    return (
        kind in ("atom", "float", "absolute", "part")
        or style.display in TABLES | FLEX | GRID
        or style.display not in ("block", "list-item", "inline", "flow-root", "contents")
    )


def differing(least: Page, widest: Page, holding: set[int]) -> set[int]:
    """The elements whose boxes may change with the values; ``holding`` are the elements with slots in them."""
    found: set[int] = set()
    for element in least.document.elements:
        index, parent = element.index, element.parent
        moved = parent is not None and (parent.index in found or _moves(least, element, parent, holding))
        if moved or not _same(least.box(element), widest.box(element)):
            found.add(index)
    return found


def _moves(page: Page, element: Element, parent: Element, holding: set[int]) -> bool:
    """Whether a box's place depends on what stands beside it in a way that two messages cannot tell."""
    style, outer = page.style(element), page.style(parent)
    if style.display == "table-cell":
        table = next((a for a in parent.ancestors() if page.style(a).display in TABLES), None)
        return table is None or (table.index in holding and _has_columns(page, table))
    if parent.index not in holding:
        return False
    siblings = [child for child in parent.children if isinstance(child, Element)]
    if outer.display in FLEX | GRID or any(page.style(s).floating != "none" and s.index in holding for s in siblings):
        return True
    if level(element, style) != "atom":
        return False
    texts = any(isinstance(child, Text) and child.visible for child in parent.children)
    return texts or sum(1 for child in siblings if level(child, page.style(child)) in ("atom", "inline")) > 1


def _has_columns(page: Page, table: Element) -> bool:
    """Whether an automatic table has cells side by side."""
    style = page.style(table)
    if style.table_layout == "fixed" and style.width != "auto":
        return False
    stack: list[Element] = [table]
    while stack:
        element = stack.pop()
        inside = [c for c in element.children if isinstance(c, Element) and level(c, page.style(c)) == "part"]
        if sum(1 for c in inside if page.style(c).display == "table-cell") > 1:
            return True
        if any("colspan" in c.attrs for c in inside) or any(page.style(c).display.startswith("table-column") for c in inside):
            return True
        stack.extend(inside)
    return False


def _same(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return one is other
    figures = ("left", "width", *_MARGINS, "border_left", "border_right")
    return (
        all(abs(getattr(one, name) - getattr(other, name)) < 1e-6 for name in figures)
        and one.doubt == other.doubt
        and (one.centered is None) == (other.centered is None)
    )


def holds(page: Page, loose: set[int], policy: Policy) -> str:
    """ "" where the layout rules find nothing on the page whatever the ``loose`` boxes are; else what hinders the proof."""
    for index in sorted(loose):
        element, style = page.document.elements[index], page.styles[index]
        if not page.frame.rendered[index]:
            continue
        for name in _MARGINS:
            size = getattr(style, name)
            if not isinstance(size, Length) or size.relative:
                return f"{name.replace('_', '-')} of <{element.tag}> depends on the values"
        pictured = is_replaced(element) or style.background_image != "none"
        if pictured and (
            style.background_image != "none"
            or any(isinstance(size, Length) and size.relative for size in (style.width, style.min_width, style.max_width))
        ):
            return f"the width of <{element.tag}> depends on the values"
    return _inset(page, loose, policy.value("margin_share")) or _centring(page, loose)


def _inset(page: Page, loose: set[int], limit: float) -> str:
    """Content that no value moves must come near enough to either edge."""
    left = right = float("inf")
    shown: list[tuple[Element, Box | None]] = [(run.element, page.container(run.element)) for run in page.runs]
    shown += [(element, page.box(element)) for element in page.replaced]
    for element, box in shown:
        holder = next((a for a in element.ancestors() if page.box(a) is box), element)
        if box is not None and holder.index not in loose:
            left, right = min(left, box.content_left), min(right, page.width - box.content_right)
    return "" if max(left, right) <= limit * page.width else "the message's inset depends on the values"


def _centring(page: Page, loose: set[int]) -> str:
    for index in loose:
        box = page.box(page.document.elements[index])
        if box is not None and box.centered is not None:
            return "whether a box is centred depends on the values"
    return ""


def parents_of_texts(elements: Sequence[Element]) -> set[int]:
    """The indices of elements and of all that they are in."""
    return {ancestor.index for element in elements for ancestor in element.ancestors()}
