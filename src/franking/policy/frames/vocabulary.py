"""What the words of a text stand for in each language, and the cheap look that tells whether a frame can be met at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from franking.policy.frames.indexed import KEYS, Table, needed, read
from franking.policy.frames.reading import SPACED, frames
from franking.policy.frames.sentences import UNLISTED, WORD, Start, folded, lowered, shortened

_GAP = 4  # words that "~" stands for at most
_Beside = tuple[frozenset[str], int]  # words that must stand in a text too, and the classes that they tell


class Terms(NamedTuple):
    """The terms that begin with a word, and those of them that trigger frames."""

    starts: Sequence[Start]
    triggers: Sequence[Start]


class Lexicon:
    """The terms of one language."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._table = Table(read(name))
        self._triggers = frozenset(frames())
        self.terms = lru_cache(maxsize=65536)(self._looked_up)

    def _looked_up(self, word: str) -> Terms:
        """Those of a word in lower case. Remembered: words recur."""
        found = [_start(*line.split(" ", 1)) for line in self._table.look_up(word)]
        return Terms(found, [start for start in found if start.name in self._triggers])


@cache
def lexicon(language: str) -> Lexicon:
    """The terms of one of ``SPACED``."""
    return Lexicon(language)


def _start(name: str, term: str) -> Start:
    rest: list[tuple[str, int]] = []
    gap = 0
    for word in term.split(" ")[1:]:
        if word != "~":
            rest.append((word, gap))
        gap = _GAP if word == "~" else 0
    return Start(name, tuple(rest), term.startswith("^"))


class Glance:
    """Whether a text holds, anywhere, a word of each class that some frame needs. Sets of classes are bits of a number,
    those of each language in a row."""

    def __init__(self) -> None:
        names = sorted(needed())
        self._table = Table(read(KEYS))
        self._bits = {name: 1 << number for number, name in enumerate(names)}
        self._shifts = {language: number * len(names) for number, language in enumerate(SPACED)}
        self._row = (1 << len(names)) - 1
        self._frames = [
            (self._bits[trigger], [self._any(group) for group in (*frame.here, *frame.near)])
            for trigger, some in frames().items()
            for frame in some
        ]
        self._unlisted = self._any(UNLISTED & needed())
        self._triggers = self._everywhere(self._any(frames()))
        self._piece = lru_cache(maxsize=65536)(self._looked_up)
        self._can = lru_cache(maxsize=8192)(self._can_meet)

    def _any(self, names: Iterable[str]) -> int:
        return sum({self._bits[name] for name in names})

    def _everywhere(self, classes: int) -> int:
        return sum(classes << shift for shift in self._shifts.values())

    def _looked_up(self, piece: str) -> tuple[int, Sequence[_Beside]]:
        """The classes that a piece of text without spaces tells, and those that it tells beside other words. Remembered:
        words recur."""
        alone = 0
        beside: dict[frozenset[str], int] = {}
        for part in WORD.findall(lowered(piece)):
            for line in self._table.look_up(shortened(part)):
                language, name, *words = line.split(" ")
                bit = self._bits[name]
                classes = self._everywhere(bit) if language == "any" else bit << self._shifts[language]
                if words:
                    beside[frozenset(words)] = beside.get(frozenset(words), 0) | classes
                else:
                    alone |= classes
        return alone, tuple(beside.items())

    def languages(self, text: str) -> list[str]:
        """The languages in which a frame may be met in a text, in their order; ``SPACED`` at most."""
        found = 0
        others: list[_Beside] = []
        pieces = text.split(" ")
        for alone, beside in map(self._piece, pieces):
            if alone:
                found |= alone
            if beside:
                others += beside
        if not found & self._triggers and not any(classes & self._triggers for _, classes in others):
            return []
        if others:
            words = {folded(shortened(part)) for piece in pieces for part in WORD.findall(lowered(piece))}
            for beside_it, classes in others:
                if beside_it <= words:
                    found |= classes
        if not found & self._triggers:
            return []
        return [language for language, shift in self._shifts.items() if self._can(found >> shift & self._row)]

    def _can_meet(self, classes: int) -> bool:
        """Whether some frame needs no other classes. Remembered: the same words meet again."""
        if not classes & self._triggers:
            return False
        classes |= self._unlisted
        return any(classes & trigger and all(classes & group for group in groups) for trigger, groups in self._frames)


@cache
def glance() -> Glance:
    """The cheap look at texts of all languages."""
    return Glance()
