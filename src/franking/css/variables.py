"""``var()`` (CSS Custom Properties 1, section 3): what a value is once the custom properties in it are known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import tinycss2

from franking.css.lengths import Token, contents, significant
from franking.css.registered import Tokens
from franking.css.values import has_var

if TYPE_CHECKING:
    from tinycss2.ast import FunctionBlock

# Gives a custom property's value, None if it has none.
Lookup = Callable[[str], Tokens | None]

_MOST = 10_000  # tokens of one value
_DEEPEST = 100  # brackets in a value, custom properties that name one another
# Stands for a value that is too large to tell: no parser reads it, so that what depends on it is undecided.
_UNKNOWN: Tokens = tuple(tinycss2.parse_component_value_list("env(unknown)"))


class _TooLargeError(Exception):
    """A value grows or nests further than any message needs."""


def substitute(tokens: Sequence[Token], lookup: Lookup) -> list[Token] | None:
    """Replace ``var()`` by what ``lookup`` gives; None if one is missing and has no fallback."""
    try:
        return _Substitution(lookup).of(tokens, 0)
    except _TooLargeError:
        return list(_UNKNOWN)


def settled(custom: dict[str, Tokens], names: Collection[str]) -> None:
    """Replace ``var()`` in the custom properties that an element declares, ``names``. Those that name themselves, directly or
    in a circle, are invalid and go (section 2.3)."""
    open_ones = {name for name in names if name in custom and has_var(custom[name])}
    if open_ones:
        _Settling(custom, open_ones).run()


class _Substitution:
    """One value. ``left`` bounds how long it may grow."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.left = _MOST

    def of(self, tokens: Sequence[Token], depth: int) -> list[Token] | None:
        """The tokens with ``var()`` replaced."""
        if depth > _DEEPEST:
            raise _TooLargeError
        result: list[Token] = []
        for token in tokens:
            if token.type == "function" and token.lower_name == "var":
                inner = self._variable(token, depth)
                if inner is None:
                    return None
                self._spend(len(inner))
                result.extend(inner)
            elif token.type == "function" and has_var(token.arguments):
                inner = self.of(token.arguments, depth + 1)
                if inner is None:
                    return None
                result.append(type(token)(token.source_line, token.source_column, token.name, inner))
            elif (token.type == "() block" or token.type == "[] block" or token.type == "{} block") and has_var(token.content):
                inner = self.of(token.content, depth + 1)
                if inner is None:
                    return None
                result.append(type(token)(token.source_line, token.source_column, inner))
            else:
                self._spend(1)
                result.append(token)
        return result

    def _variable(self, token: FunctionBlock, depth: int) -> Sequence[Token] | None:
        arguments = list(token.arguments)
        comma = next((i for i, t in enumerate(arguments) if t.type == "literal" and t.value == ","), None)
        name = significant(arguments[:comma])
        found = self.lookup(name[0].value) if len(name) == 1 and name[0].type == "ident" else None
        if found is not None and depth + _depth(found) > _DEEPEST:
            raise _TooLargeError
        if found is None and comma is not None:
            return self.of(arguments[comma + 1 :], depth + 1)
        return found

    def _spend(self, number: int) -> None:
        self.left -= number
        if self.left < 0:
            raise _TooLargeError


def _depth(tokens: Sequence[Token]) -> int:
    """How deep brackets nest in a value; it stops counting where that is too deep."""
    level: list[Token] = list(tokens)
    depth = 0
    while level and depth <= _DEEPEST:
        level = [inner for token in level for inner in contents(token)]
        depth += 1
    return depth


class _Settling:
    """Works out the custom properties that an element declares with ``var()`` in them, each once."""

    def __init__(self, custom: dict[str, Tokens], open_ones: set[str]) -> None:
        self.custom = custom
        self.open = open_ones
        self.path: list[str] = []
        self.circular: set[str] = set()

    def run(self) -> None:
        """Settle all of them."""
        for name in sorted(self.open):
            self._value(name)

    def _value(self, name: str) -> Tokens | None:
        if name in self.path:
            self.circular.update(self.path[self.path.index(name) :])
            return None
        if name not in self.open:
            return self.custom.get(name)
        if len(self.path) >= _DEEPEST:
            return _UNKNOWN
        self.path.append(name)
        found = substitute(self.custom[name], self._value)
        self.path.pop()
        self.open.discard(name)
        if found is None or name in self.circular:
            del self.custom[name]
            return None
        self.custom[name] = tuple(found)
        return self.custom[name]
