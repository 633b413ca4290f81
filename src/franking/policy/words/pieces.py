"""Texts of which every match of a word list's entry holds at least one: ``index.json`` names them beside each entry.

They are read off the tree that Python's own ``re`` makes of the entry, by ``make words`` only: a check reads the index. A piece
is a run of characters that no match can do without; characters with few spellings (``[ée]``) give a piece for each, and of
alternatives each gives its own. Of all runs the one whose shortest piece is longest is kept; a sign or a rare letter
counts as several letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from franking.policy.words import LISTS, patterns
from franking.policy.words.needles import folded

_MOST = 24  # spellings of one piece
_USUAL = ".,'’-"  # signs of most texts
_OF_SIGN = 3  # letters
_RARE = "qx"
_EMPTY = frozenset([""])
_Pieces = frozenset[str]


def index() -> dict[str, dict[str, list[str]]]:
    """The pieces of every entry, by list and language, as ``index.json`` holds them."""
    return {
        f"{name} {language}": {entry: sorted(map(folded, pieces(entry))) for entry in written}
        for name in LISTS
        for language, written in patterns(name).items()
    }


def pieces(entry: str) -> _Pieces:
    """The pieces of an entry; none where a match may hold any text."""
    return _of(import_module("re._parser").parse(entry))


def _of(sequence: Iterable[tuple[Any, Any]]) -> _Pieces:
    """The best pieces of what stands side by side."""
    runs = [_EMPTY]
    for kind, value in sequence:
        spelled = _spelled(str(kind), value)
        if spelled and len(runs[-1]) * len(spelled) <= _MOST:
            runs[-1] = frozenset(head + tail for head in runs[-1] for tail in spelled)
        elif spelled:
            runs.append(spelled)
        else:
            runs += [_within(str(kind), value), _EMPTY]
    usable = [run for run in runs if run and "" not in run]
    return max(usable, key=lambda run: (min(map(_rarity, run)), -len(run)), default=frozenset())


def _rarity(piece: str) -> int:
    return sum((2 if c in _RARE else 1) if c.isalnum() or c.isspace() or c in _USUAL else _OF_SIGN for c in piece)


def _spelled(kind: str, value: Any) -> _Pieces:
    """All that a part may stand for, where these are few; none where they are not."""
    found = _EMPTY
    if kind == "LITERAL":
        found = frozenset([chr(value)])
    elif kind == "IN":
        found = frozenset(chr(code) for what, code in value if str(what) == "LITERAL")
        found = found if len(found) == len(value) else frozenset()
    elif kind == "SUBPATTERN":
        for inner in value[3]:
            tails = _spelled(str(inner[0]), inner[1])
            found = (
                frozenset(head + tail for head in found for tail in tails) if len(found) * len(tails) <= _MOST else frozenset()
            )
    elif kind == "BRANCH":
        each = [_spelled("SUBPATTERN", (None, 0, 0, alternative)) for alternative in value[1]]
        found = frozenset().union(*each) if all(each) else frozenset()
    elif kind not in ("AT", "ASSERT", "ASSERT_NOT"):  # which take no character
        found = frozenset()
    return found if len(found) <= _MOST else frozenset()


def _within(kind: str, value: Any) -> _Pieces:
    """The pieces of a part that may stand for many texts."""
    if kind == "SUBPATTERN":
        return _of(value[3])
    if kind == "BRANCH":
        each = [_of(alternative) for alternative in value[1]]
        return frozenset().union(*each) if all(each) else frozenset()
    return _of(value[2]) if kind.endswith("_REPEAT") and value[0] else frozenset()
