"""Jinja2's syntax trees: what assigns a name, what an expression is composed of, which calls it contains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from jinja2 import nodes

from franking.rendering.marking import bare


def targets(node: nodes.Node) -> set[str]:
    """The names that a loop or an assignment sets."""
    return {n.name for n in (node, *node.find_all(nodes.Name)) if isinstance(n, nodes.Name)}


def assigned_to(tree: nodes.Template, name: str) -> Iterator[nodes.Expr]:
    """What a template assigns to a name, by ``set`` or by ``with``."""
    for node in tree.find_all((nodes.Assign, nodes.With)):
        if isinstance(node, nodes.Assign) and name in targets(node.target):
            yield cast("nodes.Expr", node.node)
        elif isinstance(node, nodes.With):
            yield from (v for t, v in zip(node.targets, node.values, strict=True) if name in targets(t))


def leaves_of(node: nodes.Node) -> Iterator[nodes.Expr]:
    """The constants, names and attributes that an expression is composed of."""
    for child in node.iter_child_nodes():
        if not isinstance(child, nodes.Expr) and not isinstance(child, nodes.Keyword | nodes.Pair):
            continue
        inner = bare(child) if isinstance(child, nodes.Expr) else child
        if isinstance(inner, nodes.Const | nodes.Name | nodes.Getattr | nodes.Getitem):
            yield inner
        elif inner is not None:
            yield from leaves_of(inner)


def calls_of(node: nodes.Node | None, macro: str) -> Iterator[nodes.Call]:
    """The calls of a macro in an expression or a template."""
    if node is None:
        return
    for call in (*((node,) if isinstance(node, nodes.Call) else ()), *node.find_all(nodes.Call)):
        target = bare(call.node)
        if (isinstance(target, nodes.Name) and target.name == macro) or (
            isinstance(target, nodes.Getattr) and target.attr == macro
        ):
            yield call
