"""Checks that templates use exactly the variables that their kind declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from franking.errors import TemplateError
from franking.files.kept import keep, recalled
from franking.model import Kind
from franking.package.near import near
from franking.rendering.environment import GLOBALS
from franking.rendering.values import ITEM_FIELDS, PROVIDED

_MOST_READ = 500  # templates


@dataclass(frozen=True, slots=True)
class _Read:
    """What a template says, each with its line. ``problem`` is an error that only compiling it finds."""

    filters: tuple[tuple[str, int], ...]
    tests: tuple[tuple[str, int], ...]
    unknown: frozenset[str]  # variables that neither it nor the program defines
    problem: tuple[int, str] | None
    loads: tuple[tuple[str, int], ...]  # of these variables
    fields: tuple[tuple[str, int], ...]  # of items
    references: tuple[tuple[str | None, int], ...]


# By source: the same templates are read for every theme, and once more after each change of a file. All environments read a
# source alike, and so does the next process: what a source says is also kept on disk.
_known: dict[str, _Read] = {}


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
    for file, read in _all_read(environment, kind, _files(kind)):
        _check_read(file, read, environment, declared, kind_file)
        used |= read.unknown
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


def _check_read(file: str, read: _Read, environment: Environment, declared: Collection[str], kind_file: Path) -> None:
    """Filters and tests must exist, even in branches that no message reaches; variables and the fields of items as well."""
    for used, known, what in ((read.filters, environment.filters, "filter"), (read.tests, environment.tests, "test")):
        for name, line in used:
            if name not in known:
                raise TemplateError(f"{file}:{line}: there is no {what} {name!r}{near(name, known)}")
    if read.problem is not None:
        raise TemplateError(f"{file}:{read.problem[0]}: {read.problem[1]}")
    for name, line in read.loads:
        if name not in declared:
            raise TemplateError(
                f"{file}:{line}: variable {name!r} is not declared; declare it in {kind_file} under [variables]"
                f"{near(name, declared)}"
            )
    for field, line in read.fields:
        if field not in ITEM_FIELDS:
            raise TemplateError(f"{file}:{line}: an item has no {field!r}; expected one of: {', '.join(sorted(ITEM_FIELDS))}")


def _fields_of_items(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """What loops over ``items`` read of an item, with its line."""
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.iter, nodes.Name) and loop.iter.name == "items" and isinstance(loop.target, nodes.Name):
            for access in loop.find_all(nodes.Getattr):
                if isinstance(access.node, nodes.Name) and access.node.name == loop.target.name:
                    yield access.attr, access.lineno


def _all_read(environment: Environment, kind: Kind, names: tuple[str, ...]) -> Iterator[tuple[str, _Read]]:
    """What templates say, and all that they extend, include and import."""
    todo = [(name, str(Path(kind.path) / name), 1) for name in names]  # with the place of the reference
    seen = set(names)
    while todo:
        name, asking, line = todo.pop()
        file, read = _reading(environment, name, f"{asking}:{line}")
        yield file, read
        for target, at in read.references:
            if target is None:
                raise TemplateError(f"{file}:{at}: expected the template's name as a text in quotes")
            if target not in seen:
                seen.add(target)
                todo.append((target, file, at))


def _references(tree: nodes.Template) -> Iterator[tuple[str | None, int]]:
    """The templates that the statements of a template load, with their lines; None for one that is not named."""
    loading: list[nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport] = []
    for node in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        loading.extend(tree.find_all(node))
    for statement in loading:
        target = statement.template
        named = isinstance(target, nodes.Const) and isinstance(target.value, str)
        yield (target.value if isinstance(target, nodes.Const) and named else None), statement.lineno


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
        file, read = _reading(environment, name, place)
        for target, line in sorted(read.references, key=lambda reference: reference[1], reverse=True):
            if target is not None:
                todo.append((target, (*path, name), f"{file}:{line}"))
    return None


def _reading(environment: Environment, name: str, asking: str) -> tuple[str, _Read]:
    """The file of a template, and what it says. ``asking`` is the place of the reference."""
    assert environment.loader is not None
    try:
        source, file, _ = environment.loader.get_source(environment, name)
    except TemplateNotFound:
        raise TemplateError(
            f"{asking}: template {name!r} does not exist; expected in the folder of the message, of the theme or in templates/"
            f"{near(name, environment.list_templates(extensions=['j2']))}"
        ) from None
    except OSError as error:
        raise TemplateError(f"{asking}: template {name!r} cannot be read: {error.strerror}") from None
    read = _known.get(source)
    if read is None:
        read = _of_json(recalled("templates", source))
        if read is None:
            read = _read(environment, source, name, str(file))
            keep("templates", source, _as_json(read))
        if len(_known) >= _MOST_READ:
            _known.clear()
        _known[source] = read
    return str(file), read


def _as_json(read: _Read) -> list[object]:
    return [read.filters, read.tests, sorted(read.unknown), read.problem, read.loads, read.fields, read.references]


def _of_json(given: Any) -> _Read | None:
    if not isinstance(given, list) or len(given) != 7:
        return None
    filters, tests, loads, fields, references = (tuple((name, line) for name, line in given[i]) for i in (0, 1, 4, 5, 6))
    problem = (given[3][0], given[3][1]) if given[3] is not None else None
    return _Read(filters, tests, frozenset(given[2]), problem, loads, fields, references)


def _read(environment: Environment, source: str, name: str, file: str) -> _Read:
    try:
        tree = environment.parse(source, name, file)
    except TemplateSyntaxError as error:
        raise TemplateError(f"{file}:{error.lineno}: {error.message}") from None
    except RecursionError:
        raise TemplateError(f"{file}:1: expressions or blocks are nested too deep to be read") from None
    unknown: frozenset[str] = frozenset()
    problem: tuple[int, str] | None = None
    try:
        unknown = frozenset(find_undeclared_variables(tree) - GLOBALS - _top_level(tree))
    except TemplateSyntaxError as error:  # errors that only the compiler finds, such as a block that is defined twice
        problem = error.lineno, str(error.message)
    return _Read(
        filters=tuple((str(used.name), used.lineno) for used in tree.find_all(nodes.Filter)),
        tests=tuple((str(used.name), used.lineno) for used in tree.find_all(nodes.Test)),
        unknown=unknown,
        problem=problem,
        loads=tuple((n.name, n.lineno) for n in tree.find_all(nodes.Name) if n.ctx == "load" and n.name in unknown),
        fields=tuple(_fields_of_items(tree)),
        references=tuple(_references(tree)),
    )
