"""The texts of a message as segments.

A segment is a text that reads as one: the text of a block container across its inline elements, comments and ``<wbr>``,
with white space collapsed (CSS Text 3, section 4.1), a newline for each ``<br>``, and without characters that have no
width. Texts that are visible at no width are separate segments, marked ``hidden``, because scanners and screen readers read
them. Attributes that are read or shown (``alt``, ``title``, ``value`` …), the text part and the subject are segments too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from franking.html.document import Element, Text


_PRESERVED = frozenset(["pre", "pre-wrap", "break-spaces"])
_SPACES = re.compile("[ \t\n\r\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_RUNS = re.compile(f"{_SPACES.pattern[:-1]}{{2,}}|{_SPACES.pattern[:-1].replace('[ ', '[', 1)}")  # all but a lone plain space
_ANY_SPACE = re.compile("[\t\r\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_ALL_SPACES = "[ \t\r\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_LINE_SPACES = re.compile(f"(?<!{_ALL_SPACES}){_ALL_SPACES}*+\n[ \t\r\f]*|\n[ \t\r\f]*|[ \t\r\f\u00a0]+")
# Characters without width. Joiners stay if a script needs them (see ``_unseen``); selectors and tags are part of emoji.
_WIDTHLESS = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
_JOINERS = "\u200c\u200d"
_PLAIN_LETTERS = re.compile("[0-9A-Za-z\u00c0-\u024f\u0370-\u052f@.:/%+-]")


@dataclass(slots=True)
class Piece:
    """A run of a segment's characters that are adjacent in one text node."""

    start: int  # in the segment
    node: Text
    index: int  # in the node


@dataclass(slots=True)
class TextSegment:
    """A text with its position and, for HTML, the mapping of its characters to the source."""

    part: str  # html, text or subject
    text: str
    element: Element | None = None  # the block container, or the element with the attribute
    attribute: str = ""
    languages: frozenset[str] = frozenset()  # the primary languages of its pieces, "" for unmarked text
    hidden: bool = False  # at every width
    unseen: str = ""  # why no reader sees it, for a text of the body
    doubt: str = ""  # what leaves open whether a reader sees it
    opening: bool = False  # whether it stands before everything that is seen, as a preheader does
    translated: bool = True  # whether it is prose in a language: not code, not ``translate="no"``
    recurs: bool = False  # a text of many messages
    pieces: tuple[Piece, ...] = ()
    derived: bool = False  # a text part that was derived from the HTML part
    at: int = -1  # where a text of markup that is not in the tree begins in the source
    reordered: bool = False  # as it is read: a text with its order overridden, or with look-alikes
    apart: bool = False  # another reading of a text that is a segment already (see ``separated``)

    def saying(self, text: str, *, recurs: bool = False) -> TextSegment:
        """The same segment of another message: with another text, and no place in a source."""
        return TextSegment(
            self.part,
            text,
            None,
            self.attribute,
            self.languages,
            self.hidden,
            self.unseen,
            self.doubt,
            self.opening,
            self.translated,
            recurs,
            derived=self.derived,
        )

    def spot(self, index: int) -> tuple[Text, int] | None:
        """The text node of a character and the index in it; None if the segment is not made of text nodes."""
        if not self.pieces:
            return None
        at = max(0, bisect_right(self.pieces, index, key=_start) - 1)
        piece = self.pieces[at]
        return piece.node, piece.index + max(0, index - piece.start)


def _start(piece: Piece) -> int:
    return piece.start


