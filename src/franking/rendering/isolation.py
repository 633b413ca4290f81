"""Isolates values in right-to-left messages from the surrounding text (Unicode UAX 9).

Without isolation, a product title, a number or a name in Latin letters changes the order of the text beside it: "Shelf (2)"
is shown as "(2) Shelf". Every value that a template outputs is isolated according to its context: in text by ``<span
dir="auto">``, in translatable attributes and plain text by U+2068 and U+2069, elsewhere (as in links) not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from babel.support import NullTranslations
from jinja2 import nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from franking.rendering.limits import BoundedEnvironment
from franking.rendering.texts import END, ISOLATE, SPAN, SPAN_END
from franking.rendering.trace import MARK

_RAW = frozenset(["style", "script", "title", "textarea", "mj-style", "mj-title", "mj-preview", "mj-raw"])
_OF_WORDS = frozenset(["alt", "title", "aria-label"])
_TAG_START = re.compile(r"<(?:(?P<comment>!--)|/?(?P<name>[A-Za-z][^\s/>]*))")
_IN_TAG = re.compile(r"[\"'>]")
_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)\s*=\s*\Z")
_ISOLATED = re.compile(rf"{re.escape(SPAN)}((?:(?!</?span\b).)*){re.escape(SPAN_END)}", re.DOTALL)
IN_TEXT, IN_WORDS, ELSEWHERE = "isolated", "isolated_words", "not_isolated"  # filters


class _Place:
    """The markup context of a position in a template, tracked along its text."""

    def __init__(self, markup: bool) -> None:
        self._markup = markup
        self._state = "text"  # or "tag", "comment", a quotation mark, or the name of a raw text element
        self._tag = ""
        self._name = ""

    def read(self, data: str) -> None:
        """Advance over a piece of text."""
        data = MARK.sub("", data) if self._markup else ""
        while data:
            data = self._step(data)

    def _step(self, data: str) -> str:
        if self._state == "text":
            match = _TAG_START.search(data)
            if match is None:
                return ""
            self._state, self._tag, self._name = ("comment" if match["comment"] else "tag"), "", (match["name"] or "").lower()
            return data[match.end() :]
        if self._state == "tag":
            match = _IN_TAG.search(data)
            self._tag += data if match is None else data[: match.start()]
            if match is None:
                return ""
            opening = self._name in _RAW and not self._tag.rstrip().endswith("/")
            self._state = match[0] if match[0] != ">" else self._name if opening else "text"
            return data[match.end() :]
        end = {"comment": "-->", '"': '"', "'": "'"}.get(self._state, f"</{self._state}")
        _, found, rest = data.partition(end)
        if found:
            self._state, self._tag = ("text", "") if self._state == "comment" else ("tag", "")
            self._name = ""
        return rest

    @property
    def filter(self) -> str:
        """The filter for a value in this context."""
        if self._state == "text":
            return IN_TEXT
        if self._state in ("title", "textarea"):
            return IN_WORDS
        attribute = _ATTRIBUTE.search(self._tag) if self._state in ('"', "'") else None
        return IN_WORDS if attribute is not None and attribute[1].lower() in _OF_WORDS else ELSEWHERE


class Isolation(NodeTransformer):
    """Wraps every output expression of a template in the filter for its context."""

    def __init__(self, *, markup: bool) -> None:
        self._markup = markup
        self._place = _Place(markup)
        self._captured = False

    @contextmanager
    def _apart(self, *, captured: bool) -> Iterator[None]:
        """A part of the template whose output is used elsewhere."""
        before = self._place, self._captured
        self._place, self._captured = _Place(self._markup), captured or self._captured
        yield
        self._place, self._captured = before

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        wrapped: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self._place.read(child.data)
            elif not self._captured:
                name = self._place.filter
                # Results of functions and macros are isolated already.
                whole = name == IN_TEXT and isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name)
                if not whole:
                    child = nodes.Filter(child, name, [], [], None, None, lineno=child.lineno)
            wrapped.append(child)
        node.nodes = wrapped
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        with self._apart(captured=False):
            self.generic_visit(node)
        return node

    visit_CallBlock = visit_Macro

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:
        # Templates compare and measure captured text.
        with self._apart(captured=True):
            self.generic_visit(node)
        return node

    visit_FilterBlock = visit_AssignBlock


class Sandbox(BoundedEnvironment):
    """The sandbox of templates. With ``isolating``, output values are isolated."""

    isolating = False

    def install(self, translations: NullTranslations, constants: Mapping[str, object]) -> None:
        """Compile in the constants of a language, for environments that use this."""

    def put(self, value: Any) -> str:
        """Escape a value for HTML."""
        return escape(value)

    def adapted(self, tree: nodes.Template, name: str | None) -> nodes.Template:
        """The tree, with its values isolated where that is set."""
        if self.isolating:
            Isolation(markup=not (name or "").endswith(".txt.j2")).visit(tree)
        return super().adapted(tree, name)


def isolating_filters(put: Callable[[Any], str]) -> dict[str, Callable[..., Any]]:
    """The filters that ``Isolation`` inserts; ``put`` escapes a value for HTML."""

    @pass_eval_context
    def isolated(context: EvalContext, value: Any) -> Any:
        if isinstance(value, Markup) or not _is_value(value):
            return value
        if context.autoescape:
            return Markup(f"{SPAN}{put(value)}{SPAN_END}")  # noqa: S704 - put escapes
        return f"{ISOLATE}{value}{END}"

    @pass_eval_context
    def words(context: EvalContext, value: Any) -> Any:
        if isinstance(value, Markup):
            return Markup(_unwrapped(value, ISOLATE, END))  # noqa: S704 - no more markup than before
        if not _is_value(value) or ISOLATE in str(value):
            return value
        return Markup(f"{ISOLATE}{put(value)}{END}") if context.autoescape else f"{ISOLATE}{value}{END}"  # noqa: S704

    def elsewhere(value: Any) -> Any:
        return Markup(_unwrapped(value, "", "")) if isinstance(value, Markup) else value  # noqa: S704

    return {IN_TEXT: isolated, IN_WORDS: words, ELSEWHERE: elsewhere}


def _unwrapped(value: str, before: str, after: str) -> str:
    """A value with other signs in place of the elements that isolate its parts."""
    while SPAN in value:
        replaced = _ISOLATED.sub(lambda match: f"{before}{match[1]}{after}", value)
        if replaced == value:
            break
        value = replaced
    return value


def _is_value(value: Any) -> bool:
    """Whether a value needs isolation: a text or a number."""
    return bool(value.strip()) if isinstance(value, str) else isinstance(value, int | float | Decimal)
