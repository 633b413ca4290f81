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
            help="Kinds to render, or files: those of a kind, theme or language stand for it; all without any.",
            metavar="[KIND|FILE]...",
        ),
    ] = None,
    theme: Annotated[str | None, typer.Option(help="Only this theme.")] = None,
    locale: Annotated[str | None, typer.Option(help="Only this language, such as de.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the previews.")] = Path("build/previews"),
    inliner: Annotated[Literal["css-inline", "premailer"] | None, typer.Option(help="Which library inlines.")] = None,
    browser: Browser = False,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Preview every kind × theme × language × sample: a gallery and one file each."""
    from franking.cli.render import render_previews

    render_previews(kinds or [], theme, locale, out, inliner, templates, themes, browser=browser, policy=policy)
