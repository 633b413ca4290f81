"""What macros made of values that come again: the same products at the same prices make the same rows.

Only macros of modules that are imported without context are asked: they see nothing but their arguments, the globals of
their language, and each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from jinja2.environment import TemplateModule
from jinja2.runtime import Macro
from markupsafe import Markup

from franking.catalog import untranslated
from franking.rendering.values import Item

_MOST = 1024  # results
_new = str.__new__  # of Markup: its own would ask whether a text has markup of its own


class MacroCache:
    """The results of one environment's macros, by their arguments."""

    def __init__(self) -> None:
        self._pure: dict[int, Macro] = {}
        self._texts: dict[tuple[object, ...], Markup] = {}

    def learn(self, module: TemplateModule) -> None:
        """Take in the macros of a module that was made without any message's variables."""
        self._pure.update({id(value): value for value in vars(module).values() if type(value) is Macro})

    def text(self, macro: Macro, args: tuple[Any, ...], order_id: str) -> Markup:
        """What a macro makes of its arguments. A text with the order's ID is made each time: no other message has it, and
        fences stand around it."""
        if id(macro) not in self._pure:
            return _markup(macro, args)
        key: tuple[object, ...]
        kind = type(args[0]) if len(args) == 1 else None
        if kind is str or kind is Markup:  # most are
            if order_id and order_id in args[0]:
                return _markup(macro, args)
            key = macro, kind, args[0]
        else:
            described: list[object] = [macro]
            if not _describe(args, described, order_id):
                return _markup(macro, args)
            key = tuple(described)
        known = self._texts.get(key)
        if known is not None:
            return known
        lost = untranslated.get()
        before = len(lost) if lost is not None else 0
        text = _markup(macro, args)
        if (lost is None or len(lost) == before) and not (order_id and order_id in text):  # what is lacking is noted each time
            if len(self._texts) >= _MOST:
                self._texts.clear()
            self._texts[key] = text
        return text


def _markup(macro: Macro, args: tuple[Any, ...]) -> Markup:
    return _new(Markup, macro._func(*args))


def _describe(values: Iterable[Any], key: list[object], order_id: str) -> bool:
    """Write down what tells values from all others; False where that cannot be done, or the order's ID is among them."""
    for value in values:
        kind = type(value)
        if kind is str or kind is Markup:
            if order_id and order_id in value:
                return False
            key += (kind, value)
        elif kind is Item:
            title, sku, price = value.title, value.sku, value.price
            if order_id and (order_id in title or order_id in sku):
                return False
            key += (kind, title, sku, value.quantity, price if price is None else str(price))
        elif kind is Decimal:
            key += (kind, str(value))  # 1.0 and 1.00 are equal and written in two ways
        elif kind is int or kind is bool or value is None:
            key += (kind, value)
        elif kind is list or kind is tuple:
            key += (kind, len(value))
            if not _describe(value, key, order_id):
                return False
        else:
            return False
    return True
