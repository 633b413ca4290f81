"""The commands of designers: the live preview, new kinds and themes, translations, and the doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from franking.cli.options import AllowPlain, CaFile, Outbox, PolicyName, Templates, TextOrJson, Themes, Transport

Sender = Annotated[str | None, typer.Option("--from", help="Address registered with the seller account.", metavar="ADDR")]


def register(app: typer.Typer) -> None:
    """Add them to the application."""
    for command in (init, preview, new, i18n, doctor):
        app.command()(command)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to lay out; it may be new.", metavar="[FOLDER]")] = Path(),
    brand: Annotated[str | None, typer.Option(help="The brand's name, as buyers know it; else it is asked for.")] = None,
    sender: Sender = None,
    logo: Annotated[Path | None, typer.Option(help="PNG, JPEG, GIF or WebP; with it come the themes that show one.")] = None,
) -> None:
    """Lay out a folder to work in: templates, themes for your brand, franking.toml, sample reports, a Makefile."""
    from franking.cli.project import asked, make_project

    make_project(folder, asked(brand, sender, logo))


def preview(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 8000,
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    sender: Sender = None,
    transport: Transport = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Show messages as their templates are edited, with every finding drawn on them (extra: preview)."""
    from franking.cli.preview import live_preview
    from franking.cli.settings import load_settings

    settings = load_settings(
        sender=sender, transport=transport, allow_plain=allow_plain, ca_file=ca_file, policy=policy,
        templates=templates, themes=themes,
    )  # fmt: skip
    live_preview(settings, port, browser=browser)


def new(
    what: Annotated[Literal["kind", "theme"], typer.Argument(help="What to make.")],
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and _.")],
    brand: Annotated[str | None, typer.Option(help="For a theme: the brand's name, as buyers know it.")] = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Make a kind or a theme that passes the checker, to start from."""
    from franking.cli.scaffold import make_kind, make_theme
    from franking.cli.settings import load_settings

    settings = load_settings(templates=templates, themes=themes)
    if what == "kind":
        make_kind(settings.templates, name)
    else:
        make_theme(settings.themes, name, brand)


def i18n(
    language: Annotated[str, typer.Option(help="Also begin a catalogue for this language, such as fi.")] = "",
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Bring the translation catalogues up to date with the templates, and show what is missing. Exit code 1 if anything is."""
    from franking.cli.i18n import update_catalogues
    from franking.cli.settings import load_settings

    update_catalogues(load_settings(templates=templates, themes=themes), language, format)


def doctor(
    sender: Sender = None,
    transport: Transport = None,
    outbox: Outbox = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Check configuration, templates, translations, ledger and transport, and say what to do. Exit code 2 if one fails."""
    from franking.cli.doctor import examine
    from franking.cli.settings import load_settings

    settings = load_settings(
        sender=sender, transport=transport, outbox=outbox, allow_plain=allow_plain, ca_file=ca_file, templates=templates,
        themes=themes,
    )  # fmt: skip
    examine(settings, format)
