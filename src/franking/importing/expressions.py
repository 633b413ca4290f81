"""Expressions of Liquid, Django and Jinja2: values, filters, comparisons. What a style does not have is ``Opaque``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from franking.importing.tokens import Compare, Constant, Expression, Filtered, Logic, LoopFact, Not, Opaque, Path

Style = Literal["liquid", "django", "jinja"]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?\b)"
    r"|(?P<path>[A-Za-z_][\w-]*\??(?:\.[\w-]+\??|\[(?:\d+|\"[^\"]*\"|'[^']*')\])*)"
    r"|(?P<sign>==|!=|<>|<=|>=|<|>|\|\s*|:|,|\(|\)|=))"
)
_WORDS = {
    "liquid": frozenset(["and", "or", "contains"]),
    "django": frozenset(["and", "or", "not", "in", "is"]),
    "jinja": frozenset(["and", "or", "not", "in", "is"]),
}
_EMPTY = {"nil", "null", "blank", "empty", "None", "none"}
_LOOPS = {
    "forloop.index": "index",
    "forloop.index0": "index0",
    "forloop.first": "first",
    "forloop.last": "last",
    "forloop.counter": "index",
    "forloop.counter0": "index0",
    "loop.index": "index",
    "loop.index0": "index0",
    "loop.first": "first",
    "loop.last": "last",
}
_NEGATED = {"==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    text: str
    spaced: bool


class _Misread(Exception):
    """The expression is not of this style."""


def read_expression(source: str, style: Style) -> Expression:
    """The meaning of an expression; ``Opaque`` where it has none that is understood."""
    try:
        words = _words(source)
        parser = _Parser(words, style)
        found = parser.either()
        return found if parser.done() else Opaque(source)
    except _Misread:
        return Opaque(source)


def _words(source: str) -> list[_Word]:
    words: list[_Word] = []
    at = 0
    while source[at:].strip():
        match = _TOKEN.match(source, at)
        if match is None:
            raise _Misread
        kind = str(match.lastgroup)
        words.append(_Word(kind, match[kind].strip(), match.start(kind) > at))
        at = match.end()
    if not words:
        raise _Misread
    return words


class _Parser:
    def __init__(self, words: list[_Word], style: Style) -> None:
        self.words, self.style, self.at = words, style, 0

    def done(self) -> bool:
        return self.at == len(self.words)

    def peek(self, *texts: str) -> bool:
        return not self.done() and self.words[self.at].kind != "text" and self.words[self.at].text in texts

    def take(self) -> _Word:
        if self.done():
            raise _Misread
        self.at += 1
        return self.words[self.at - 1]

    def word(self, text: str) -> bool:
        if text in _WORDS[self.style] and self.peek(text):
            self.at += 1
            return True
        return False

    def either(self) -> Expression:
        left = self.both()
        mixed = {"or": False, "and": isinstance(left, Logic)}
        while self.word("or"):
            right = self.both()
            mixed["and"] |= isinstance(right, Logic)
            if self.style == "liquid" and mixed["and"]:
                raise _Misread  # Liquid groups from the right, the others by precedence
            left = Logic("or", left, right)
        return left

    def both(self) -> Expression:
        left = self.negated()
        while self.word("and"):
            left = Logic("and", left, self.negated())
        return left

    def negated(self) -> Expression:
        return Not(self.negated()) if self.word("not") else self.compared()

    def compared(self) -> Expression:
        left = self.filtered()
        if self.peek("==", "!=", "<>", "<=", ">=", "<", ">"):
            operator = self.take().text.replace("<>", "!=")
            return Compare(operator, left, self.filtered())
        if self.word("contains"):
            return Compare("contains", left, self.filtered())
        if self.word("in"):
            return Compare("contains", self.filtered(), left)
        if self.word("not"):
            if not self.word("in"):
                raise _Misread
            return Not(Compare("contains", self.filtered(), left))
        if self.word("is"):
            return self.tested(left)
        return left

    def tested(self, left: Expression) -> Expression:
        """``is defined`` and ``is none`` ask whether there is a value."""
        wrong = self.word("not")
        name = self.take().text
        if name in ("defined", "True"):
            return Not(left) if wrong else left
        if name in ("none", "None", "undefined", "False"):
            return left if wrong else Not(left)
        raise _Misread

    def filtered(self) -> Expression:
        value = self.primary()
        while self.peek("|"):
            self.at += 1
            word = self.take()
            if word.kind != "path":
                raise _Misread
            value = Filtered(value, word.text, self.arguments())
        return value

    def arguments(self) -> tuple[Expression, ...]:
        if self.style == "jinja":
            if not self.peek("("):
                return ()
            self.at += 1
            found: list[Expression] = []
            while not self.peek(")"):
                found.append(self.argument())
                if not self.peek(")") and self.take().text != ",":
                    raise _Misread
            self.at += 1
            return tuple(found)
        if not self.peek(":"):
            return ()
        self.at += 1
        if self.style == "django":
            if self.done() or self.words[self.at].spaced:
                raise _Misread
            return (self.primary(),)
        found = [self.argument()]
        while self.peek(","):
            self.at += 1
            found.append(self.argument())
        return tuple(found)

    def argument(self) -> Expression:
        value = self.primary()
        if self.peek(":", "="):  # a named argument
            self.at += 1
            return self.primary()
        return value

    def primary(self) -> Expression:
        word = self.take()
        if word.kind == "text":
            return Constant(re.sub(r"\\(.)", r"\1", word.text[1:-1]))
        if word.kind == "number":
            return Constant(Decimal(word.text) if "." in word.text else int(word.text))
        if word.kind == "path":
            return _path(word.text)
        if word.text == "(" and self.style == "jinja":
            inner = self.either()
            if self.take().text != ")":
                raise _Misread
            return inner
        raise _Misread


def _path(text: str) -> Expression:
    if text in ("true", "false", "True", "False"):
        return Constant(text.lower() == "true")
    if text in _EMPTY:
        return Constant(None)
    if text in _LOOPS:
        return LoopFact(_LOOPS[text])
    return Path(tuple(part.strip("\"'?") for part in re.split(r"[.\[\]]+", text) if part))
