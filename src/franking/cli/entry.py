"""The entry point. What needs no option parser does not load one: ``franking check one.html`` runs in hooks, file by file."""

from __future__ import annotations

import os
import sys

from franking.errors import FrankingError

_INTERRUPTED = 130


def run() -> None:
    """Run the command; one line on stderr and exit code 2 for unusable input, never a traceback."""
    try:
        sys.exit(_run(sys.argv[1:]))
    except FrankingError as error:
        sys.stderr.write(f"franking: {error}\n")
        sys.exit(2)
    except BrokenPipeError:
        # The reader of stdout went away (``franking rules | head``): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)
    except KeyboardInterrupt:
        sys.stderr.write("franking: interrupted\n")
        sys.exit(_INTERRUPTED)


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        from franking import __version__

        sys.stdout.write(f"franking {__version__}\n")
        return 0
    paths = arguments[1:]
    if arguments[:1] == ["check"] and paths and not any(path.startswith("-") and path != "-" for path in paths):
        from franking.cli.check import Options, Scope, check_messages

        return check_messages(paths, "text", Scope(), Options())
    from franking.cli.main import app

    try:
        app()
    except SystemExit as end:
        if end.code == _INTERRUPTED:  # typer ends so without a word
            raise KeyboardInterrupt from None
        raise
    return 0
