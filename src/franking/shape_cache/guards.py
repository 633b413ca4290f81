"""What fenced templates are compiled with: guards around every look into a text, and translations in place.

The names of the methods are those of Jinja2's node types.
"""

from __future__ import annotations

from collections.abc import Mapping

from babel.support import NullTranslations
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from franking.catalog import untranslated

GETTEXT = ("_", "gettext")
# Nodes whose value is no text, or is guarded further down.
_GUARDED = (nodes.Const, nodes.TemplateData, nodes.Test, nodes.Compare, nodes.Not, nodes.And, nodes.Or)


class Guards(NodeTransformer):
    """Puts a guard around every expression whose truth, order or parts a template asks for, the translations of constant
    texts in place of the calls for them, and what is the same in all messages in place of its name. ``constants`` are
    texts by their names, and objects whose texts templates ask for, such as the theme."""

    def __init__(self, translations: NullTranslations | None, constants: Mapping[str, object]) -> None:
        self._translations = translations
        self._constants = constants

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        value = self._constants.get(node.name)
        return nodes.Const(value, lineno=node.lineno) if type(value) is str and node.ctx == "load" else node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        if isinstance(node.node, nodes.Name) and node.node.name in self._constants:
            owner = self._constants[node.node.name]
            value = getattr(owner, node.attr, None) if not node.attr.startswith("_") else None
            if type(value) is str and type(owner) is not str:
                return nodes.Const(value, lineno=node.lineno)
        self.generic_visit(node)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in GETTEXT or self._translations is None:
            return node
        text = node.args[0] if len(node.args) == 1 else None
        if not isinstance(text, nodes.Const) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        lost: list[str] = []
        noting = untranslated.set(lost)
        try:
            translation = str(self._translations.gettext(text.value))
        finally:
            untranslated.reset(noting)
        # What is not translated must be noted each time; a percent sign must be read as a format.
        if lost or "%" in translation or not translation.isprintable():
            return node
        return nodes.TemplateData(translation, lineno=node.lineno)

    def visit_If(self, node: nodes.If) -> nodes.Node:
        self.generic_visit(node)
        node.test = _guard(node.test)
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        self.generic_visit(node)
        node.test = _guard(node.test)
        return node

    def visit_Not(self, node: nodes.Not) -> nodes.Node:
        self.generic_visit(node)
        node.node = _guard(node.node)
        return node

    def _both(self, node: nodes.And | nodes.Or) -> nodes.Node:
        self.generic_visit(node)
        node.left, node.right = _guard(node.left), _guard(node.right)
        return node

    visit_And = visit_Or = _both

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _guard(node.expr, "no_fence")
        for operand in node.ops:
            operand.expr = _guard(operand.expr, "no_fence")
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _guard(node.iter)
        if node.test is not None:
            node.test = _guard(node.test)
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:
        self.generic_visit(node)
        if isinstance(node.target, nodes.Tuple):
            node.node = _guard(node.node)
        return node


def _guard(node: nodes.Node, name: str = "no_fenced_text") -> nodes.Expr:
    loop = isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "loop"
    assert isinstance(node, nodes.Expr)
    if loop or isinstance(node, _GUARDED):
        return node
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
