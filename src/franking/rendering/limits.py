"""Resource limits of templates. The sandbox protects the machine's data; these limits protect its time and memory. They
count work, not seconds, so a template passes or fails on every machine.

Counted per rendering: loop iterations, calls, included templates, and each thousand characters of output. Limited
separately: a single text or list, numbers, format widths, and the whole output.
"""

from __future__ import annotations

import functools
import re
import string
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import nodes
from jinja2.environment import Template
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

WORK = 200_000  # loop iterations, calls, includes, and thousands of characters
LONGEST = 500_000  # characters of a text
MOST = 20_000  # items of a list and of the lists in it
OUTPUT = 2_000_000  # characters of a rendering
_BITS = 10_000  # of a number
_POWER = 128  # bits of a power: no amount or count of an order has more
_USUAL = 65_536  # characters: texts of templates and orders are rarely longer
_FEW = 2_000  # texts of the usual length that may be joined without a count
_WIDEST = 10_000  # characters: a width or precision in a format
_PRINTF = re.compile(r"%(?:\([^)]*\))?[-#0 +]*(?:(\d+)|(\*))?(?:\.(?:(\d+)|(\*)))?")
_DIGITS = re.compile(r"\d+")
# Filters that do not repeat, pad or join.
_HARMLESS = frozenset(
    """safe escape e default d length count first last upper lower capitalize title trim int float abs attr select reject
    selectattr rejectattr list reverse min max string""".split()
)
_VALUES = (str, bytes, int, float, Decimal, list, tuple, dict)


class TooMuch(SecurityError):
    """A template exceeds a limit."""


def check_format(text: str) -> None:
    """Refuse a printf-style format with a width or precision above the limit."""
    for match in _PRINTF.finditer(text):
        width, star, precision, other = match.groups()
        if star or other or int(width or 0) > _WIDEST or int(precision or 0) > _WIDEST:
            raise TooMuch(f"a format wider than {_WIDEST} characters, or with a width that is computed")


def _check_fields(text: str) -> None:
    """The same for ``str.format``."""
    for _, _, spec, _ in string.Formatter().parse(text):
        if spec and ("{" in spec or any(int(run) > _WIDEST for run in _DIGITS.findall(spec))):
            raise TooMuch(f"a format wider than {_WIDEST} characters, or with a width that is computed")


def _check_numbers(values: Iterable[object]) -> None:
    for value in values:
        if type(value) is int and abs(value) > LONGEST:
            raise TooMuch(f"a number above {LONGEST} for a width or count")


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | bytes | list | tuple) else 0


def _held(size: int) -> None:
    if size > LONGEST:
        raise TooMuch(f"a text of more than {LONGEST} characters")


def _items(values: list[Any] | tuple[Any, ...], times: int = 1, depth: int = 3) -> int:
    """The items of a list, repeated, and of the lists in it. Raises ``TooMuch``."""
    number = len(values) * times
    if number <= MOST and depth:
        for value in values:
            if isinstance(value, list | tuple):
                number += times * _items(value, 1, depth - 1)
                if number > MOST:
                    break
    if number > MOST:
        raise TooMuch(f"a list of more than {MOST} items")
    return number


def _joined(parts: Iterable[object], between: int) -> tuple[object, ...]:
    """The parts, after a check of their total length."""
    total, kept = 0, []
    for part in parts:
        kept.append(part)
        total += _size(part) + between
        _held(total)
    return tuple(kept)


def _replaced(text: str, old: str, new: str, most: object = None) -> None:
    times = text.count(old) if most is None or (isinstance(most, int) and most < 0) else min(text.count(old), int(str(most)))
    _held(len(text) + times * (len(new) - len(old)))


