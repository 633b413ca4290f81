"""``franking i18n``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import Templates, TextOrJson, Themes


def i18n(
    language: Annotated[str, typer.Option(help="Also create a catalogue for this language, for example fi.")] = "",
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Update the translation catalogues from the templates, and list what is missing. Exit code 1 if anything is."""
    from franking.cli.i18n import update_catalogues
    from franking.config.settings import load_settings

    update_catalogues(load_settings(templates=templates, themes=themes), language, format)