class Buffer:
    """The segment that is being read."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin a segment."""
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.generated: list[tuple[int, int]] = []  # ranges; adjacent texts are one
        self.length = 0
        self.blank = True  # whether the next space is at the start or follows another
        self.element: Element | None = None

    def add(self, node: Text, block: Element, white_space: str) -> None:
        """Read a text node."""
        if self.element is None:
            self.element = block
        data = node.data
        if white_space in _PRESERVED:
            self._put(_ANY_SPACE.sub(" ", data), node, 0)
            return
        if white_space == "pre-line":
            self._lines(data, node)
            return
        at = leading.end() if self.blank and (leading := _SPACES.match(data)) is not None else 0
        if data.isascii() and _RUNS.search(data, at) is None:
            self._append(data[at:] if at else data, node, at)
            return
        for match in _RUNS.finditer(data, at):
            self._put(data[at : match.start()], node, at)
            if not self.blank:
                self._append(" ", node, match.start())
            at = match.end()
        self._put(data[at:] if at else data, node, at)

    def _lines(self, data: str, node: Text) -> None:
        at = 0
        for match in _LINE_SPACES.finditer(data):
            if match.start() > at:
                self._put(data[at : match.start()], node, at)
            newline = "\n" in match.group()
            if newline or not self.blank:
                self._append("\n" if newline else " ", node, match.start())
            at = match.end()
        if at < len(data):
            self._put(data[at:], node, at)

    def _put(self, text: str, node: Text, index: int) -> None:
        if not text:
            return
        at = 0
        for match in _WIDTHLESS.finditer(text) if not text.isascii() else ():
            if not _unseen(text, match.start()):
                continue
            self._append(text[at : match.start()], node, index + at)
            at = match.end()
        self._append(text[at:] if at else text, node, index + at)

    def _append(self, text: str, node: Text, index: int) -> None:
        if not text:
            return
        last = self.pieces[-1] if self.pieces else None
        if last is None or last.node is not node or last.index + self.length - last.start != index:
            self.pieces.append(Piece(self.length, node, index))
        self.parts.append(text)
        self.length += len(text)
        self.blank = text[-1] in " \n"

    def insert(self, text: str, block: Element) -> None:
        """Read a generated text, which is in no text node."""
        if self.element is None:
            self.element = block
        start = self.generated.pop()[0] if self.generated and self.generated[-1][1] == self.length else self.length
        self.parts.append(text)
        self.length += len(text)
        self.generated.append((start, self.length))
        self.blank = text[-1] in " \n"

    def line_break(self) -> None:
        if self.parts:
            self.parts.append("\n")
            self.length += 1
        self.blank = True


def _unseen(text: str, index: int) -> bool:
    """Whether a zero-width character is ignored. Joiners between letters of a joining script are not."""
    if text[index] not in _JOINERS:
        return True
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return not before or not after or (_PLAIN_LETTERS.match(before) is not None and _PLAIN_LETTERS.match(after) is not None)


def plain(text: str) -> str:
    """A text with white space collapsed and without characters that have no width."""
    if not text.isascii():
        text = _WIDTHLESS.sub(lambda match: "" if _unseen(text, match.start()) else match.group(), text)
    return _RUNS.sub(" ", text).strip()


def prose(segment: TextSegment, language: str) -> TextSegment | None:
    """The part of a segment in a language, with other pieces blanked; None if it is empty."""
    if not segment.pieces:
        return segment if segment.translated and segment.languages <= {"", language} else None
    document = segment.pieces[0].node.parent.document
    languages, translated = document.languages, document.translated
    prose_only = all(translated[piece.node.parent.index] for piece in segment.pieces)
    if prose_only and segment.languages <= {"", language} and segment.pieces[0].start == 0:
        return segment  # most are
    text = [_before_pieces(segment, language)]
    for piece, end in zip(segment.pieces, [*(p.start for p in segment.pieces[1:]), len(segment.text)], strict=True):
        index = piece.node.parent.index
        kept = translated[index] and languages[index] in ("", language)
        text.append(segment.text[piece.start : end] if kept else " " * (end - piece.start))
    whole = "".join(text)
    if whole == segment.text:
        return segment
    return replace(segment, text=whole) if whole.strip() else None


def _before_pieces(segment: TextSegment, language: str) -> str:
    """The generated text before the first piece of a segment, blanked if it is no prose in a language."""
    length, block = segment.pieces[0].start, segment.element
    if block is None or not length:
        return ""
    document = block.document
    kept = document.translated[block.index] and document.languages[block.index] in ("", language)
    return segment.text[:length] if kept else " " * length
