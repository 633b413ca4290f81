"""Previews in several processes. A process makes all previews of a language at a time, so that each language's dictionary is
loaded by one process only: loading them takes most of the time and of the memory."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from franking.batch.collector import settle
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog
from franking.errors import FrankingError
from franking.policy import Policy
from franking.preview.gallery import Entry
from franking.preview.results import Preview
from franking.rendering import InlinerName

_LOOK = 0.2  # seconds between two looks at how many are made
FROM = 60  # previews; for fewer, starting processes takes longer than it saves
Made = tuple[list[Preview], list[Entry]]
# Makes the previews of languages: pipelines, languages, policy, folder, and a function that is called after each preview.
Make = Callable[[Sequence[Pipeline], Sequence[str], Policy, Path, Callable[[], None]], Made]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is made: ``chosen`` are names of kinds and themes that can be read."""

    templates: Path
    themes: Path
    chosen: tuple[tuple[str, str], ...]
    policy: Policy
    inliner: InlinerName
    out: Path
    make: Make

    def pipelines(self) -> list[Pipeline]:
        """The pipelines of all chosen kinds and themes."""
        catalog = Catalog(self.templates, self.themes)
        looks = {theme: catalog.theme(theme) for _, theme in self.chosen}
        return [
            Pipeline(catalog, catalog.previewed(name), looks[theme], self.policy, self.inliner) for name, theme in self.chosen
        ]


class _Process:
    """The state of a process of the pool."""

    selection: Selection
    pipelines: list[Pipeline]
    number: Any


def _start(selection: Selection, number: Synchronized[int]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    _Process.selection, _Process.number = selection, number
    _Process.pipelines = selection.pipelines()
    settle()


def _language(language: str) -> Made:
    def advance() -> None:
        with _Process.number.get_lock():
            _Process.number.value += 1

    chosen = _Process.selection
    return chosen.make(_Process.pipelines, [language], chosen.policy, chosen.out, advance)


def make_in_processes(selection: Selection, languages: Sequence[str], jobs: int, progress: Callable[[int], None]) -> Made:
    """The previews of all languages, in their order; ``progress`` is called with how many are made. Raises ``FrankingError``
    if a process dies."""
    context = multiprocessing.get_context("spawn")
    number = context.Value("i", 0)
    previews: list[Preview] = []
    entries: list[Entry] = []
    with ProcessPoolExecutor(min(jobs, len(languages)), context, _start, (selection, number)) as pool:
        under_way = [pool.submit(_language, language) for language in languages]
        try:
            while wait(under_way, _LOOK).not_done:
                progress(number.value)
            for future in under_way:
                made, listed = future.result()
                previews += made
                entries += listed
        except BrokenProcessPool:
            raise FrankingError(
                "a process that makes previews has died, perhaps for lack of memory; try again with --jobs 1"
            ) from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    progress(number.value)
    return previews, entries
