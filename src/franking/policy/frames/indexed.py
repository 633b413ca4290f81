"""The index of the vocabularies, which ``make words`` writes: reading them as they are written takes longer than a whole cold
check should.

Patterns stand by kind (see ``KINDS``) and by what is left without their stars. ``index/<language>.json`` holds the terms of
a language by their first words: lines ``class term``. ``index/keys.json`` holds the longest word of each term of all languages
that separate words, where a frame can need its class: lines ``language class word …``; the words, if any,
are what a text must hold beside it (see ``key``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from franking.files.packaged import packaged_text
from franking.policy.frames.reading import SPACED, frames, terms
from franking.policy.frames.sentences import folded

KINDS = ("word", "begin*", "*end", "*within*")
NUMBER = "#"  # in terms
AT_SIGN = "@"  # of an account
KEYS = "keys"
SCRIPTED = "ja"  # its terms are listed by class, each as its pieces
FILES = (KEYS, *SPACED, SCRIPTED)
_LONGEST = 40  # letters of a word that is looked at

Lines = dict[str, dict[str, str]]  # by kind and pattern


class Table:
    """Patterns of words, each with lines about it, looked up by word."""

    def __init__(self, lines: Lines) -> None:
        self._words, self._begins, self._ends, self._within = (lines[kind] for kind in KINDS)
        self._least_begin, self._least_end, self._least = (min(map(len, lines[kind]), default=1) for kind in KINDS[1:])
        self._pieces: dict[str, list[str]] = {}  # those of "*within*" by their first letters
        for piece in self._within:
            self._pieces.setdefault(piece[: self._least], []).append(piece)

    def look_up(self, word: str) -> list[str]:
        """The lines of all patterns that a word (in lower case) fits."""
        short = word[:_LONGEST]
        plain = folded(short)
        found = self._fitting(short)
        if plain != short:
            found += self._fitting(plain)
        return "\n".join(found).split("\n") if found else []

    def _fitting(self, form: str) -> list[str]:
        """The lines of each pattern that a form fits, one text for each."""
        found: list[str] = []
        size = len(form)
        if form in self._words:
            found.append(self._words[form])
        if form[:1].isdigit() and NUMBER in self._words:
            found.append(self._words[NUMBER])
        begins, ends = self._begins, self._ends
        found += [begins[form[:end]] for end in range(self._least_begin, size + 1) if form[:end] in begins]
        found += map(self._within.__getitem__, self._pieces_in(form))
        found += [ends[form[-end:]] for end in range(self._least_end, size + 1) if form[-end:] in ends]
        return found

    def _pieces_in(self, form: str) -> Iterable[str]:
        """The patterns ``*within*`` that a form contains, each once, in the order of their places in it."""
        pieces: dict[str, None] = {}
        for at in range(len(form) - self._least + 1):
            for piece in self._pieces.get(form[at : at + self._least], ()):
                if form.startswith(piece, at):
                    pieces[piece] = None
        return pieces


def key(term: str) -> tuple[str, list[str]]:
    """The longest word of a term, and what a text must hold beside it: plain words and numbers, those next to it as pairs
    (``a_b``)."""
    words = term.removeprefix("^").split(" ")
    longest = max(words, key=len)
    at = words.index(longest)
    beside = {word for word in words if word != longest and _is_plain(word)}
    for first in (at - 1, at):
        pair = words[first : first + 2] if first >= 0 else []
        if len(pair) == 2 and all(map(_is_plain, pair)):
            beside -= {*pair}
            beside.add("_".join(pair))
    return longest, sorted(beside)


def _is_plain(word: str) -> bool:
    return word in (NUMBER, AT_SIGN) or (word.isascii() and word.isalpha())


def needed() -> frozenset[str]:
    """The classes that must be met for some frame."""
    return frozenset(
        name
        for trigger, some in frames().items()
        for frame in some
        for name in (trigger, *(name for group in (*frame.here, *frame.near) for name in group))
    )


@cache
def read(file: str) -> Lines:
    """One of ``FILES``, of a language that separates words or ``KEYS``."""
    found: Lines = json.loads(_text(file))
    return found


@cache
def scripted() -> Mapping[str, list[list[str]]]:
    """The terms of the language that separates no words, each as its pieces, by class."""
    found: dict[str, list[list[str]]] = json.loads(_text(SCRIPTED))
    return found


def _text(file: str) -> str:
    return packaged_text(__package__, "index", f"{file}.json")


def made(file: str) -> object:
    """What one of ``FILES`` must hold, worked out from the vocabularies."""
    if file == SCRIPTED:
        found: dict[str, list[list[str]]] = {}
        for name, term in terms(file):
            found.setdefault(name, []).append(term.split("~"))
        return found
    return _by_pattern(_keys() if file == KEYS else _terms(file))


def _terms(language: str) -> Iterator[tuple[str, str]]:
    for name, term in (*terms("any"), *terms(language)):
        yield term.removeprefix("^").split(" ")[0], f"{name} {term}"


def _keys() -> Iterator[tuple[str, str]]:
    wanted = needed()
    for language in ("any", *SPACED):
        for name, term in terms(language):
            if name in wanted:
                longest, beside = key(term)
                yield longest, " ".join((language, name, *beside))


def _by_pattern(lines: Iterable[tuple[str, str]]) -> Lines:
    found: dict[str, dict[str, dict[str, None]]] = {kind: {} for kind in KINDS}
    for pattern, line in lines:
        kind = KINDS[2 * pattern.startswith("*") + pattern.endswith("*")]
        found[kind].setdefault(pattern.strip("*"), {})[line] = None
    return {kind: {pattern: "\n".join(some) for pattern, some in patterns.items()} for kind, patterns in found.items()}
