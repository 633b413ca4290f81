"""The templates' environment while a rendering is recorded (see ``recordings``)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from babel.support import NullTranslations
from jinja2.runtime import Context, Macro
from markupsafe import escape

from franking.shape_cache.fences import OPEN, FencedEnvironment
from franking.shape_cache.recorded_values import Recorded, Unrecordable, holds_recorded

_FORMATS = frozenset("money day weekday clock number".split())
# Filters that raise for a recorded value, or leave it as it is: it has a truth and nothing else to look at.
_PASSING = frozenset("safe escape e join counted_loop counted_text no_fenced_text".split())
_SHALLOW = frozenset("length count first last list reverse batch slice".split())  # of lists
_ABOUT_TYPE = frozenset("none defined undefined".split())  # tests: a recorded value is a text, a number or a date


class RecordingEnvironment(FencedEnvironment):
    """A fenced environment that takes recorded values."""

    def install(self, translations: NullTranslations, constants: Mapping[str, object]) -> None:
        """As the fenced environment's, for recorded values."""
        super().install(translations, constants)
        for name, function in list(self.filters.items()):
            if name in _FORMATS:
                self.filters[name] = _formatting(function)
            elif name not in _PASSING:
                self.filters[name] = _looking(function, is_shallow=name in _SHALLOW)
        for name, function in list(self.tests.items()):
            if name not in _ABOUT_TYPE:
                self.tests[name] = _looking(function, is_shallow=False)

    def fence(self, text: str) -> str:
        """As the fenced environment's; a text with recorded values is fenced already."""
        return escape(text) if OPEN in text else super().fence(text)

    def _fill(self, value: object) -> str:
        return value.text(escape) if type(value) is Recorded else super()._fill(value)

    def put(self, value: object) -> str:
        """As the fenced environment's."""
        return value.text(escape) if type(value) is Recorded else super().put(value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As the fenced environment's."""
        return super().getattr(_plain(obj), attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """As the fenced environment's."""
        return super().getitem(_plain(obj), _plain(argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """As the fenced environment's; lists are joined as they are."""
        left, right = _plain(left), _plain(right)
        if operator != "+" and (holds_recorded(left) or holds_recorded(right)):
            raise Unrecordable(f"the operator {operator}")
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as the sandbox's
        """As the fenced environment's, but for its remembered macros."""
        if type(__obj) is Macro:
            __self.spend(1)
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(__context.eval_ctx, *args, **kwargs)
        plain = tuple(map(_plain, args))
        if id(__obj) in __self._own:  # of translations: numbers choose a form, other values are put out
            kwargs = {name: _plain(value) if _is_number(value) else value for name, value in kwargs.items()}
        elif any(map(holds_recorded, (*plain, *kwargs.values()))):
            raise Unrecordable("a function")
        return super().call(__context, __obj, *plain, **kwargs)


def _plain(value: Any) -> Any:
    return value.pinned() if type(value) is Recorded else value


def _is_number(value: object) -> bool:
    return type(value) is Recorded and type(value.value) is int


def _looking(function: Any, *, is_shallow: bool) -> Callable[..., Any]:
    """A filter or test that looks into its values."""

    @functools.wraps(function)
    def looking(*args: Any, **kwargs: Any) -> Any:
        plain = tuple(map(_plain, args))
        inner = [one for one in plain if not _is_jinjas(one)]
        if any(map(holds_recorded, kwargs.values())) or (not is_shallow and any(map(holds_recorded, inner))):
            raise Unrecordable("a filter or test")
        return function(*plain, **kwargs)

    return looking


def _is_jinjas(value: object) -> bool:
    """Whether a filter's argument is what Jinja2 passes besides those of the template."""
    return type(value).__module__.startswith("jinja2.") or isinstance(value, FencedEnvironment)


def _formatting(function: Any) -> Callable[..., Any]:
    """A filter whose result depends on nothing but its arguments; the context is none of them."""
    formatted = functools.partial(function, None)

    @functools.wraps(function)
    def formatting(context: Context, *args: Any) -> Any:
        for one in args:
            if type(one) is Recorded:
                result = one.recorder.derived(formatted, args)
                if type(result.value) is not str:
                    raise Unrecordable("a format that is no text")
                return result
        return function(context, *args)

    return formatting
