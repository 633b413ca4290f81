"""``franking init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import SenderAddress, Transport


def init(
    folder: Annotated[Path, typer.Argument(help="Project folder; created if it does not exist.", metavar="[FOLDER]")] = Path(),
    brand: Annotated[str | None, typer.Option(help="Name of the brand, as buyers see it; asked for if missing.")] = None,
    sender: SenderAddress = None,
    transport: Transport = None,
    logo: Annotated[Path | None, typer.Option(help="PNG, JPEG, GIF or WebP; adds the themes that show a logo.")] = None,
) -> None:
    """Create a project folder: templates, themes for your brand, franking.toml, sample reports, a Makefile."""
    from franking.cli.project import asked, print_next_steps
    from franking.project.folder import make_project

    made = asked(brand, sender, logo, transport)
    make_project(folder, made)
    print_next_steps(folder, made)
