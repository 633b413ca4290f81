"""What a text must hold for a list's entry to match: a cheap look before the list's own pattern is run.

Of each entry, a regular expression over a small part of the syntax (literals, classes, groups, ``?``, ``*``, ``{m,n}``),
the longest literal piece that no match can do without; of a group of alternatives, one piece each. A text without any of
the pieces cannot match. Pieces are found by their first three characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_GRAM = 3
_MOST = 24  # spellings of one piece
_OPTIONAL = ("?", "*", "{0")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Lower case, as ``re.IGNORECASE`` compares: the dotless i and the long s are an i and an s."""
    return text.replace("İ", "i").lower().replace("ı", "i").replace("ſ", "s")


@lru_cache(maxsize=8192)
def grams(text: str) -> frozenset[str]:
    """All runs of three characters of a folded text."""
    low = folded(text)
    return frozenset([low[i : i + _GRAM] for i in range(len(low) - _GRAM + 1)])


class Needles:
    """The pieces of a list's entries; ``wrap`` makes the expression of an entry that is searched for."""

    def __init__(self, entries: Iterable[str], wrap: Callable[[str], str]) -> None:
        self._wrap = wrap
        self._always: set[str] = set()  # entries without a piece to look for
        self._short: dict[str, set[str]] = {}
        self._long: dict[str, dict[str, set[str]]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        for entry in entries:
            found = {folded(piece) for piece in pieces(entry)}
            if not found:
                self._always.add(entry)
            for piece in found:
                of = self._short if len(piece) < _GRAM else self._long.setdefault(piece[:_GRAM], {})
                of.setdefault(piece, set()).add(entry)
        self._keys = frozenset(self._long)

    def match(self, text: str) -> bool:
        """Whether any entry matches in a text."""
        low = folded(text)
        candidates = set(self._always)
        for key in self._keys & grams(text):
            for piece, entries in self._long[key].items():
                if piece in low:
                    candidates |= entries
        for piece, entries in self._short.items():
            if piece in low:
                candidates |= entries
        return bool(candidates) and any(self._search(entry, text) for entry in candidates)

    def _search(self, entry: str, text: str) -> bool:
        compiled = self._compiled.get(entry)
        if compiled is None:
            compiled = self._compiled[entry] = re.compile(self._wrap(entry), re.IGNORECASE)
        return compiled.search(text) is not None


def pieces(entry: str) -> frozenset[str]:
    """Texts of which every match of a pattern holds at least one; none where there is no such text."""
    alternatives = [_best(part) for part in _split(entry)]
    return frozenset().union(*alternatives) if all(alternatives) else frozenset()


def _best(sequence: str) -> frozenset[str]:
    """The same for a pattern without alternatives at its top: of its pieces, those whose shortest is longest."""
    found: list[frozenset[str]] = []
    run = frozenset([""])
    at = 0
    while at < len(sequence):
        end = _end_of_atom(sequence, at)
        atom = sequence[at:end]
        optional = sequence.startswith(_OPTIONAL, end)
        repeated = sequence[end : end + 1] in ("*", "+", "?", "{")
        letters = _letters(atom)
        if letters and not optional and len(run) * len(letters) <= _MOST:
            run = frozenset(head + letter for head in run for letter in letters)
        else:
            found.append(run)
            run = frozenset([""])
            if atom.startswith("(?:") and not optional:
                found.append(pieces(atom[3:-1]))
        if repeated:
            found.append(run)
            run = frozenset([""])
            while end < len(sequence) and sequence[end] in "*+?":
                end += 1
            if sequence.startswith("{", end):
                end = sequence.index("}", end) + 1
        at = end
    found.append(run)
    usable = (one for one in found if one and "" not in one)
    return max(usable, key=lambda one: (min(map(len, one)), -len(one)), default=frozenset())


def _letters(atom: str) -> frozenset[str]:
    """The characters that an atom may stand for, where these are few and named."""
    if atom.startswith("["):
        inside = atom[1:-1]
        return frozenset() if inside.startswith("^") or "-" in inside or "\\" in inside else frozenset(inside)
    return frozenset() if atom[0] in "\\(.^$" else frozenset([atom])


def _end_of_atom(pattern: str, at: int) -> int:
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] == "[":
        return pattern.index("]", at + 2) + 1
    if pattern[at] != "(":
        return at + 1
    depth = 0
    while True:
        if pattern[at] in "\\[":
            at = _end_of_atom(pattern, at)
            continue
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        at += 1
        if depth == 0:
            return at


def _split(pattern: str) -> list[str]:
    """A pattern's alternatives at its top."""
    parts: list[str] = []
    start = at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            parts.append(pattern[start:at])
            start = at + 1
        at = _end_of_atom(pattern, at)
    return [*parts, pattern[start:]]
