"""Checks the projects of open documents in one worker thread, and hands their problems to the server.

The thread does one short piece of work after the other (a message, the dry run of a fix), so that a request waits for one
piece at most. A change cancels the pieces that are not begun.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from franking.config.settings import CONFIG_FILE
from franking.errors import FrankingError
from franking.lsp.projects import BadProject, Project, read_project

if TYPE_CHECKING:
    from lsprotocol.types import Diagnostic

    from franking.lsp.checks import Checks
    from franking.lsp.fixes import Fix
    from franking.lsp.problems import Problem
    from franking.preview.session import Choice

P = ParamSpec("P")
R = TypeVar("R")

DEBOUNCE = 0.25  # seconds without a change before a check begins
_FIRST = 1.0  # seconds after which problems are shown although the most important messages are not all checked
_AGAIN = 0.7  # seconds between later updates
_KEPT = 60.0  # seconds that a project without open documents is kept: editors close one document before they open another


@dataclass(frozen=True, slots=True)
class Open:
    """The open documents of a project: texts and versions by path, the last edited first."""

    texts: Mapping[Path, str]
    versions: Mapping[Path, int | None]


@dataclass(slots=True)
class Checked:
    """The state of one project. ``task`` is the check in progress, ``shown`` are the problems that the editor has,
    ``published`` the same as diagnostics."""

    root: Path
    project: Project | None = None
    checks: Checks | None = None
    state: object = None
    open: Open = field(default_factory=lambda: Open({}, {}))
    shown: dict[Path, list[Problem]] = field(default_factory=dict)
    published: dict[Path, list[Diagnostic]] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    fixes: dict[tuple[int, Problem], list[Fix]] = field(default_factory=dict)


class Worker:
    """The worker thread and the projects. ``show`` gets a project whose problems have changed, ``report`` an unexpected
    exception."""

    def __init__(
        self, show: Callable[[Checked, Mapping[Path, list[Problem]]], None], report: Callable[[Exception], None]
    ) -> None:
        self._show = show
        self._report = report
        self._thread = ThreadPoolExecutor(1, "franking-lsp")
        self.projects: dict[Path, Checked] = {}

    async def run(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """Run a piece of work in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*arguments, **named))

    def schedule(self, root: Path, documents: Open, delay: float = DEBOUNCE) -> None:
        """Check a project again after a delay; the check in progress is cancelled."""
        checked = self.projects.setdefault(root, Checked(root))
        if checked.task is not None:
            checked.task.cancel()
        checked.open = documents
        checked.ready.clear()
        checked.task = asyncio.get_running_loop().create_task(self._cycle(checked, delay))

    async def _cycle(self, checked: Checked, delay: float) -> None:
        try:
            await asyncio.sleep(delay)
            if not checked.open.texts:
                await self._forget(checked)
                return
            await self._check(checked)
        except Exception as error:
            self._report(error)
        finally:
            if asyncio.current_task() is checked.task:  # a later check has not begun
                checked.ready.set()

    async def _check(self, checked: Checked) -> None:
        problems = await self.run(_opened, checked)
        checks = checked.checks
        if problems or checks is None:
            self._show(checked, problems)
            return
        try:
            left = await self.run(checks.update, checked.open.texts, list(checked.open.texts))
        except FrankingError as error:
            self._show(checked, {file: [found] for file, found in [_at_first(checked, error)]})
            return
        begun, at_first, shown = time.monotonic(), _important(checks, left), 0.0
        for number, choice in enumerate(left):
            await self.run(checks.check, choice)
            now = time.monotonic()
            if number + 1 == at_first or (now - begun > _FIRST and now - shown > _AGAIN):
                self._show(checked, await self.run(checks.problems))
                checked.ready.set()
                shown = now
        self._show(checked, await self.run(checks.problems))

    async def _forget(self, checked: Checked) -> None:
        """No document of the project is open any more."""
        self._show(checked, {})
        await asyncio.sleep(_KEPT)
        self.projects.pop(checked.root, None)
        if checked.checks is not None:
            await self.run(checked.checks.close)

    def close(self) -> None:
        """End the thread after the piece in progress, and remove the copies of files."""
        for checked in self.projects.values():
            if checked.task is not None:
                with contextlib.suppress(RuntimeError):  # the event loop has ended
                    checked.task.cancel()
        self._thread.shutdown(wait=True, cancel_futures=True)
        self.clean()

    def clean(self) -> None:
        """Remove the copies of files."""
        for checked in self.projects.values():
            if checked.checks is not None:
                checked.checks.close()


def _opened(checked: Checked) -> dict[Path, list[Problem]]:
    """Read the settings if they have changed; returns their problem, if any."""
    from franking.lsp.checks import Checks
    from franking.lsp.problems import Problem

    file = checked.root / CONFIG_FILE
    state = (file.stat().st_mtime_ns, file.stat().st_size) if file.is_file() else None
    if checked.checks is not None and checked.state == state:
        return {}
    if checked.checks is not None:
        checked.checks.close()
    checked.checks, checked.project, checked.state = None, None, state
    try:
        checked.project = read_project(checked.root)
        checked.checks = Checks(checked.project)
    except BadProject as error:
        return {error.file: [Problem(error.file, error.line, "error", "", error.what)]}
    except FrankingError as error:
        return {file: [Problem(file, 1, "error", "", str(error))]}
    return {}


def _at_first(checked: Checked, error: FrankingError) -> tuple[Path, Problem]:
    """An error about the folders, at the place that it names, else at the first line of the document last edited."""
    from franking.lsp.problems import of_error

    assert checked.checks is not None
    problem = of_error(checked.checks.mirror, error, None, next(iter(checked.open.texts)))
    return problem.file, problem


def _important(checks: Checks, choices: list[Choice]) -> int:
    """The number of messages that are checked before problems are shown: those in the language and theme of the first."""
    if not choices:
        return 0
    first = choices[0]
    same = [(choice.language, choice.theme) == (first.language, first.theme) for choice in choices]
    return same.index(False) if False in same else len(same)
