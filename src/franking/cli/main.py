"""The ``franking`` command. Each command is loaded when it is used, and imports its dependencies when it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.groups import ByUser

app = typer.Typer(
    name="franking",
    cls=ByUser,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Send the order messages that a marketplace permits: render them, inline their styles, check them against every rule, "
    "and send what passes.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from franking.package.version import __version__

        typer.echo(f"franking {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Every command explains itself with --help."""
