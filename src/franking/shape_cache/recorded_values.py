"""Values that stand for those of any order while a rendering is recorded (see ``recordings``).

A template may put a value out, format it, pass it on to a macro or a translation, and ask whether it is empty. None of this
looks into the value's text, so the same steps make the text of another order's message. Anything else that a template does
with a value either gets the value itself, which must then be the same in all messages of the recording (it is *pinned*), or
raises ``Unrecordable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

from franking.rendering.values import Item
from franking.shape_cache.fences import CLOSE, OPEN

Values = Mapping[str, Any]
ORDER_ID = "order_id"  # the variable
BEGIN, END = "\ue002", "\ue003"  # around the number of an expression, between its fences
WRITTEN = frozenset([str, int, float, Decimal])  # types of what templates put out as text
_RECORDED = WRITTEN | {date, datetime, time}
_FIELDS = ("title", "quantity", "price", "sku")


class Unrecordable(Exception):
    """A rendering that looks into a value in a way that cannot be recorded."""


class Expression(NamedTuple):
    """How a text of a message is made of an order's values. ``key`` tells it from all other expressions."""

    key: tuple[object, ...]
    of: Callable[[Values], Any]


class Recorder:
    """What one rendering does with the values of an order."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.pins: dict[tuple[object, ...], Callable[[Values], object]] = {}
        self.expressions: list[Expression] = []
        self.is_plain = False  # whether values are put out without escapes, as in subjects
        self._numbers: dict[tuple[object, ...], int] = {}

    def variables(self, names: Iterable[str]) -> dict[str, Any]:
        """The variables of the rendering: recorded values, and as they are those of which nothing can be recorded."""
        found: dict[str, Any] = {}
        for name in names:
            value = self.values[name]
            if type(value) is list:
                found[name] = [self._item(name, at) if type(one) is Item else one for at, one in enumerate(value)]
            else:
                found[name] = self._recorded(Expression((name,), variable(name)))
        return found

    def _item(self, name: str, at: int) -> Any:
        return Item(*[self._recorded(Expression((name, at, field), _of_item(name, at, field))) for field in _FIELDS])

    def _recorded(self, expression: Expression) -> Any:
        value = expression.of(self.values)
        if type(value) not in _RECORDED:
            return value
        identifier = self.values[ORDER_ID]
        if type(value) is not str or value == identifier or identifier not in value:
            return Recorded(self, expression, value, (expression,))
        first, *others = value.split(identifier)
        return Recorded(self, expression, value, (first, *[part for text in others for part in (THE_ORDER_ID, text)]))

    def derived(self, function: Callable[..., Any], args: Sequence[Any]) -> Recorded:
        """The result of a function of nothing but its arguments."""
        steps = [arg.expression if type(arg) is Recorded else _constant(arg) for arg in args]
        first = steps[0].of
        if len(steps) == 1:
            expression = Expression((function, steps[0].key), lambda values: function(first(values)))
        else:
            rest = [step.of for step in steps[1:]]
            key = (function, *[step.key for step in steps])
            expression = Expression(key, lambda values: function(first(values), *[of(values) for of in rest]))
        return Recorded(self, expression, expression.of(self.values), (expression,))

    def marker(self, expression: Expression) -> str:
        """What stands for an expression in the rendered text."""
        number = self._numbers.setdefault(expression.key, len(self.expressions))
        if number == len(self.expressions):
            self.expressions.append(expression)
        return f"{OPEN}{BEGIN}{number}{END}{CLOSE}"


class Recorded:
    """A value of any order. ``parts`` are what is put out for it: it itself, or values in it and the texts around them."""

    __slots__ = ("expression", "parts", "recorder", "value")

    def __init__(self, recorder: Recorder, expression: Expression, value: Any, parts: Sequence[str | Expression]) -> None:
        self.recorder = recorder
        self.expression = expression
        self.value = value
        self.parts = parts

    def text(self, put: Callable[[str], str]) -> str:
        """What is put out for it. Raises ``Unrecordable`` for a value that is no text or number."""
        if type(self.value) not in WRITTEN:
            raise Unrecordable("a value that is no text")
        return "".join([put(part) if isinstance(part, str) else self.recorder.marker(part) for part in self.parts])

    def pinned(self) -> Any:
        """The value itself, which is then the same in all messages of the recording."""
        of = self.expression.of
        self.recorder.pins["value", self.expression.key] = lambda values: identity(of(values))
        return self.value

    def __bool__(self) -> bool:
        of = self.expression.of
        self.recorder.pins["truth", self.expression.key] = lambda values: bool(of(values))
        return bool(self.value)

    def __str__(self) -> str:
        if not self.recorder.is_plain:
            raise Unrecordable("a value as a text without escapes")
        return self.text(str)

    def _refuse(self, *_: object) -> NoReturn:
        raise Unrecordable("a look into a value")

    __html__ = __repr__ = __format__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = _refuse


def holds_recorded(value: object, depth: int = 4) -> bool:
    """Whether a value, or a container in it, holds a recorded value. Deeper containers count as such."""
    kind = type(value)
    if kind is Recorded:
        return True
    if kind is Item:
        return any(type(getattr(value, field)) is Recorded for field in _FIELDS)
    if isinstance(value, Mapping):
        return depth == 0 or any(holds_recorded(one, depth - 1) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return depth == 0 or any(holds_recorded(one, depth - 1) for one in value)
    return not isinstance(value, str | int | float | Decimal | date | time | None)


def outline(values: Values, names: Sequence[str]) -> tuple[object, ...]:
    """What all messages of a recording have in common: the types of their values, the numbers of items, the texts around the
    order's ID. Raises ``Unrecordable`` for a value of a type that nothing is known of."""
    identifier = values[ORDER_ID]
    found: list[object] = []
    for name in names:
        value = values[name]
        kind = type(value)
        if kind is list:
            found.append(len(value))
            for one in value:
                found += _outline_of_item(one, identifier) if type(one) is Item else (identity(one),)
        elif kind is str:
            found.append(tuple(value.split(identifier)) if identifier in value else str)
        else:
            found.append(kind if kind in _RECORDED else identity(value))
    return tuple(found)


def _outline_of_item(item: Item, identifier: str) -> tuple[object, ...]:
    title, sku = item.title, item.sku
    return (
        type(item.price),
        type(item.quantity),
        tuple(title.split(identifier)) if identifier in title else str,
        tuple(sku.split(identifier)) if identifier in sku else str,
    )


def identity(value: object) -> object:
    """What tells a value from all that a template could tell it from. Raises ``Unrecordable`` if that is not known."""
    kind = type(value)
    if value is None or kind is str or kind is int or kind is bool:
        return kind, value
    if kind in _RECORDED:
        return kind, str(value), str(getattr(value, "tzinfo", None))  # 1.0 and 1.00 are equal and written in two ways
    if isinstance(value, list | tuple):
        return kind, *map(identity, value)
    raise Unrecordable("a value of another type")


def variable(name: str) -> Callable[[Values], Any]:
    return lambda values: values[name]


def _of_item(name: str, at: int, field: str) -> Callable[[Values], Any]:
    def of(values: Values) -> Any:
        items = values[name]
        return getattr(items[at], field) if at < len(items) else None  # as a pin of messages with fewer items

    return of


def _constant(value: object) -> Expression:
    return Expression(("constant", identity(value)), lambda _: value)


THE_ORDER_ID = Expression((ORDER_ID,), variable(ORDER_ID))
