"""Quick fixes. Each is offered only if a dry run on a copy of the files succeeds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from franking.errors import FrankingError
from franking.lsp.checks import Checks
from franking.lsp.completion import filters
from franking.lsp.problems import Problem, message_file, of_error
from franking.lsp.sources import Sources
from franking.preview.fix import plan
from franking.preview.session import PreviewSession
from franking.rendering.environment import GLOBALS
from franking.rendering.values import ITEM_FIELDS, PROVIDED

_UNDECLARED = re.compile(r"variable '(?P<name>\w+)' is not declared")
_NO_SUCH = re.compile(r"(?:there is no (?:filter|test)|an item has no|no order has an?) '(?P<name>\w+)'")
_UNDEFINED = re.compile(r"'(?P<name>\w+)' is undefined|does not export the requested name '(?P<export>\w+)'")
_UNUSED = re.compile(r"variable '(?P<name>\w+)' is declared, but no template uses it")
_MISSING = re.compile(r"template '(?P<name>[^']+)' does not exist")


@dataclass(frozen=True, slots=True)
class Fix:
    """A fix: its title, the problem, and each file with its text before and after."""

    title: str
    problem: Problem
    changes: tuple[tuple[Path, str, str], ...]
    preferred: bool = False


def fixes(checks: Checks, sources: Sources, problems: Sequence[Problem]) -> list[Fix]:
    """The fixes of problems, without doubles."""
    found: list[Fix] = []
    for problem in problems:
        for fix in (*_by_rule(checks, problem), *_by_name(checks, sources, problem)):
            if all(fix.changes != other.changes for other in found):
                found.append(fix)
    return found


def _by_rule(checks: Checks, problem: Problem) -> Iterator[Fix]:
    """The fix of a rule, as the live preview offers it."""
    if problem.choice is None:
        return
    try:
        planned = plan(checks.session, problem.choice, problem.rule)
    except (FrankingError, OSError):
        return
    changes = tuple((checks.mirror.original(path), before, after) for path, before, after in planned.changes)
    files = ", ".join(dict.fromkeys(path.name for path, _, _ in changes))
    yield Fix(f"Fix {problem.rule} in {files}", problem, changes, preferred=True)


def _by_name(checks: Checks, sources: Sources, problem: Problem) -> Iterator[Fix]:
    """Replace a name by a similar one, declare a variable, or remove an unused declaration."""
    text = sources.text(problem.file)
    for title, file, after in _candidates(sources, problem, text):
        before = sources.text(file)
        if before != after and _mends(checks, problem, file, after):
            yield Fix(title, problem, ((file, before, after),))


def _candidates(sources: Sources, problem: Problem, text: str) -> Iterator[tuple[str, Path, str]]:
    kind = sources.kind_folder(problem.file)
    unused = _UNUSED.search(problem.message)
    if unused is not None:
        lines = text.split("\n")
        del lines[problem.line - 1]
        yield f"Remove the declaration of {unused['name']}", problem.file, "\n".join(lines)
        return
    match = next((m for p in (_UNDECLARED, _NO_SUCH, _UNDEFINED, _MISSING) if (m := p.search(problem.message))), None)
    if match is None:
        return
    name = next(part for part in match.groups() if part is not None)
    for other in difflib.get_close_matches(name, _known(sources, problem, match.re), n=3, cutoff=0.6):
        after = _replaced(text, problem.line, name, other)
        if after is not None:
            yield f"Replace {name} by {other}", problem.file, after
    if match.re is _UNDECLARED and kind is not None and name in PROVIDED:
        file = kind / "kind.toml"
        declared = re.sub(
            r"^(\[variables\][^\n]*\n)",
            rf'\g<1>{name} = {{ about = "{name.replace("_", " ")}" }}\n',
            sources.text(file),
            count=1,
            flags=re.MULTILINE,
        )
        yield f"Declare {name} in kind.toml", file, declared


def _known(sources: Sources, problem: Problem, pattern: re.Pattern[str]) -> list[str]:
    """The names that a name may be a misspelling of."""
    if pattern is _MISSING:
        return sources.template_names(problem.file)
    if pattern is _NO_SUCH:
        if "filter" in problem.message or "test" in problem.message:
            return filters()
        return sorted(ITEM_FIELDS) if problem.message.startswith("an item") else sorted(PROVIDED)
    exported = [name for file in sources.folders(problem.file)[-1].glob("_*/*.j2") for name in sources.macros(file)]
    return [*sources.declared(problem.file), *GLOBALS, *sources.imported(problem.file), *exported]


def _replaced(text: str, line: int, name: str, other: str) -> str | None:
    """The text with a name replaced in one line; None if the line does not have it."""
    lines = text.split("\n")
    if line > len(lines):
        return None
    pattern = rf"(?<![\w.]){re.escape(name)}(?!\w)" if "." not in name else re.escape(name)
    changed, number = re.subn(pattern, other, lines[line - 1])
    if not number:
        changed, number = re.subn(rf"\b{re.escape(name)}\b", other, lines[line - 1])
    if not number:
        return None
    return "\n".join([*lines[: line - 1], changed, *lines[line:]])


def _mends(checks: Checks, problem: Problem, file: Path, after: str) -> bool:
    """Whether the message can be made with the changed file, or at least fails at another place."""
    copy = checks.mirror.copy_of(file)
    if problem.choice is None or copy is None or not copy.is_file():
        return False
    moved = abs(after.count("\n") - copy.read_bytes().count(b"\n")) if file == problem.file else 0
    tried = PreviewSession(checks.mirror.catalog, checks.session.policy, checks.session.inliner)
    with checks.mirror.tried({copy: after}):
        try:
            tried.compose(problem.choice)
        except Exception as error:
            left = of_error(checks.mirror, error, problem.choice, message_file(checks.mirror, problem.choice))
            return left.file != problem.file or abs(left.line - problem.line) > moved
    return True
