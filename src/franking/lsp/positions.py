"""Converts between offsets in a text and positions of the protocol, which counts lines from 0 and, in a line, UTF-16 code
units unless the client prefers another encoding."""

from __future__ import annotations

import re

from lsprotocol import types
from pygls.workspace import PositionCodec

_LINE_END = re.compile(r"\r\n|\n|\r")  # the protocol's line endings; other separators of str.splitlines() are none


class Positions:
    """The positions of one text."""

    def __init__(self, text: str, codec: PositionCodec) -> None:
        self._text = text
        self._codec = codec
        ends = list(_LINE_END.finditer(text))
        self._starts = [0, *(match.end() for match in ends)]
        self._ends = [*(match.start() for match in ends), len(text)]

    def at(self, offset: int) -> types.Position:
        """The position of an offset."""
        offset = min(max(0, offset), len(self._text))
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        return types.Position(low, self._codec.client_num_units(self._text[self._starts[low] : offset]))

    def offset(self, position: types.Position) -> int:
        """The offset of a position; a position after the end of a line means the end of the line."""
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[position.line], self._ends[position.line]
        line = self._text[start:end]
        if line.isascii():
            return start + min(position.character, len(line))
        units = 0
        for number, character in enumerate(line):
            if units >= position.character:
                return start + number
            units += self._codec.client_num_units(character)
        return end

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(self.at(start), self.at(end))

    def line(self, number: int, words: tuple[str, ...] = ()) -> types.Range:
        """The range of a line (1-based; the last line if there are fewer) without the white space around it, or of the first
        of ``words`` that the line has exactly once."""
        index = min(max(number, 1), len(self._starts)) - 1
        start, end = self._starts[index], self._ends[index]
        line = self._text[start:end]
        for word in words:
            if line.count(word) == 1:
                at = start + line.index(word)
                return self.range(at, at + len(word))
        inner = line.strip()
        at = start + len(line) - len(line.lstrip()) if inner else start
        return self.range(at, at + len(inner))
