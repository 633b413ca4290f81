"""Marks in a rendered message: which template text, expression or translation each character comes from.

``MarkingSandbox`` compiles templates with marks around every piece of text, every output value and every translated text.
``read`` takes the marks out of a rendering and returns the spans. The rest equals a rendering without marks, unless a
template measures or changes what it renders; the caller compares the two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from jinja2 import nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from franking.rendering.isolation import ELSEWHERE, IN_TEXT, IN_WORDS, Sandbox
from franking.rendering.mark_signs import BEGIN, DATA, END, EXPRESSION, MARK, MIDDLE, TRANSLATION, bare_text, trimmed, unmarked
from franking.rendering.texts import FUNCTIONS

_TEXT, _VALUE, _BARE = "marked_text", "marked_value", "marked_bare"  # filters
# Filters that change no mark, or that contain none in what they return.
_KEEPING = frozenset(
    ["upper", "lower", "safe", "e", "escape", "forceescape", "default", "d", "string", "counted_text", "counted_loop"]
)
ISOLATING = frozenset([IN_TEXT, IN_WORDS, ELSEWHERE])
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
        self._measured = False

    def adapted(self, tree: nodes.Template, name: str | None) -> nodes.Template:
        """The tree with marks."""
        tree = super().adapted(tree, name)
        self._measure()
        assert self.loader is not None
        file = str(self.loader.get_source(self, name)[1]) if name else ""
        self.trees[file] = tree
        _Marking(self.pieces, file, tree).visit(tree)
        return tree

    def _measure(self) -> None:
        """Let filters, which may measure or change a text, read it without marks."""
        if self._measured:
            return
        self._measured = True
        kept = {name: function for name, function in self.filters.items() if name in _KEEPING or name in ISOLATING}
        self.filters |= {name: unmarked(function) for name, function in self.filters.items() if name not in kept}
        self.filters |= {_TEXT: self._text_filter(), _VALUE: _value, _BARE: bare_text, "trim": trimmed(self.filters["trim"])}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Like Jinja2's method; the methods of a text read it without marks."""
        return super().getattr(obj if attribute in _KEEPING else bare_text(obj), attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Like Jinja2's method; a part of a text is one without marks."""
        return super().getitem(bare_text(obj), argument)

    def _text_filter(self) -> Any:
        @pass_eval_context
        def marked(context: EvalContext, value: Any, piece: int, *texts: Any) -> Any:
            self.texts.append(texts)
            return _wrapped(value, f"{TRANSLATION}{piece},{len(self.texts) - 1}", context)

        return marked

    def read(self, marked: str) -> Marked:
        """Take the marks out of a rendering."""
        parts: list[str] = []
        spans: list[Span] = []
        starts: list[int] = []
        states: list[tuple[Span | None, Piece | None]] = []
        current: Span | None = None
        length = end = 0
        for match in MARK.finditer(marked):
            parts.append(marked[end : match.start()])
            length += match.start() - end
            end = match.end()
            piece = None
            if match[1] is None:
                if current is not None:
                    current.end = length
                    current = current.parent
            elif match[1] == DATA:
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
        return Markup(f"{BEGIN}{mark}{MIDDLE}{escape(value)}{END}")  # noqa: S704 - escaped
    return f"{BEGIN}{mark}{MIDDLE}{value}{END}"


@pass_eval_context
def _value(context: EvalContext, value: Any, piece: int) -> Any:
    """A value that is put into a translated text; numbers choose its plural form and stay numbers."""
    return _wrapped(value, f"{EXPRESSION}{piece}", context) if isinstance(value, str) else value


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
                mark = f"{BEGIN}{DATA}{self._piece(child, None)}{MIDDLE}"
                made.append(nodes.TemplateData(mark + child.data, lineno=child.lineno))
                continue
            begin = f"{BEGIN}{EXPRESSION}{self._piece(child, child)}{MIDDLE}"
            made += [
                nodes.TemplateData(begin, lineno=child.lineno),
                self.visit(child),
                nodes.TemplateData(END, lineno=child.lineno),
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

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = nodes.Filter(node.node, _BARE, [], [], None, None, lineno=node.lineno)
        return node

    def visit_If(self, node: nodes.If | nodes.CondExpr) -> nodes.Node:
        self.generic_visit(node)
        node.test = _decided(cast("nodes.Expr", node.test))  # Jinja2 types it too widely
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        return self.visit_If(node)

    def visit_Macro(self, node: nodes.Macro | nodes.For) -> nodes.Node:
        self.around.append(node)
        self.generic_visit(node)
        self.around.pop()
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        return self.visit_Macro(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> list[nodes.Node]:
        begin = f"{BEGIN}{EXPRESSION}{self._piece(node, node.call)}{MIDDLE}"
        self.around.append(node)
        self.generic_visit(node)
        self.around.pop()
        return self._marked_block(node, begin)

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> list[nodes.Node]:
        self.generic_visit(node)
        shown = next((bare(e) for output in node.find_all(nodes.Output) for e in output.nodes if _is_value(e)), None)
        return self._marked_block(node, f"{BEGIN}{EXPRESSION}{self._piece(node, shown or node.filter)}{MIDDLE}")

    def _marked_block(self, node: nodes.Stmt, begin: str) -> list[nodes.Node]:
        line = node.lineno
        return [
            nodes.Output([nodes.TemplateData(begin, lineno=line)], lineno=line),
            node,
            nodes.Output([nodes.TemplateData(END, lineno=line)], lineno=line),
        ]


def _decided(test: nodes.Expr) -> nodes.Expr:
    """A condition that reads its texts without marks."""
    if isinstance(test, nodes.BinExpr):  # and, or
        test.left, test.right = _decided(test.left), _decided(test.right)
    elif isinstance(test, nodes.Not):
        test.node = _decided(test.node)
    elif isinstance(test, nodes.Compare):
        test.expr = _decided(test.expr)
        for operand in test.ops:
            operand.expr = _decided(operand.expr)
    elif not isinstance(test, nodes.Test):
        return nodes.Filter(test, _BARE, [], [], None, None, lineno=test.lineno)
    return test


def _is_value(node: nodes.Expr) -> bool:
    return not isinstance(node, nodes.TemplateData)


def bare(node: nodes.Expr | None) -> nodes.Expr | None:
    """An expression without the filters that marks, escapes or isolates it."""
    while isinstance(node, nodes.Filter | nodes.MarkSafe | nodes.MarkSafeIfAutoescape):
        node = node.node if isinstance(node, nodes.Filter) else node.expr
    return node
