"""The order in which a reader sees the characters of a line (Unicode Bidirectional Algorithm, UAX 9).

Control characters, ``<bdo>``, ``dir`` and ``unicode-bidi`` show characters in another order than a message has them in:
an address that is written backwards in the source is read forwards. Paired brackets (rule N0) are not resolved together.
"""

from __future__ import annotations

import re
from unicodedata import bidirectional, mirrored

CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
EMBEDDINGS = {"\u202a": False, "\u202b": True, "\u202d": False, "\u202e": True}  # whether they are from right to left
OVERRIDES = {"\u202d": "L", "\u202e": "R"}
POP, POP_ISOLATE = "\u202c", "\u2069"
ISOLATES = {"\u2066": False, "\u2067": True, "\u2068": None}  # None: as its first letter
_DEEPEST = 12  # levels; deeper ones count as this
_RIGHT = ("R", "AL")
_MIRRORS = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def shown(text: str, *, rtl: bool) -> str:
    """A line as it is seen, from left to right, without control characters."""
    return "".join(_Sequence(rtl).read(text, 0)[0])


class _Sequence:
    """The text of an isolate, or of a line outside of all isolates."""

    def __init__(self, rtl: bool, depth: int = 0) -> None:
        self._base = int(rtl)
        self._depth = depth
        self._pieces: list[str] = []  # characters, and whole isolates as they are seen
        self._kinds: list[str] = []
        self._levels: list[int] = []

    def read(self, text: str, at: int) -> tuple[list[str], int]:
        """Read up to the end of this sequence: its pieces as they are seen, and where it ends."""
        stack: list[tuple[int, str]] = [(self._base, "")]
        while at < len(text):
            letter = text[at]
            at += 1
            level, override = stack[-1]
            if letter in EMBEDDINGS:
                odd = EMBEDDINGS[letter]
                deeper = min(level + 1 + ((level + 1) % 2 != odd), _DEEPEST - (odd != _DEEPEST % 2))
                stack.append((deeper, OVERRIDES.get(letter, "")))
            elif letter == POP:
                if len(stack) > 1:
                    stack.pop()
            elif letter == POP_ISOLATE:
                if self._depth:
                    break
                self._put("", "ON", level)
            elif letter in ISOLATES:
                rtl = ISOLATES[letter]
                if self._depth < _DEEPEST:
                    inner, at = _Sequence(_first_is_right(text, at) if rtl is None else rtl, self._depth + 1).read(text, at)
                    self._put("".join(inner), override or "ON", level)
            else:
                self._put(letter, override or bidirectional(letter) or "L", level)
        return self._seen(), at

    def _put(self, piece: str, kind: str, level: int) -> None:
        self._pieces.append(piece)
        self._kinds.append(kind)
        self._levels.append(level)

    def _seen(self) -> list[str]:
        start = 0
        for end in range(1, len(self._levels) + 1):
            if end == len(self._levels) or self._levels[end] != self._levels[start]:
                self._resolve(start, end)
                start = end
        order = list(range(len(self._pieces)))
        for level in range(max(self._levels, default=0), 0, -1):  # rule L2
            start = 0
            while start < len(order):
                if self._levels[order[start]] < level:
                    start += 1
                    continue
                end = start
                while end < len(order) and self._levels[order[end]] >= level:
                    end += 1
                order[start:end] = order[start:end][::-1]
                start = end
        return [self._mirrored(index) for index in order]

    def _mirrored(self, index: int) -> str:
        piece = self._pieces[index]
        return piece.translate(_MIRRORS) if len(piece) == 1 and self._levels[index] % 2 and mirrored(piece) else piece

    def _resolve(self, start: int, end: int) -> None:
        """The levels of a run of characters of one level (rules I1 and I2)."""
        level = self._levels[start]
        own = "R" if level % 2 else "L"
        kinds = _weak(self._kinds[start:end], own)
        self._neutrals(kinds, own)
        for at, kind in enumerate(kinds):
            if level % 2:
                self._levels[start + at] = level if kind == "R" else level + 1
            else:
                self._levels[start + at] = level + (1 if kind == "R" else 2 if kind in ("AN", "EN") else 0)

    @staticmethod
    def _neutrals(kinds: list[str], own: str) -> None:
        """Rules N1 and N2."""
        at, before = 0, own
        while at < len(kinds):
            if kinds[at] in ("L", "R", "AN", "EN"):
                before = "L" if kinds[at] == "L" else "R"
                at += 1
                continue
            end = at
            while end < len(kinds) and kinds[end] not in ("L", "R", "AN", "EN"):
                end += 1
            after = own if end == len(kinds) else "L" if kinds[end] == "L" else "R"
            kinds[at:end] = [before if before == after else own] * (end - at)
            at = end


def _weak(kinds: list[str], own: str) -> list[str]:
    """Rules W1 to W7."""
    strong = own
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = kinds[at - 1] if at else own
        if kinds[at] in ("L", "R", "AL"):
            strong = kinds[at]
        elif kinds[at] == "EN":
            kinds[at] = "AN" if strong == "AL" else "L" if strong == "L" else "EN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        if kinds[at] in ("ES", "CS") and kinds[at - 1] == kinds[at + 1] and kinds[at - 1] in ("EN", "AN"):
            kinds[at] = kinds[at - 1]
    for at in range(1, len(kinds)):
        kinds[at] = "EN" if kinds[at] == "ET" and kinds[at - 1] == "EN" else kinds[at]
    for at in range(len(kinds) - 2, -1, -1):
        kinds[at] = "EN" if kinds[at] == "ET" and kinds[at + 1] == "EN" else kinds[at]
    return kinds


def has_right(text: str) -> bool:
    """Whether a text has a letter that is written from right to left."""
    return any(bidirectional(letter) in _RIGHT for letter in text)


def _first_is_right(text: str, at: int) -> bool:
    for letter in text[at:]:
        if letter == POP_ISOLATE:
            break
        if (kind := bidirectional(letter)) == "L" or kind in _RIGHT:
            return kind in _RIGHT
    return False
