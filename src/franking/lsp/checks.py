"""Checks the messages that open documents affect, with the session of the live preview. One thread uses this at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from franking.catalog.affected import Selection, selected
from franking.catalog.catalogue import examine
from franking.errors import FrankingError
from franking.lsp.mirror import Mirror
from franking.lsp.problems import Problem, merged, message_file, of_error, of_finding
from franking.lsp.projects import Project
from franking.policy import load
from franking.policy.reasons.template import RULE as TEMPLATE
from franking.preview.session import Choice, PreviewSession


class Checks:
    """The findings of one project. Raises ``FrankingError`` for an unknown policy."""

    def __init__(self, project: Project) -> None:
        self.project = project
        policy = load(project.policy)
        self.mirror = Mirror(project)
        self.session = PreviewSession(self.mirror.catalog, policy, project.inliner)
        self.generation = 0  # changes of the files so far
        self._found: dict[Choice, tuple[Problem, ...]] = {}
        self._catalogues: dict[Path, tuple[Problem, ...]] = {}
        self._wanted: set[Choice] = set()

    def close(self) -> None:
        """Remove the copy of the files."""
        self.mirror.close()

    def update(self, buffers: Mapping[Path, str], recent: Sequence[Path]) -> list[Choice]:
        """Read what has changed; returns the messages to check, the most important first. ``recent`` are the open documents,
        the last one that was edited first. Raises ``FrankingError`` for folders that cannot be read."""
        changed = self.mirror.sync(buffers)
        catalog = self.mirror.catalog
        if changed:
            self.generation += 1
            self.session.forget()
        choices = list(self.session.choices())
        for path in changed:
            stale = self._selection(path)
            self._found = {choice: kept for choice, kept in self._found.items() if not _matches(stale, choice)}
        main = self.project.theme if self.project.theme in catalog.theme_names() else next(iter(catalog.theme_names()), "")
        ranks: dict[Choice, tuple[object, ...]] = {}
        copies = [copy for path in recent if (copy := self.mirror.copy_of(path)) is not None]
        for number, copy in enumerate(copies):
            selection = self._selection(copy)
            languages, themes = selection.languages or ("en",), selection.themes or (main,)
            for choice in choices:
                if not _matches(selection, choice) or choice in ranks:
                    continue
                first = choice.language in languages and choice.theme in themes
                if first or choice.theme in themes or choice.language == "en":
                    ranks[choice] = (not first, number, self._size(choice))
        self._wanted = set(ranks)
        self._found = {choice: kept for choice, kept in self._found.items() if choice in self._wanted}
        self._catalogues = {copy: self._examined(copy) for copy in copies if copy.suffix == ".po"}
        return sorted((choice for choice in ranks if choice not in self._found), key=lambda choice: ranks[choice])

    def _selection(self, copy: Path) -> Selection:
        return selected(self.mirror.catalog, [str(copy)])

    def _size(self, choice: Choice) -> int:
        """The size of a sample: small messages are checked first."""
        sample = self.mirror.catalog.templates / choice.kind.partition(":")[0] / "samples" / f"{choice.sample}.json"
        return sample.stat().st_size if sample.is_file() else 0

    def _examined(self, copy: Path) -> tuple[Problem, ...]:
        """Every error of a catalogue."""
        file = self.mirror.original(copy)
        try:
            problems = examine(copy, copy.stem).problems
        except FrankingError as error:
            return (of_error(self.mirror, error, None, file),)
        return tuple(Problem(file, p.line, "error", TEMPLATE.slug, p.what) for p in problems)

    def check(self, choice: Choice) -> None:
        """Check one message; an exception becomes a problem."""
        try:
            findings = self.session.decided(choice)["findings"]
            self._found[choice] = tuple(of_finding(self.mirror, choice, found) for found in findings)
        except Exception as error:
            self._found[choice] = (of_error(self.mirror, error, choice, message_file(self.mirror, choice)),)

    def problems(self) -> dict[Path, list[Problem]]:
        """Every problem known so far, by file."""
        listed = [problem for problems in self._catalogues.values() for problem in problems]
        return merged([*listed, *(problem for problems in self._found.values() for problem in problems)])


def _matches(selection: Selection, choice: Choice) -> bool:
    return all(
        not names or name in names
        for names, name in (
            (selection.kinds, choice.kind),
            (selection.themes, choice.theme),
            (selection.languages, choice.language),
        )
    )
