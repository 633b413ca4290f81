"""What floats add to the max-content width of a block container (CSS Sizing 3, section 5.1 leaves it open; as Blink does).

The floats that stand before something in the flow are beside it: beside a line their widths add to its own, and beside a
formatting context of its own, which keeps clear of them, to that. What is behind it in the flow begins below them.
"""

from __future__ import annotations

from franking.css.computed_style import ComputedStyle
from franking.html.document import Element
from franking.layout.frame import is_replaced, makes_context, zero_or
from franking.layout.inline import InlineWidths


class FloatWidths:
    """The max-content widths, in CSS px with their margins, of the floats since the last block or line."""

    def __init__(self) -> None:
        self._left = self._right = 0.0
        self._in_line = False  # whether a forced break makes a line of them

    @property
    def total(self) -> float:
        """All of them side by side."""
        return self._left + self._right

    def add(self, style: ComputedStyle, width: float) -> None:
        """Another float."""
        if style.floating == "right":
            self._right += width
        else:
            self._left += width

    def before_break(self, line: InlineWidths) -> float:
        """The line that a forced break ends, with the floats in it. Also where it has no text, it is a line, and so is what
        follows it."""
        width = self.beside_line(line) or self._taken()
        self._in_line = True
        return width

    def beside_line(self, line: InlineWidths) -> float:
        """The lines that end here with the floats in them; 0 where there was no line, and the floats go on to what is next."""
        line.end()
        widest, line.max_content = line.max_content, 0.0
        in_line, self._in_line = self._in_line or widest > 0.0, False
        return widest + self._taken() if in_line else 0.0

    def beside_block(self, style: ComputedStyle, element: Element, width: float) -> float:
        """A block of that width, its margins included, and the floats before it."""
        if not self.total:
            return width
        if not (makes_context(style, element) or is_replaced(element)):
            return max(width, self._taken())
        left, right = zero_or(style.margin_left, 0.0), zero_or(style.margin_right, 0.0)
        beside = max(left, self._left) + max(right, self._right)
        self._taken()
        return width - left - right + beside

    def beside_table(self, width: float) -> float:
        """Loose parts of a table, and the floats before them."""
        return width + self._taken()

    def _taken(self) -> float:
        total = self.total
        self._left = self._right = 0.0
        return total
