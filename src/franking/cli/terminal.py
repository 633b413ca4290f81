"""Output of the commands: results on stdout, messages and progress on stderr."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from franking.batch.watch import Advance


# Characters that must not reach a terminal: controls, line separators, bidirectional embeddings, overrides and isolates,
# surrogates.
_STEERING = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE = re.compile(f"[{_STEERING}]")
_UNSAFE_PAINTED = re.compile(rf"(?!\x1b\[(?:[012]|3[1236])m)[{_STEERING}]")  # except the sequences of ``painted``
_UNSAFE_JSON = re.compile(f"[{_STEERING.replace(chr(0) + '-' + chr(31), '')}]")  # others are escaped or structure
_URL = re.compile(r"//\S+")
_QUERY = re.compile(r"((?:password|passwd|passfile|token|secret)=)[^&\s]+", re.IGNORECASE)


def shown(text: str) -> str:
    """Text as one line without terminal control characters: file names and option values may contain anything."""
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def without_passwords(text: str) -> str:
    """Text with user, password and token removed from URLs."""
    return _QUERY.sub(r"\1…", _URL.sub(_without_user, text))


def _without_user(match: re.Match[str]) -> str:
    user, at, host = match[0].rpartition("@")
    return f"//…@{host}" if at and ":" in user else match[0]


def out(text: str = "") -> None:
    """Print a line of the result."""
    unsafe = _UNSAFE_PAINTED if sys.stdout.isatty() else _UNSAFE
    _out(unsafe.sub(_escaped, text))


def out_lines(text: str) -> None:
    """Print several lines of the result."""
    for line in text.splitlines():
        out(line)


def say(text: str) -> None:
    """Print a message in one line on stderr."""
    sys.stderr.write(f"{shown(without_passwords(text))}\n")
    sys.stderr.flush()


def out_json(value: Any) -> None:
    """Print the result as JSON; nothing else is printed on stdout."""
    plain = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=plain, indent=2)
    _out(_UNSAFE_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def _out(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()


_dropped = False


def drop_output() -> None:
    """Discard further output because the reader of stdout closed the pipe (``franking plan … | head``). The work and the
    exit code are not affected."""
    global _dropped
    _dropped = True
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def unread() -> bool:
    """Whether the reader of stdout closed the pipe."""
    return _dropped


_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}  # ECMA-48, SGR


def painted(text: str, style: str) -> str:
    """Text in a style (bold, dim, or a colour) on a terminal, plain text elsewhere."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if sys.stdout.isatty() else text


def console() -> Console:
    """A Rich console on stdout. Without a terminal it is plain and wide enough to keep words whole. Markup is off."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            drop_output()

    return Plain(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 140)


@contextmanager
def progress(what: str, total: int | None, *, quiet: bool = False) -> Iterator[Advance]:
    """A progress bar with rate and remaining time on stderr; none if stderr is no terminal."""
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
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=total)

        def advance(number: int, known: int | None = None) -> None:
            if known is not None:
                bar.update(task, total=known)
            bar.advance(task, number)

        yield advance


class _Terminal:
    """Receives progress and messages of use cases and prints them on stderr."""

    progress = staticmethod(progress)

    def say(self, text: str) -> None:
        """Print a message of the program."""
        say(f"franking: {text}")


TERMINAL = _Terminal()
