"""What the words of a text stand for in each language, and the cheap look that tells whether a frame can be met at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from franking.policy.frames.indexed import KEYS, NUMBER, Table, needed, read
from franking.policy.frames.reading import SPACED, frames
from franking.policy.frames.sentences import UNLISTED, WORD, Start, Word, folded, lowered, shortened

_GAP = 4  # words that "~" stands for at most
_Beside = tuple[frozenset[str], int]  # what else a text must hold (see ``key``), and the classes that it tells then

# Of a piece of a text: all classes that it may tell, those that it tells by itself, those that it tells beside others, and its
# plain words.
_Piece = tuple[int, int, tuple[_Beside, ...], tuple[str, ...]]


class Terms:
    """The terms that begin with a word, as lines of the index. Most lines are never asked for, and are not taken apart."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = [(line, _next(line)) for line in lines]
        self._nexts = {following for _, following in self._lines} - {""}
        self._start = cache(_start)
        self._known: dict[str | None, Sequence[Start]] = {}

    def before(self, word: Word | None) -> Sequence[Start]:
        """Those that may go on with the next word, in their order."""
        if not self._nexts or word is None:
            return self._those("")
        if word.low == word.plain:
            return self._those(word.low if word.low in self._nexts else "")
        return self._those(None)

    def _those(self, following: str | None) -> Sequence[Start]:
        """Those that are followed by anything or by a word; all for None."""
        known = self._known.get(following)
        if known is None:
            lines = [line for line, after in self._lines if following is None or after in ("", following)]
            known = self._known[following] = list(map(self._start, lines))
        return known


def _next(line: str) -> str:
    """The word that must stand behind the first one of a term; "" where it may be more than one."""
    _, _, *words = line.split(" ", 3)
    word = words[0] if words else ""
    return "" if word == "~" or word.startswith("*") or word.endswith("*") or word == NUMBER else word


class Lexicon:
    """The terms of one language."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._table = Table(read(name))
        self.terms = lru_cache(maxsize=65536)(self._looked_up)

    def _looked_up(self, word: str) -> Terms:
        """Those of a word in lower case. Remembered: words recur."""
        return Terms(self._table.look_up(word))

    def starts(self, words: Sequence[Word]) -> list[Sequence[Start]]:
        """The terms that may begin with each word of a sentence."""
        behind = (*words[1:], None)
        return [self.terms(word.low).before(after) for word, after in zip(words, behind, strict=True)]


@cache
def lexicon(language: str) -> Lexicon:
    """The terms of one of ``SPACED``."""
    return Lexicon(language)


def _start(line: str) -> Start:
    name, term = line.split(" ", 1)
    rest: list[tuple[str, int]] = []
    gap = 0
    for word in term.split(" ")[1:]:
        if word != "~":
            rest.append((word, gap))
        gap = _GAP if word == "~" else 0
    return Start(name, tuple(rest), term.startswith("^"))


def _plain(word: str) -> str:
    return NUMBER if word[:1].isdigit() else folded(word)


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
        self._own_triggers = self._any(frames())
        self._triggers = self._everywhere(self._own_triggers)
        self._word = lru_cache(maxsize=65536)(self._looked_up)
        self._piece = lru_cache(maxsize=65536)(self._taken_apart)
        self._can_meet = lru_cache(maxsize=8192)(self._needs_no_more)
        self._possible = lru_cache(maxsize=8192)(self._languages)

    def _any(self, names: Iterable[str]) -> int:
        return sum({self._bits[name] for name in names})

    def _everywhere(self, classes: int) -> int:
        return sum(classes << shift for shift in self._shifts.values())

    def _looked_up(self, word: str) -> tuple[int, tuple[_Beside, ...]]:
        """The classes that a word in lower case tells, and those that it tells beside others."""
        alone = 0
        beside: dict[frozenset[str], int] = {}
        for line in self._table.look_up(word):
            language, name, *words = line.split(" ")
            bit = self._bits[name]
            classes = self._everywhere(bit) if language == "any" else bit << self._shifts[language]
            if words:
                beside[frozenset(words)] = beside.get(frozenset(words), 0) | classes
            else:
                alone |= classes
        return alone, tuple(beside.items())

    def _taken_apart(self, piece: str) -> _Piece:
        """A piece of text without spaces. Remembered: words recur."""
        parts = [shortened(part) for part in WORD.findall(lowered(piece))]
        alone = most = 0
        beside: list[_Beside] = []
        for classes, others in map(self._word, parts):
            alone |= classes
            beside += others
        for _, classes in beside:
            most |= classes
        return alone | most, alone, tuple(beside), tuple(map(_plain, parts))

    def languages(self, text: str) -> Sequence[str]:
        """The languages in which a frame may be met in a text, in their order; ``SPACED`` at most."""
        pieces = list(map(self._piece, text.split(" ")))
        most = 0
        for one, _, _, _ in pieces:
            if one:
                most |= one
        if not most & self._triggers or not self._possible(most):
            return ()
        row = [word for _, _, _, words in pieces for word in words]
        words = {*row, *map("_".join, pairwise(row))}
        found = 0
        for _, alone, beside, _ in pieces:
            found |= alone
            for others, classes in beside:
                if others <= words:
                    found |= classes
        return self._possible(found)

    def _languages(self, classes: int) -> tuple[str, ...]:
        """Those in which some frame needs no other classes. Remembered: the same words meet again."""
        return tuple(
            language
            for language, shift in self._shifts.items()
            if (own := classes >> shift & self._row) & self._own_triggers and self._can_meet(own)
        )

    def _needs_no_more(self, classes: int) -> bool:
        """Whether some frame needs no other classes of a language."""
        classes |= self._unlisted
        for trigger, groups in self._frames:
            if classes & trigger:
                for group in groups:
                    if not classes & group:
                        break
                else:
                    return True
        return False


@cache
def glance() -> Glance:
    """The cheap look at texts of all languages."""
    return Glance()
