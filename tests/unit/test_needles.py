"""No entry of a word list is passed over: texts made from each entry by Python's own reading of it are reached through its
pieces, and an entry without pieces is always tried."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

import pytest

from franking.policy.words import LISTS, _bounded, _matching, patterns
from franking.policy.words.needles import Needles
from franking.policy.words.pieces import index

sre: Any = import_module("re._constants")
_parser: Any = import_module("re._parser")
EACH = 4  # texts of an entry
WHOLE = "abcXYZäéßşıł0159 -'’月でー٣"


class Maker:
    """Makes texts that a pattern matches, from the standard library's tree of it."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def text(self, tree: Any) -> str:
        return "".join(self._one(kind, value) for kind, value in tree)

    def _one(self, kind: Any, value: Any) -> str:
        if kind is sre.LITERAL:
            return chr(value)
        if kind is sre.BRANCH:
            return self.text(self.random.choice(value[1]))
        if kind is sre.SUBPATTERN:
            return self.text(value[3])
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = value
            return "".join(self.text(inner) for _ in range(self.random.randint(low, min(int(high), low + 2))))
        if kind is sre.IN:
            return self._member(value)
        if kind is sre.ANY:
            return self.random.choice(WHOLE)
        if kind is sre.NOT_LITERAL:
            return self.random.choice([c for c in WHOLE if ord(c) != value])
        assert kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT), kind
        return ""  # what they ask for may fail: such a text is not taken

    def _member(self, members: Any) -> str:
        negated = members[0][0] is sre.NEGATE
        ways = [c for c in WHOLE if re.match(_class(members), c)]
        named = [chr(value) for kind, value in members if kind is sre.LITERAL and not negated]
        named += [chr(self.random.randint(*value)) for kind, value in members if kind is sre.RANGE and not negated]
        return self.random.choice(ways + named)


def _class(members: Any) -> str:
    categories = {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_NOT_SPACE: r"\S",
                  sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W"}  # fmt: skip
    parts: dict[Any, Callable[[Any], str]] = {
        sre.NEGATE: lambda _: "^", sre.LITERAL: lambda v: re.escape(chr(v)), sre.CATEGORY: categories.__getitem__,
        sre.RANGE: lambda v: f"{re.escape(chr(v[0]))}-{re.escape(chr(v[1]))}",
    }  # fmt: skip
    return "[" + "".join(parts[kind](value) for kind, value in members) + "]"


def texts(entry: str, whole: re.Pattern[str]) -> Iterator[str]:
    """Texts that an entry matches as a whole, in its own case and others."""
    maker = Maker(entry)
    tree = _parser.parse(entry)
    for number in range(EACH * 6):
        text = maker.text(tree)
        text = (text, text.upper(), text.title())[number % 3]
        if whole.fullmatch(text) is not None:
            yield text


@pytest.mark.parametrize("name", LISTS)
def test_every_entry_is_reached_through_its_pieces(name: str) -> None:
    bare: list[str] = []
    for language, entries in patterns(name).items():
        for entry in entries:
            whole = re.compile(_bounded(entry), re.IGNORECASE)
            made = list(islice(texts(entry, whole), EACH))
            if not made:
                bare.append(entry)
            for text in made:
                assert f"{name} {language}" in _matching(text), (language, entry, text)
                around = f"ab. {text} (cd)"  # where what an entry looks for behind itself may be missing
                if whole.search(around) is not None:
                    assert f"{name} {language}" in _matching(around), (language, entry, text)
    assert bare == []


def test_every_entry_is_in_the_index() -> None:
    for name in LISTS:
        for language, entries in patterns(name).items():
            assert set(index()[f"{name} {language}"]) == set(entries)


@pytest.mark.parametrize("entry", [r"\d+", "x*", "a|y?", "[^.]{3}"])
def test_an_entry_without_pieces_is_always_tried(entry: str) -> None:
    needles = Needles({"list": {entry: []}}, lambda expression: expression)
    for text in ("a", "12", "xx", "", "bcd"):
        assert ("list" in needles.matching(text)) == (re.search(entry, text) is not None)
