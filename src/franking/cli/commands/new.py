"""``franking new``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from franking.cli.options import Templates, Themes


def new(
    what: Annotated[Literal["kind", "theme"], typer.Argument(help="What to make.")],
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and _.")],
    brand: Annotated[str | None, typer.Option(help="For a theme: name of the brand, as buyers know it.")] = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Create a kind or a theme that passes the checker, as a starting point."""
    from franking.cli.scaffold import make_kind, make_theme
    from franking.config.settings import load_settings

    settings = load_settings(templates=templates, themes=themes)
    if what == "kind":
        make_kind(settings.templates, name)
    else:
        make_theme(settings.themes, name, brand)
