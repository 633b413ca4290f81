"""What the commands share when they talk to a person: results on stdout, messages and progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

Advance = Callable[..., None]  # (steps done, and the total where it is known only now)


def out(text: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A message beside the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def out_json(value: Any) -> None:
    """The result as JSON, nothing else on stdout."""
    out(json.dumps(value, ensure_ascii=False, indent=2))


_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}  # ECMA-48, SGR


def painted(text: str, style: str) -> str:
    """Text in a style (bold, dim, or a colour) on a terminal, plain text elsewhere."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if sys.stdout.isatty() else text


def console() -> Console:
    """A Rich console on stdout; plain and wide enough to keep words whole where it is no terminal."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 140)


@contextmanager
def progress(what: str, total: int | None, *, quiet: bool = False) -> Iterator[Advance]:
    """A progress bar with rate and time left on stderr; nothing where stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _number, _total=None: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(what, total=total)

        def advance(number: int, known: int | None = None) -> None:
            if known is not None:
                bar.update(task, total=known)
            bar.advance(task, number)

        yield advance
