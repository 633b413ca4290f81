"""Fenced rendering: the same templates, with each escaped value between two private-use characters.

What stands between the fences is a value; the rest is the message's *shape*. Taking the fences out must leave, byte for
byte, what the ordinary rendering makes. That holds as long as nothing looks into a text that holds fences: a macro's
result may be put out, joined and passed on, but not measured, compared, cut or tested. Whatever would do so raises
``Unfenceable`` here, and the message goes the ordinary way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, MutableMapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from franking.model import Theme
from franking.rendering.environment import Images
from franking.rendering.isolation import Sandbox
from franking.rendering.limits import WORK
from franking.rendering.texts import translators
from franking.rendering.values import Item
from franking.shape_cache.guards import GETTEXT, Guards
from franking.shape_cache.macro_cache import MacroCache

OPEN, CLOSE = "\ue000", "\ue001"
_LEFT_TO_RIGHT = "\u200e"
# Filters that pass a text on as it is, or only put it beside others; and the project's own, which take no text.
_TRANSPARENT = frozenset("safe escape e join money day weekday clock number counted_loop counted_text".split())
# Filters and tests that look at a text or a list, not at the texts in a list.
_SHALLOW = frozenset("length count first last list reverse batch slice default d defined undefined none iterable".split())
_OPEN_TYPES = (Item, Theme)


class Unfenceable(Exception):
    """A message whose values cannot be separated from its shape; the text says why, without order data."""


@lru_cache(maxsize=8192)
def _fenced(text: str) -> str:
    return f"{OPEN}{escape(text)}{CLOSE}"


def has_fence(value: object, depth: int = 3) -> bool:
    """Whether a text holds a fence, or a container one that does."""
    if isinstance(value, str):
        return OPEN in value or CLOSE in value
    if depth and isinstance(value, list | tuple | set | frozenset):
        return any(has_fence(one, depth - 1) for one in value)
    if depth and isinstance(value, Mapping):
        return any(has_fence(one, depth - 1) for one in (*value.keys(), *value.values()))
    return False


def _not_fenced(text: str) -> None:
    if has_fence(text):
        raise Unfenceable("private-use characters in a translation")


def _refuse(what: str, *values: object) -> None:
    if any(has_fence(value) for value in values):
        raise Unfenceable(f"the template looks into rendered text ({what})")


class FencedEnvironment(Sandbox):
    """A sandbox whose output is fenced. ``order_id`` is fenced also where it is part of a longer value, such as a URL."""

    order_id = ""

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:
        """As Jinja2's, without asking the loader again."""
        self.spend(1)
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = super().get_template(name, parent, globals)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As Jinja2's, in one dictionary: what is global does not change once a template is loaded."""
        return {**self.globals, **(d or {})}

    def install(self, translations: NullTranslations, constants: Mapping[str, object]) -> None:
        """Fence what is put out and what translations take in; guard filters and tests. ``constants`` are the variables
        that are the same in all messages."""
        self._translations = translations
        self._constants = constants
        self._loaded: dict[str, Template] = {}
        self.recalled = MacroCache()
        own = translators(translations, self._fill, isolated=self.isolating, unusable=_not_fenced)
        self.globals.update(own, _=own["gettext"])
        self._own = {id(function) for function in own.values()}
        for kind, table in (("filter", self.filters), ("test", self.tests)):
            for name, function in list(table.items()):
                if name not in _TRANSPARENT:
                    table[name] = _guarded(function, f"the {kind} {name}", 0 if name in _SHALLOW else 3)
        self.filters["no_fenced_text"] = _guarded(lambda value: value, "a condition", 0)
        self.filters["no_fence"] = _guarded(lambda value: value, "a comparison", 3)

    def fence(self, text: str) -> str:
        """A value, escaped and fenced."""
        identity = self.order_id
        if text == identity:
            return _fenced(text)
        if not text.isascii():
            if has_fence(text):
                raise Unfenceable("private-use characters in a value")
            if text.startswith(_LEFT_TO_RIGHT):
                return _LEFT_TO_RIGHT + self.fence(text[1:])
        if identity and identity in text:
            before, _, after = text.partition(identity)
            return f"{escape(before)}{OPEN}{escape(identity)}{CLOSE}{escape(after)}"
        return _fenced(text)

    def _fill(self, value: object) -> str:
        """A value within a translation."""
        return value if type(value) is Markup else self.fence(str(value))

    def put(self, value: object) -> str:
        """What an expression puts out where markup is escaped."""
        if type(value) is Markup:
            return value
        if type(value) is str:
            return self.fence(value)
        if isinstance(value, int | float | Decimal):
            return self.fence(str(value))
        return escape(value)  # structure: what the template's author vouches for, or what is no text

    def parse(self, source: str, name: str | None = None, filename: str | None = None) -> nodes.Template:
        """As Jinja2's. Raises ``Unfenceable`` for a template that holds a fence itself."""
        if has_fence(source):
            raise Unfenceable("private-use characters in a template")
        return super().parse(source, name, filename)

    def adapted(self, tree: nodes.Template, name: str | None) -> nodes.Template:
        """The tree with guards, translations and constants in place."""
        parsed = super().adapted(tree, name)
        given = _assigned(parsed)
        translations = None if given.intersection(GETTEXT) else self._translations
        constants = {name: value for name, value in self._constants.items() if name not in given}
        guarded: nodes.Template = Guards(translations, constants).visit(parsed)
        return guarded

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As the sandbox's; not from a fenced text."""
        if type(obj) in _OPEN_TYPES and not attribute.startswith("_"):
            return getattr(obj, attribute)  # all the sandbox would find out
        if isinstance(obj, str):
            _refuse("an attribute", obj)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """As the sandbox's; not from a fenced text, and not by one."""
        if isinstance(obj, str) or isinstance(argument, str):
            _refuse("a subscript", obj if isinstance(obj, str) else "", argument)
        return super().getitem(obj, argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Operators that look into texts: repetition and formatting."""
        if operator != "+":
            _refuse(f"the operator {operator}", left, right)
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as the sandbox's
        """As the sandbox's; methods of texts get no fenced text."""
        # What the sandbox and the context would find out about translations, macros and images is known.
        kind = type(__obj)
        if kind is Macro or kind is Images or id(__obj) in __self._own:
            if kwargs:
                kwargs.pop("_block_vars", None)
                kwargs.pop("_loop_vars", None)
            __self._work += 1
            if __self._work > WORK:
                __self.spend(0)
            if kind is Images:
                return __obj(*args, **kwargs)
            if kind is not Macro:
                return __obj(__context, *args, **kwargs)
            plain = not (kwargs or __obj.caller or __obj.catch_kwargs or __obj.catch_varargs)
            if plain and len(args) == len(__obj.arguments):
                text = __self.recalled.text(__obj, args, __self.order_id)
                return text if __context.eval_ctx.autoescape else str.__str__(text)
            return __obj(__context.eval_ctx, *args, **kwargs)
        if isinstance(getattr(__obj, "__self__", None), str | list | dict):
            _refuse("a method", args, kwargs)
        return super().call(__context, __obj, *args, **kwargs)


def _assigned(template: nodes.Template) -> set[str]:
    """The names that a template gives a meaning of its own somewhere."""
    found = {node.name for node in template.find_all(nodes.Name) if node.ctx != "load"}
    found |= {node.target for node in template.find_all(nodes.Import)}
    for node in template.find_all(nodes.FromImport):
        found |= {name if isinstance(name, str) else name[1] for name in node.names}
    return found | {node.name for node in template.find_all(nodes.Macro)}


def _guarded(function: Callable[..., Any], what: str, depth: int) -> Callable[..., Any]:
    @functools.wraps(function)
    def guard(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            if has_fence(value, depth):
                _refuse(what, value)
        if kwargs:
            _refuse(what, kwargs)
        return function(*args, **kwargs)

    return guard


class _Writer(CodeGenerator):
    """Writes one call around each expression that a template puts out, where Jinja2 writes two."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.put(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


class _Template(Template):
    """A template whose module, what others import of it, is made once: no variable of a message is seen from there."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
            assert isinstance(self.environment, FencedEnvironment)
            self.environment.recalled.learn(self._module)
        return self._module


FencedEnvironment.code_generator_class = _Writer
FencedEnvironment.template_class = _Template
