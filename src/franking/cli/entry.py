"""The entry point. What needs no option parser does not load one: ``franking check one.html`` runs in hooks, file by file."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any, NoReturn

from franking.errors import FrankingError, InputError

_INTERRUPTED = 130
_LOADING = 50_000  # objects, before the collector looks for garbage


def run() -> None:
    """Run the command; one line on stderr and exit code 2 for unusable input, never a traceback."""
    _prepare()
    try:
        sys.exit(_run(sys.argv[1:]))
    except FrankingError as error:
        _end(str(error), 2)
    except BrokenPipeError:
        # The reader of stdout went away at the very end: results go through ``terminal``, which knows of that.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except KeyboardInterrupt:
        _end("interrupted", _INTERRUPTED)
    except OSError as error:  # what a file system may answer at any time: full, read-only, gone
        _end(f"{_named(error)}{(error.strerror or 'input or output failed').lower()}", 2)
    except Exception as error:
        if os.environ.get("FRANKING_TRACEBACK"):
            raise
        _end(f"{_place(error)}: a bug in Franking; set FRANKING_TRACEBACK=1 to get a traceback for a bug report", 2)


def _end(message: str, code: int) -> NoReturn:
    """One line, and the exit code. What is still to be written to a stdout that takes nothing is dropped."""
    from franking.cli.terminal import say

    with contextlib.suppress(OSError, ValueError):
        say(f"franking: {message}")
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


def _named(error: OSError) -> str:
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    return f"{names[-1]}: " if names else ""


def _place(error: BaseException) -> str:
    """Where an error was raised; its text may hold personal data."""
    import traceback
    from pathlib import Path

    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _prepare() -> None:
    """Streams that take every text. One that is closed takes all and keeps nothing."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "r" if name == "stdin" else "w"), "utf-8"))
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        from franking.package.version import __version__

        sys.stdout.write(f"franking {__version__}\n")
        return 0
    paths = arguments[1:]
    if arguments[:1] == ["check"] and paths and not any(path.startswith("-") and path != "-" for path in paths):
        import gc

        gc.set_threshold(_LOADING, 20, 20)  # nearly all that a check of few files makes is loaded and stays
        from franking.batch.check import Options, Scope
        from franking.cli.check import check_messages

        return check_messages(paths, "text", Scope(), Options())
    import typer

    from franking.cli.main import app

    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error)
    if code == _INTERRUPTED:  # typer ends so without a word
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _usage(error: Any) -> int:
    """Tell what is wrong with the arguments, in one line; without any, how the command is used."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return 2
    message = error.format_message().replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    raise InputError(f"{message.rstrip('.')}; see {context.command_path if context else 'franking'} --help")