class _Loops(NodeTransformer):
    """Wraps loop iterables and operands of ``~`` in a counting filter."""

    # The names are those of Jinja2's node types.
    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "counted_loop", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return nodes.Filter(node, "counted_text", [], [], None, None, lineno=node.lineno)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox with resource limits. One rendering at a time: hold ``rendering`` and call ``begin``."""

    intercepted_binops = frozenset(["*", "**", "%", "+"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rendering = threading.RLock()
        self._work = 0
        self._longest = _USUAL  # characters of the longest text so far, at least the usual
        self.concat = self._concat  # type: ignore[method-assign]  # what Jinja2 joins macros, blocks and templates with
        for name, function in list(self.filters.items()):
            if name not in _HARMLESS:
                self.filters[name] = self._bounded(name, function)
        self.filters["counted_loop"] = self._loop
        self.filters["counted_text"] = self._text

    def begin(self) -> None:
        """Reset the counters for a rendering."""
        self._work = 0
        self._longest = _USUAL

    def spend(self, units: int) -> None:
        """Count work. Raises ``TooMuch``."""
        self._work += units
        if self._work > WORK:
            raise TooMuch(
                f"the template needs more than {WORK} turns of loops, calls and pieces: does a loop or macro not end?"
            )

    def _text(self, value: Any) -> Any:
        """Check the size of a new text or list, and count it."""
        if isinstance(value, list | tuple):
            self.spend(_items(value) // 100)
            return value
        size = _size(value)
        if size > 1000:
            _held(size)
            self._longest = max(self._longest, size)
            self.spend(size // 1000)
        return value

    def _loop(self, values: Any) -> Any:
        """A loop iterable, counted at once if its length is known, else per iteration."""
        if isinstance(values, str | bytes | list | tuple | Mapping | set | frozenset):
            self.spend(len(values))
            return values
        return self._turns(values) if isinstance(values, Iterator) else values

    def _turns(self, values: Iterator[Any]) -> Iterator[Any]:
        for value in values:
            self.spend(1)
            yield value

    def _concat(self, pieces: Iterable[str]) -> str:
        """Like ``"".join``, for a rendering, a macro or a block."""
        pieces = pieces if type(pieces) is list else list(pieces)
        if (len(pieces) > _FEW or self._longest > _USUAL) and sum(map(len, pieces)) > OUTPUT:
            raise TooMuch(f"an output of more than {OUTPUT} characters")
        joined = "".join(pieces)
        if len(joined) > _USUAL:
            if len(joined) > OUTPUT:
                raise TooMuch(f"an output of more than {OUTPUT} characters")
            self._longest = max(self._longest, len(joined))
            self.spend(len(joined) // 1000)
        return joined

    def compile(
        self, source: str | nodes.Template, name: str | None = None, filename: str | None = None, raw: Any = False,
        defer_init: bool = False,
    ) -> Any:  # fmt: skip
        """As Jinja2's, of the tree as ``adapted`` changes it, with loops that are counted."""
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        return super().compile(_Loops().visit(self.adapted(tree, name)), name, filename, raw, defer_init)

    def adapted(self, tree: nodes.Template, name: str | None) -> nodes.Template:
        """The tree of a template as it is to be compiled. ``name`` is the template's, None for a text without one."""
        return tree

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:
        """Like Jinja2's method, counted."""
        self.spend(1)
        return super().get_template(name, parent, globals)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Operators, after a check of the result's size."""
        if operator == "*":
            if isinstance(left, int) and isinstance(right, int):
                if left.bit_length() + right.bit_length() > _BITS:
                    raise TooMuch("a number of thousands of digits")
            else:
                what, count = (right, left) if isinstance(left, int) else (left, right)
                if isinstance(what, list | tuple) and isinstance(count, int):
                    _items(what, max(count, 0))
                elif isinstance(count, int):
                    _held(_size(what) * max(count, 0))
        elif operator == "**":
            if isinstance(left, int) and isinstance(right, int) and abs(left) > 1 and left.bit_length() * right > _POWER:
                raise TooMuch("a power of more than 38 digits")
        elif operator == "%":
            if isinstance(left, str | bytes):
                check_format(left if isinstance(left, str) else left.decode("latin-1"))
                _held(_size(left) + sum(map(_size, right if isinstance(right, tuple) else (right,))))
        elif _size(left) or _size(right):
            _held(_size(left) + _size(right))
        return self._text(super().call_binop(context, operator, left, right))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as the sandbox's
        """Like the sandbox's method, counted; methods of texts and lists after a check of the result's size."""
        __self.spend(1)
        owner = getattr(__obj, "__self__", None)
        if not isinstance(owner, _VALUES):
            return super().call(__context, __obj, *args, **kwargs)
        name = getattr(__obj, "__name__", "")
        __self.spend(_size(owner) // 1000)
        _check_numbers((*args, *kwargs.values()))
        if isinstance(owner, str):
            if name == "replace" and len(args) >= 2 and isinstance(args[0], str) and isinstance(args[1], str):
                _replaced(owner, *args[:3])
            elif name == "join" and len(args) == 1:
                args = (_joined(args[0], len(owner)),)
            elif name == "expandtabs":
                _held(len(owner) + owner.count("\t") * max([8, *(a for a in (*args, *kwargs.values()) if isinstance(a, int))]))
            elif name == "translate":
                raise TooMuch("translate is not available; use replace")
        return __self._text(super().call(__context, __obj, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Like the sandbox's method for ``format`` and ``format_map``, after a check of the widths."""
        wrapped = super().wrap_str_format(value)
        if wrapped is None:
            return None

        def bounded(*args: Any, **kwargs: Any) -> str:
            _check_fields(str(value.__self__))
            made: str = self._text(wrapped(*args, **kwargs))
            return made

        return bounded

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A Jinja2 filter with checks of its arguments and its result."""
        passes = 1 if hasattr(function, "jinja_pass_arg") else 0  # the environment or context comes first

        @functools.wraps(function)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            self.spend(1)
            values = args[passes:]
            _check_numbers((*values[1:], *kwargs.values()))
            if name == "replace" and len(values) >= 3:
                text, old, new = str(values[0]), str(values[1]), str(values[2])
                _replaced(text, old, new, *values[3:4])
            elif name == "format" and values:
                check_format(str(values[0]))
                _joined((*values, *kwargs.values()), 0)
            elif name == "join" and values and "attribute" not in kwargs and len(values) < 3:
                between = str(values[1] if len(values) > 1 else kwargs.get("d", ""))
                args = (*args[:passes], _joined(values[0], len(between)), *values[1:])
            elif name == "indent" and values:
                width = values[1] if len(values) > 1 else kwargs.get("width", 4)
                _held(
                    len(str(values[0]))
                    + (str(values[0]).count("\n") + 1) * (width if isinstance(width, int) else len(str(width)))
                )
            elif name == "sum" and values and kwargs.get("start", values[2] if len(values) > 2 else 0) != 0:
                values = (_joined(values[0], 0),)
                args = (*args[:passes], *values, *args[passes + 1 :])
            elif name in ("batch", "slice") and len(values) > 1 and isinstance(values[1], int):
                self.spend(abs(values[1]))
            return self._text(function(*args, **kwargs))

        return bounded
