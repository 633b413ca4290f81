"""``franking render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from franking.cli.options import Browser, PolicyName, Templates, Themes


def render(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            help="Kinds to render; a file stands for the kind, theme or language that it belongs to; all if none is given.",
            metavar="[KIND|FILE]...",
        ),
    ] = None,
    theme: Annotated[str | None, typer.Option(help="Only this theme.")] = None,
    locale: Annotated[str | None, typer.Option(help="Only this language, for example de.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the previews.")] = Path("build/previews"),
    inliner: Annotated[Literal["css-inline", "premailer"] | None, typer.Option(help="Library that inlines the styles.")] = None,
    browser: Browser = False,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Render every kind × theme × language × sample: a gallery and one file each."""
    from franking.cli.render import render_previews

    render_previews(kinds or [], theme, locale, out, inliner, templates, themes, browser=browser, policy=policy)
