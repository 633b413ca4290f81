"""The entry point. ``franking check FILE`` without options does not load the option parser, because hooks run it for each
file."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import warnings
from typing import Any, NoReturn, TextIO

from franking.errors import FrankingError, InputError, RenamedSetting

_INTERRUPTED = 130
_LOADING = 500_000  # objects before a garbage collection: a ``send`` of twenty makes 200,000, and hardly any garbage
_WORKING = 50_000  # the same for commands that go on until they are stopped
_ENDLESS = frozenset(("worker", "preview", "inbox", "lsp", "sandbox"))


def run() -> None:
    """Run the command; one line on stderr and exit code 2 for unusable input, never a traceback."""
    _prepare()
    try:
        code = _run(sys.argv[1:])
        gc.freeze()  # or the interpreter searches all that was loaded for garbage before it ends
        sys.exit(code)
    except FrankingError as error:
        _end(str(error), 2)
    except BrokenPipeError:
        # The reader of stdout closed the pipe at the end. Earlier output is handled by ``terminal``.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except KeyboardInterrupt:
        _end("interrupted", _INTERRUPTED)
    except OSError as error:  # errors that a file system can raise at any time: full, read-only, removed
        _end(f"{_named(error)}{(error.strerror or 'input or output failed').lower()}", 2)
    except Exception as error:
        if os.environ.get("FRANKING_TRACEBACK"):
            raise
        _end(f"{_place(error)}: a bug in Franking; set FRANKING_TRACEBACK=1 to get a traceback for a bug report", 2)


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning about a renamed setting; ignore other warnings, which are for developers."""
    if issubclass(category, RenamedSetting):
        from franking.cli.terminal import say

        say(f"franking: {message}")


def _end(message: str, code: int) -> NoReturn:
    """Print one line and exit. Pending output is dropped if stdout cannot be written."""
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
    """The place where an error was raised, without its text, which may contain personal data."""
    import traceback
    from pathlib import Path

    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _prepare() -> None:
    """Make the streams accept every text, replace closed ones by the null device, and print warnings as one line. Let the
    garbage collector wait; ``franking.batch.collector`` has its say where many messages are made."""
    gc.set_threshold(_WORKING if _ENDLESS.intersection(sys.argv[1:2]) else _LOADING, 20, 20)
    warnings.showwarning = _warn
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
        from franking.batch.check import Options, Scope
        from franking.cli.check import check_messages

        return check_messages(paths, "text", Scope(), Options())
    import typer

    from franking.cli.main import app

    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error)
    if code == _INTERRUPTED:  # typer's exit code for Ctrl-C
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _usage(error: Any) -> int:
    """Print the usage error in one line, or the help if there are no arguments."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return 2
    message = error.format_message().replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    raise InputError(f"{message.rstrip('.')}; see {context.command_path if context else 'franking'} --help")
