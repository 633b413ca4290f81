"""``franking import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import KindName, PolicyName, Templates, TextOrJson, Themes


def import_(
    path: Annotated[
        Path,
        typer.Argument(help="An HTML mail or template, or a folder with one message, its partials and images.", metavar="PATH"),
    ],
    kind: KindName,
    theme: Annotated[str | None, typer.Option(help="Name of the new theme.", show_default="the name of the kind")] = None,
    dialect: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Language: html, handlebars, sendgrid, mustache, postmark, liquid, mailchimp, klaviyo, django, jinja.",
            metavar="DIALECT",
            show_default="detected",
        ),
    ] = None,
    brand: Annotated[
        str | None, typer.Option(help="Name of the brand, as buyers see it.", show_default="that of the configured theme")
    ] = None,
    like: Annotated[
        str | None, typer.Option(help="Existing kind whose purpose, states and links the new kind gets.", metavar="KIND")
    ] = None,
    fields: Annotated[
        Path | None,
        typer.Option(help="Table that maps fields to variables; each import writes one to edit.", metavar="FILE"),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the files of an earlier import of this kind.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write templates/ and themes/ into.", show_default="the project")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
    format: TextOrJson = "text",
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Turn an HTML mail or a template of another language into a kind and a theme.

    Loops, conditions and fields become Jinja2, texts become translatable, styles go into theme.css, local images become
    registered assets, and the rules' fixes are applied. The result is rendered once with a sample. The output lists the
    decisions that a person has to make, each with file and line. Nothing is downloaded. Exit code 1 if the sample does
    not render, or would be rejected.
    """
    from franking.cli.importing import import_and_print
    from franking.config.importing import Import
    from franking.config.settings import load_settings

    settings = load_settings(templates=templates, themes=themes, policy=policy)
    options = Import(path, kind, theme or kind, dialect, brand, like, fields, replace, out, dry_run)
    raise typer.Exit(import_and_print(settings, options, format))
