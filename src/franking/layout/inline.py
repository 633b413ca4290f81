"""The narrowest and the widest one inline formatting context would like to be (CSS Sizing 3, section 5.1)."""

from __future__ import annotations

from franking.css.computed_style import ComputedStyle
from franking.html.document import Text
from franking.layout.frame import zero_or
from franking.layout.measure import break_pieces, face_of, space_width, styled_width, words
from franking.layout.measure import run as text_run


def alone(text: Text, style: ComputedStyle) -> tuple[float, float]:
    """The same for a context of one text, which most are."""
    if style.white_space != "normal":
        line = InlineWidths()
        line.text(text, style)
        line.end()
        return line.min_content, line.max_content
    anywhere = style.overflow_wrap == "anywhere" or style.word_break in ("break-all", "break-word")
    face = face_of(style.font_family)
    run = text_run(text.data, style.font_size, style.font_weight >= 600, face, anywhere, style.text_properties)
    return max(run.first, run.widest, run.last), run.total


class InlineWidths:
    """Adds up one inline formatting context: ``min_content`` its widest unbreakable piece, ``max_content`` its widest line.

    The start edge of an inline box clings to what follows it, the end edge to what precedes it.
    """

    def __init__(self, indent: float = 0.0) -> None:
        self.min_content = self.max_content = 0.0
        self._width = self._piece = indent
        self._space = self._opening = self._held = 0.0
        self._may_break = False  # behind an atomic box, before whatever comes next

    def _close_piece(self) -> None:
        self.min_content = max(self.min_content, self._piece)
        self._piece = self._held = 0.0
        self._may_break = False

    def _extend(self, width: float) -> None:
        if self._may_break:
            self._close_piece()
        self._piece += self._opening + self._held + width
        self._opening = self._held = 0.0

    def text(self, text: Text, style: ComputedStyle) -> None:
        bold = style.font_weight >= 600
        anywhere = style.overflow_wrap == "anywhere" or style.word_break in ("break-all", "break-word")
        size = style.font_size
        space = space_width(style)
        wording = style.text_properties
        keep = style.white_space in ("pre", "nowrap")
        if style.white_space in ("pre", "pre-wrap", "pre-line", "break-spaces"):
            for number, written in enumerate(text.data.split("\n")):
                if number:
                    self.end()
                width = styled_width(written, style)
                self._width += width
                self._extend(width if keep else 0.0)
                if not keep:
                    pieces = [p for w in written.split() for p in (list(w) if anywhere else break_pieces(w))]
                    longest = max((styled_width(p, style) for p in pieces), default=0.0)
                    self.min_content = max(self.min_content, longest)
            return
        if keep:
            self._kept(words(text.data), style, space)
            return
        run = text_run(text.data, size, bold, face_of(style.font_family), anywhere, wording)
        if run.leading:
            self._close_piece()
            self._space = space if self._width else 0.0
        if not run.pieces:
            return
        self._width += self._space + run.total
        self._space = 0.0
        self._extend(run.first)
        if run.pieces > 1:
            self._close_piece()
            self.min_content = max(self.min_content, run.widest)
            self._extend(run.last)
        if run.trailing:
            self._close_piece()
            self._space = space

    def _kept(self, parts: list[str], style: ComputedStyle, space: float) -> None:
        """Words that white-space: nowrap keeps on one line."""
        for number, word in enumerate(parts):
            if number:  # a space at the end of the line has no width (CSS Text 3, section 4.1.2)
                self._held = self._space = space if self._width else 0.0
            if word:
                width = styled_width(word, style)
                self._width += self._space + width
                self._space = 0.0
                self._extend(width)

    def open(self, style: ComputedStyle) -> None:
        edge = zero_or(style.margin_left, 0.0) + style.border_left + style.padding_left.resolve(0.0)
        self._opening += edge
        self._width += edge

    def close(self, style: ComputedStyle) -> None:
        edge = zero_or(style.margin_right, 0.0) + style.border_right + style.padding_right.resolve(0.0)
        self._piece += self._opening + edge
        self._opening = 0.0
        self._width += edge

    def atom(self, widths: tuple[float, float], keep: bool) -> None:
        if keep:  # no break before or after it
            self._extend(widths[0])
        else:
            self._close_piece()
            self._extend(widths[0])
            self._may_break = True
        self._width += self._space + widths[1]
        self._space = 0.0

    def end(self) -> None:
        self._close_piece()
        self.max_content = max(self.max_content, self._width)
        self._width = self._space = 0.0
