"""What a text must hold for a list's entry to match: a cheap look before the list's own pattern is run.

Each entry has pieces (see ``pieces``): a text without any of them cannot match. Pieces are found by their longest word, and
that by its first three characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

_Entry = tuple[str, str]  # a list's name, and an expression
_NONE: frozenset[str] = frozenset()
_GRAM = 3


def folded(text: str) -> str:
    """Lower case, as ``re.IGNORECASE`` compares: the dotless i and the long s are an i and an s."""
    low = text.lower() if text.isascii() else text.replace("İ", "i").lower()
    return low if low.isascii() else low.replace("ı", "i").replace("ſ", "s")


class Needles:
    """The entries of some lists with their pieces; ``wrap`` makes the expression of an entry that is searched for."""

    def __init__(self, lists: Mapping[str, Mapping[str, Sequence[str]]], wrap: Callable[[str], str]) -> None:
        self._wrap = wrap
        self._always: set[_Entry] = set()  # entries without a piece to look for
        # By a piece's longest word: whatever holds the piece has that within a word of its own.
        self._words: dict[str, list[tuple[str, _Entry]]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        for name, entries in lists.items():
            for entry, found in entries.items():
                listed = name, entry
                if not found:
                    self._always.add(listed)
                for piece in found:
                    word = max(piece.split(" "), key=len) if " " in piece else piece
                    self._words.setdefault(word, []).append((piece, listed))
        self._by_gram: dict[str, list[str]] = {}
        for word in self._words:
            self._by_gram.setdefault(word[:_GRAM], []).append(word)
        self._short = [word for word in self._words if len(word) < _GRAM]
        self._candidates = lru_cache(maxsize=32768)(self._look_up)

    def matching(self, text: str) -> frozenset[str]:
        """The names of the lists that match in a text."""
        low = folded(text)
        found: set[_Entry] = set(self._always)
        # Each piece is looked for once: a text may be long, and repeat its words.
        for piece, entry in {one for word in set(low.split(" ")) for one in self._candidates(word)}:
            if piece in low:
                found.add(entry)
        return frozenset(name for name, entry in found if self._search(entry, text)) if found else _NONE

    def _look_up(self, word: str) -> tuple[tuple[str, _Entry], ...]:
        """The pieces, each with its entry, whose longest word is within a word. Remembered: words recur."""
        found: set[tuple[str, _Entry]] = set()
        for gram in {word[at : at + _GRAM] for at in range(len(word) - _GRAM + 1)}:
            for inner in self._by_gram.get(gram, ()):
                if inner in word:
                    found.update(self._words[inner])
        for inner in self._short:
            if inner in word:
                found.update(self._words[inner])
        return tuple(found)

    def _search(self, entry: str, text: str) -> bool:
        compiled = self._compiled.get(entry)
        if compiled is None:
            compiled = self._compiled[entry] = re.compile(self._wrap(entry), re.IGNORECASE)
        return compiled.search(text) is not None
