"""Checks that templates use exactly the variables that their kind declares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from franking.errors import TemplateError
from franking.model import Kind
from franking.rendering.environment import GLOBALS
from franking.rendering.values import ITEM_FIELDS, PROVIDED


def check_variables(kind: Kind, environment: Environment) -> None:
    """Raise ``TemplateError`` for the first undeclared, unknown or unused variable, with file and line."""
    declared = {variable.name: variable for variable in kind.variables}
    kind_file = Path(kind.path) / "kind.toml"
    for variable in kind.variables:
        if variable.given:
            if variable.name in PROVIDED or variable.type in ("items", "datetime"):
                what = "the order itself has it" if variable.name in PROVIDED else f"it cannot be of type {variable.type}"
                raise TemplateError(f"{kind_file}:{variable.line}: {variable.name!r} is given by the seller, but {what}")
        elif variable.name not in PROVIDED:
            raise TemplateError(
                f"{kind_file}:{variable.line}: no order has a {variable.name!r}; expected one of: {', '.join(sorted(PROVIDED))}"
            )
    used: set[str] = set()
    for file, tree in _trees(environment, kind, _files(kind)):
        _check_names(file, tree, environment)
        try:
            unknown = find_undeclared_variables(tree) - GLOBALS - _top_level(tree)
        except TemplateSyntaxError as error:  # errors that only the compiler finds, such as a block that is defined twice
            raise TemplateError(f"{file}:{error.lineno}: {error.message}") from None
        used |= unknown
        for name in tree.find_all(nodes.Name):
            if name.name in unknown and name.name not in declared and name.ctx == "load":
                raise TemplateError(
                    f"{file}:{name.lineno}: variable {name.name!r} is not declared; declare it in {kind_file} under [variables]"
                )
        _check_items(file, tree)
    for variable in kind.variables:
        if variable.name not in used:
            raise TemplateError(f"{kind_file}:{variable.line}: variable {variable.name!r} is declared, but no template uses it")


def _files(kind: Kind) -> tuple[str, ...]:
    """The templates in a kind's folder; the short text is optional."""
    short = ("message.txt.j2",) if (Path(kind.path) / "message.txt.j2").is_file() else ()
    return (kind.message_file, "subject.txt.j2", *short)


def _top_level(tree: nodes.Template) -> set[str]:
    """Names that a template itself defines at its top level; blocks see them (Jinja2, "Import Context Behavior")."""
    names: set[str] = set()
    for imported in tree.find_all(nodes.FromImport):
        names.update(n if isinstance(n, str) else n[1] for n in imported.names)
    names.update(module.target for module in tree.find_all(nodes.Import))
    names.update(macro.name for macro in tree.find_all(nodes.Macro))
    for assignment in tree.find_all(nodes.Assign):
        names.update(n.name for n in assignment.target.find_all(nodes.Name))
        if isinstance(assignment.target, nodes.Name):
            names.add(assignment.target.name)
    return names


def _check_names(file: str, tree: nodes.Template, environment: Environment) -> None:
    """Filters and tests must exist, even in branches that no message reaches."""
    for node, known, what in ((nodes.Filter, environment.filters, "filter"), (nodes.Test, environment.tests, "test")):
        for used in tree.find_all(node):
            name = str(used.name)
            if name not in known:
                raise TemplateError(f"{file}:{used.lineno}: there is no {what} {name!r}")


def _check_items(file: str, tree: nodes.Template) -> None:
    """Loops over ``items`` may only use the fields of an item."""
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.iter, nodes.Name) and loop.iter.name == "items" and isinstance(loop.target, nodes.Name):
            for access in loop.find_all(nodes.Getattr):
                if (
                    isinstance(access.node, nodes.Name)
                    and access.node.name == loop.target.name
                    and access.attr not in ITEM_FIELDS
                ):
                    raise TemplateError(
                        f"{file}:{access.lineno}: an item has no {access.attr!r}; "
                        f"expected one of: {', '.join(sorted(ITEM_FIELDS))}"
                    )


def _trees(environment: Environment, kind: Kind, names: tuple[str, ...]) -> Iterator[tuple[str, nodes.Template]]:
    """The syntax trees of templates and of all that they extend, include and import."""
    todo = [(name, str(Path(kind.path) / name), 1) for name in names]  # with the place of the reference
    seen = set(names)
    while todo:
        name, asking, line = todo.pop()
        file, tree = _tree(environment, name, f"{asking}:{line}")
        yield file, tree
        for reference in _references(tree):
            target = reference.template
            if not isinstance(target, nodes.Const) or not isinstance(target.value, str):
                raise TemplateError(f"{file}:{reference.lineno}: expected the template's name as a text in quotes")
            if target.value not in seen:
                seen.add(target.value)
                todo.append((target.value, file, reference.lineno))


def _references(tree: nodes.Template) -> list[nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport]:
    """The statements of a template that load others."""
    found: list[nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport] = []
    for node in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        found.extend(tree.find_all(node))
    return found


def circle(kind: Kind, environment: Environment) -> str | None:
    """The place of the statement that closes the first circle of includes, and the templates of the circle; None without a
    circle. For a rendering that has not ended: a circle with a condition may end."""
    todo: list[tuple[str, tuple[str, ...], str]] = [(name, (), "") for name in reversed(_files(kind))]
    seen: set[str] = set()
    while todo:
        name, path, place = todo.pop()
        if name in path:
            return f"{place}: this includes itself without end: {' → '.join((*path[path.index(name) :], name))}"
        if name in seen:
            continue
        seen.add(name)
        file, tree = _tree(environment, name, place)
        for reference in sorted(_references(tree), key=lambda r: r.lineno, reverse=True):
            target = reference.template
            if isinstance(target, nodes.Const) and isinstance(target.value, str):
                todo.append((target.value, (*path, name), f"{file}:{reference.lineno}"))
    return None


def _tree(environment: Environment, name: str, asking: str) -> tuple[str, nodes.Template]:
    """The file and syntax tree of a template. ``asking`` is the place of the reference."""
    assert environment.loader is not None
    try:
        source, file, _ = environment.loader.get_source(environment, name)
    except TemplateNotFound:
        raise TemplateError(
            f"{asking}: template {name!r} does not exist; expected in the folder of the message, of the theme or in templates/"
        ) from None
    except OSError as error:
        raise TemplateError(f"{asking}: template {name!r} cannot be read: {error.strerror}") from None
    try:
        return str(file), environment.parse(source, name, file)
    except TemplateSyntaxError as error:
        raise TemplateError(f"{file}:{error.lineno}: {error.message}") from None
    except RecursionError:
        raise TemplateError(f"{file}:1: expressions or blocks are nested too deep to be read") from None
