"""``franking new``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from franking.cli.options import Templates, Themes


def new(
    what: Annotated[Literal["kind", "theme"], typer.Argument(help="What to create.")],
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and _.")],
    brand: Annotated[str | None, typer.Option(help="For a theme: name of the brand, as buyers see it.")] = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Create a kind or a theme that passes the checker, as a starting point."""
    from franking.cli.terminal import out, say
    from franking.config.settings import load_settings
    from franking.project.scaffold import lacks_parts, make_kind, make_theme

    settings = load_settings(templates=templates, themes=themes)
    if what == "kind":
        folder = make_kind(settings.templates, name)
        if parts := lacks_parts(settings.templates):
            say(f"{folder} uses the parts in {parts}, which are not there; copy them from another project")
        out(f"{folder}: edit message.html.j2 while `franking preview` runs; `franking i18n` collects new texts")
    else:
        folder = make_theme(settings.themes, name, brand)
        out(f"{folder}: edit theme.css and layout.html.j2 while `franking preview` runs")
