"""``franking render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import Browser, Inliner, PolicyName, Templates, Themes


def render(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            help="Kinds to render; a file selects its kind, theme or language; all if none is given.",
            metavar="[KIND|FILE]...",
        ),
    ] = None,
    theme: Annotated[list[str] | None, typer.Option(help="Only this theme; may be repeated.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only this language, for example de; may be repeated.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the previews.")] = Path("build/previews"),
    inliner: Inliner = None,
    browser: Browser = False,
    policy: PolicyName = None,
    jobs: Annotated[int, typer.Option(help="Number of processes; 0 chooses it.", min=0, show_default="0")] = 0,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Render every kind × theme × language × sample: a gallery and one file each."""
    from franking.cli.render import render_previews

    render_previews(
        kinds or [], theme or [], language or [], out, inliner, templates, themes, browser=browser, policy=policy, jobs=jobs
    )
