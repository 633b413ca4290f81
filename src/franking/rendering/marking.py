"""Marks in a rendered message: which template text, expression or translation each character comes from.

``MarkingSandbox`` compiles templates with marks around every piece of text, every output value and every translated text.
``read`` takes the marks out of a rendering and returns the spans. The rest equals a rendering without marks, unless a
template measures or changes what it renders; the caller compares the two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from franking.rendering.isolation import Sandbox
from franking.rendering.texts import FUNCTIONS

_BEGIN, _MIDDLE, _END = "\ue010", "\ue011", "\ue012"
_MARK = re.compile("\ue010([dvt])(\\d+)(?:,(\\d+))?\ue011|\ue012")
_TEXT, _VALUE = "marked_text", "marked_value"  # filters
TRANSLATING = frozenset([*FUNCTIONS, "_"])


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a piece stands: its template's tree, and the macros and loops around it, the innermost last."""

    tree: nodes.Template
    around: tuple[nodes.Macro | nodes.For | nodes.CallBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a template: text (``node`` is None), or an expression."""

    file: str
    line: int
    node: nodes.Expr | None
    scope: Scope


@dataclass(slots=True)
class Span:
    """A rendered expression or translation: characters ``start`` to ``end`` of the text. ``texts`` are the arguments of a
    translation; None for an expression."""

    piece: Piece
    start: int
    parent: Span | None
    texts: tuple[Any, ...] | None = None
    end: int = -1


@dataclass(frozen=True, slots=True)
class Marked:
    """A rendering without its marks. ``at`` finds the span and the piece of template text of a character."""

    text: str
    spans: Sequence[Span]
    starts: Sequence[int]
    states: Sequence[tuple[Span | None, Piece | None]]

    def at(self, offset: int) -> tuple[Span | None, Piece | None, int]:
        """The innermost span, the piece of template text, and where that piece starts."""
        index = bisect_right(self.starts, offset) - 1
        return (*self.states[index], self.starts[index]) if index >= 0 else (None, None, 0)

    def first_within(self, start: int, end: int) -> Span | None:
        """The first value that is rendered between two characters."""
        outer = self.at(start)[0]
        return next((s for s in self.spans if start <= s.start < end and s.parent is outer and s is not outer), None)


class MarkingSandbox(Sandbox):
    """A sandbox whose templates render with marks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pieces: list[Piece] = []
        self.texts: list[tuple[Any, ...]] = []
        self.trees: dict[str, nodes.Template] = {}
        self.filters |= {_TEXT: self._text_filter(), _VALUE: _value}

    def adapted(self, tree: nodes.Template, name: str | None) -> nodes.Template:
        """The tree with marks."""
        tree = super().adapted(tree, name)
        assert self.loader is not None
        file = str(self.loader.get_source(self, name)[1]) if name else ""
        self.trees[file] = tree
        _Marking(self.pieces, file, tree).visit(tree)
        return tree

    def _text_filter(self) -> Any:
        @pass_eval_context
        def marked(context: EvalContext, value: Any, piece: int, *texts: Any) -> Any:
            self.texts.append(texts)
            return _wrapped(value, f"t{piece},{len(self.texts) - 1}", context)

        return marked

    def read(self, marked: str) -> Marked:
        """Take the marks out of a rendering."""
        parts: list[str] = []
        spans: list[Span] = []
        starts: list[int] = []
        states: list[tuple[Span | None, Piece | None]] = []
        current: Span | None = None
        length = end = 0
        for match in _MARK.finditer(marked):
            parts.append(marked[end : match.start()])
            length += match.start() - end
            end = match.end()
            piece = None
            if match[1] is None:
                if current is not None:
                    current.end = length
                    current = current.parent
            elif match[1] == "d":
                piece = self.pieces[int(match[2])]
            else:
                texts = self.texts[int(match[3])] if match[3] else None
                current = Span(self.pieces[int(match[2])], length, current, texts)
                spans.append(current)
            starts.append(length)
            states.append((current, piece))
        parts.append(marked[end:])
        text = "".join(parts)
        for span in spans:
            span.end = span.end if span.end >= 0 else len(text)
        return Marked(text, spans, starts, states)


def _wrapped(value: Any, mark: str, context: EvalContext) -> Any:
    if context.autoescape:
        return Markup(f"{_BEGIN}{mark}{_MIDDLE}{escape(value)}{_END}")  # noqa: S704 - escaped
    return f"{_BEGIN}{mark}{_MIDDLE}{value}{_END}"


@pass_eval_context
def _value(context: EvalContext, value: Any, piece: int) -> Any:
    """A value that is put into a translated text; numbers choose its plural form and stay numbers."""
    return _wrapped(value, f"v{piece}", context) if isinstance(value, str) else value


@dataclass
class _Marking(NodeTransformer):
    pieces: list[Piece]
    file: str
    tree: nodes.Template
    around: list[nodes.Macro | nodes.For | nodes.CallBlock] = field(default_factory=list)

    def _piece(self, node: nodes.Node, expression: nodes.Expr | None) -> int:
        self.pieces.append(Piece(self.file, node.lineno, expression, Scope(self.tree, tuple(self.around))))
        return len(self.pieces) - 1

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        made: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                mark = f"{_BEGIN}d{self._piece(child, None)}{_MIDDLE}"
                made.append(nodes.TemplateData(mark + child.data, lineno=child.lineno))
                continue
            begin = f"{_BEGIN}v{self._piece(child, child)}{_MIDDLE}"
            made += [
                nodes.TemplateData(begin, lineno=child.lineno),
                self.visit(child),
                nodes.TemplateData(_END, lineno=child.lineno),
            ]
        node.nodes = made
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in TRANSLATING:
            return node
        for keyword in node.kwargs:
            number = nodes.Const(self._piece(keyword, keyword.value), lineno=keyword.lineno)
            keyword.value = nodes.Filter(keyword.value, _VALUE, [number], [], None, None, lineno=keyword.lineno)
        number = nodes.Const(self._piece(node, node), lineno=node.lineno)
        return nodes.Filter(node, _TEXT, [number, *node.args], [], None, None, lineno=node.lineno)

    def visit_Macro(self, node: nodes.Macro | nodes.For) -> nodes.Node:
        self.around.append(node)
        self.generic_visit(node)
        self.around.pop()
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        return self.visit_Macro(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> list[nodes.Node]:
        begin = f"{_BEGIN}v{self._piece(node, node.call)}{_MIDDLE}"
        self.around.append(node)
        self.generic_visit(node)
        self.around.pop()
        line = node.lineno
        return [
            nodes.Output([nodes.TemplateData(begin, lineno=line)], lineno=line),
            node,
            nodes.Output([nodes.TemplateData(_END, lineno=line)], lineno=line),
        ]


def bare(node: nodes.Expr | None) -> nodes.Expr | None:
    """An expression without the filters that marks, escapes or isolates it."""
    while isinstance(node, nodes.Filter | nodes.MarkSafe | nodes.MarkSafeIfAutoescape):
        node = node.node if isinstance(node, nodes.Filter) else node.expr
    return node
