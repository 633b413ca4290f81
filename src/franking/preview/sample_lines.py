"""The line of a field in a sample's JSON, for errors that name the field by its path."""

from __future__ import annotations

import re
from typing import Any

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w+|\[\d+\])*")
_UNKNOWN = re.compile(r": the name '(\w+)' is not known")  # below the path
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def with_line(text: str, problem: dict[str, Any]) -> dict[str, Any]:
    """An error on a sample with the line of the field that its message begins with, if the error names no line of its own."""
    if problem["line"] > 1 or not problem["file"].endswith(".json"):
        return problem
    path = _PATH.match(problem["message"])
    if path is None:
        return problem
    unknown = _UNKNOWN.match(problem["message"], path.end())
    return {**problem, "line": line_of_field(text, f"{path[0]}.{unknown[1]}" if unknown is not None else path[0])}


def line_of_field(text: str, path: str) -> int:
    """The line (from 1) of a field such as ``order.items[0].price``, or of the deepest part of the path that is there; 1 if
    there is none. ``text`` is valid JSON (RFC 8259)."""
    wanted = [name or int(number) for name, number in _STEP.findall(path)]
    found, depth = 1, 0
    places: list[str | int] = []  # the key or number of the value that is read, in each open object or list
    line, at, key = 1, 0, ""
    for token in _TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        word = token[0]
        starts = word not in "]},:" and bool(places) and isinstance(places[-1], int)  # an entry of a list
        if word == ":" and places:
            places[-1], starts = key, True
        if starts and depth < len(places) <= len(wanted) and places == wanted[: len(places)]:
            found, depth = line, len(places)
        if word in "{[":
            places.append("" if word == "{" else 0)
        elif word in "}]":
            places = places[:-1]
        elif word == "," and places and isinstance(places[-1], int):
            places[-1] += 1
        elif word.startswith('"'):
            key = word[1:-1]
    return found
