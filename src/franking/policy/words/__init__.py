"""Word lists per language, each with its reasoning in the file."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

from franking.policy.words.needles import Needles, folded, pieces

LISTS = ("promotion", "offensive", "opt_out", "review_manipulation")  # what a message must not say


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A list as one case-insensitive pattern over whole words; entries are regular expressions."""
    return re.compile("|".join(map(_bounded, _patterns(name))), re.IGNORECASE)


def _bounded(entry: str) -> str:
    """A boundary only where the entry begins or ends with a word character of a script that separates words."""
    return rf"(?<![^\W_])(?:{entry})(?![^\W_])" if entry.isascii() or _spaced(entry) else entry


@cache
def _patterns(name: str) -> tuple[str, ...]:
    data = tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
    return tuple(entry for words in data["words"].values() for entry in words)


@cache
def _needles() -> Needles:
    """From the index that ``make words`` writes: finding the pieces costs more than a whole cold check should."""
    return Needles(json.loads(resources.files(__package__).joinpath("index.json").read_text("utf-8")), _bounded)


def index() -> dict[str, dict[str, list[str]]]:
    """The pieces of every entry of every list, as ``index.json`` holds them."""
    return {name: {entry: sorted(map(folded, pieces(entry))) for entry in _patterns(name)} for name in LISTS}


@lru_cache(maxsize=32768)
def _found(name: str, text: str) -> tuple[tuple[int, str], ...]:
    return tuple((match.start(), match.group()) for match in pattern(name).finditer(text))


@lru_cache(maxsize=32768)
def _matching(line: str) -> frozenset[str]:
    return _needles().matching(line)


@lru_cache(maxsize=256)
def _in_any_line(text: str) -> frozenset[str]:
    """The lists that match in a line of a text. Remembered: the rules ask one after the other."""
    return frozenset().union(*map(_matching, text.split("\n")))


def found(name: str, text: str, *, by_line: bool = False) -> list[tuple[int, str]]:
    """Where a list's entries stand in a text, and what stands there; ``by_line`` looks at each line by itself, for texts
    whose paragraphs are lines. Lines are remembered: messages of one kind differ in a few values only."""
    if not by_line:
        return list(_found(name, text)) if name in _matching(text) else []
    if name not in _in_any_line(text):
        return []
    result: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        result.extend((start + index, words) for index, words in _found(name, line))
        start += len(line) + 1
    return result


def _spaced(entry: str) -> bool:
    return not re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", entry)


@cache
def entries(name: str) -> frozenset[str]:
    """A flat list of entries, such as hosts."""
    data = tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
    return frozenset(data["entries"])


@cache
def harmless(name: str, language: str) -> frozenset[str]:
    """The words of a list that mean something else in a language; without a language, those harmless in any."""
    data = tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))["harmless"]
    return frozenset(data.get(language, ()) if language else (word for words in data.values() for word in words))
