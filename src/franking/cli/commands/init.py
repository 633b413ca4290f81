"""``franking init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import SenderAddress, Transport


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to lay out; it may be new.", metavar="[FOLDER]")] = Path(),
    brand: Annotated[str | None, typer.Option(help="The brand's name, as buyers know it; else it is asked for.")] = None,
    sender: SenderAddress = None,
    transport: Transport = None,
    logo: Annotated[Path | None, typer.Option(help="PNG, JPEG, GIF or WebP; with it come the themes that show one.")] = None,
) -> None:
    """Lay out a folder to work in: templates, themes for your brand, franking.toml, sample reports, a Makefile."""
    from franking.cli.project import asked, make_project

    make_project(folder, asked(brand, sender, logo, transport))
