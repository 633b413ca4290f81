"""What a template of any dialect consists of: text, values, conditions, loops, comments, and what is not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

from franking.errors import InputError


@dataclass(frozen=True, slots=True)
class Path:
    """A value by its name, such as ``order.number``. ``up`` is the number of scopes to leave; None starts at the outermost."""

    names: tuple[str, ...]
    up: int | None = 0

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal value; None for ``nil``, ``null`` and ``blank``."""

    value: str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class LoopFact:
    """A fact of the loop: ``index``, ``index0``, ``first`` or ``last``."""

    name: str


@dataclass(frozen=True, slots=True)
class Filtered:
    """A value through a filter or helper, by the dialect's own name."""

    value: Expression
    name: str
    arguments: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison: ``==``, ``!=``, ``<``, ``>``, ``<=``, ``>=``, or ``contains``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logic:
    """``and`` or ``or``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Opaque:
    """An expression that is not understood."""

    source: str


Expression: TypeAlias = Path | Constant | LoopFact | Filtered | Compare | Logic | Not | Opaque
Type = Literal[
    "text", "field", "if", "elif", "else", "each", "section", "with", "end", "comment", "include", "assign", "unknown", "note"
]
_OPENING = frozenset(["if", "each", "section", "with"])


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a template. ``name`` is a loop's variable, an included template, an assigned name, or the reason why a
    piece is unknown; ``raw`` marks a value that the source writes without escaping."""

    type: Type
    source: str = field(compare=False)
    offset: int = field(compare=False)
    value: Expression | None = None
    name: str = ""
    raw: bool = False
    text: str = ""
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


class Dialect(Protocol):
    """A template language. ``marks`` are patterns that occur in no other dialect."""

    @property
    def name(self) -> str:
        """The name for ``--from``."""
        ...

    @property
    def marks(self) -> Sequence[str]:
        """The patterns."""
        ...

    def read(self, source: str, file: str) -> list[Token]:
        """The tokens of a source. Raises ``InputError`` with file and line for blocks that do not match."""
        ...


class Reader:
    """Collects tokens and checks that blocks match."""

    def __init__(self, source: str, file: str) -> None:
        self.source = source
        self.file = file
        self.tokens: list[Token] = []
        self._open: list[tuple[str, Token | None, str, int]] = []  # end name, opening token, its source, offset

    def line(self, offset: int) -> int:
        """The line of an offset."""
        return self.source.count("\n", 0, offset) + 1

    def text(self, start: int, end: int) -> None:
        """Text as it is."""
        if end > start:
            self.put("text", self.source[start:end], start, text=self.source[start:end])

    def put(
        self,
        type_: Type,
        source: str,
        offset: int,
        value: Expression | None = None,
        *,
        name: str = "",
        raw: bool = False,
        text: str = "",
    ) -> Token:
        """Add a token."""
        token = Token(type_, source, offset, value, name, raw, text, self.file, self.line(offset))
        self.tokens.append(token)
        return token

    def unknown(self, source: str, offset: int, why: str) -> None:
        """Add something that is not understood."""
        self.put("unknown", source, offset, name=why)

    def open(self, end: str, token: Token | None, source: str, offset: int) -> None:
        """Begin a block that ``end`` closes; without a token, the block is not understood and its content is kept."""
        self._open.append((end, token, source, offset))

    def inside(self) -> str:
        """The end that the innermost block needs; "" outside of blocks."""
        return self._open[-1][0] if self._open else ""

    def understood(self) -> bool:
        """Whether the innermost block is understood."""
        return bool(self._open) and self._open[-1][1] is not None

    def close(self, end: str, source: str, offset: int) -> None:
        """End a block. Raises ``InputError`` if another one is open."""
        if not self._open or self._open[-1][0] != end:
            expected = f"the end of {self._open[-1][2]}" if self._open else "no end of a block"
            raise InputError(f"{self.file}:{self.line(offset)}: found {source[:60]}, expected {expected[:80]}")
        _, token, _, _ = self._open.pop()
        if token is None:
            self.unknown(source, offset, "the end of a block that is not understood")
        elif token.type in _OPENING:
            self.put("end", source, offset, name=token.type)

    def finish(self) -> list[Token]:
        """All tokens. Raises ``InputError`` for a block that does not end."""
        if self._open:
            _, _, source, offset = self._open[-1]
            raise InputError(f"{self.file}:{self.line(offset)}: found {source[:60]}, expected its end")
        return self.tokens
