"""``franking check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from franking.cli.options import Browser, PolicyName, Templates, Themes


def check(
    paths: Annotated[list[str], typer.Argument(help=".html or .eml files, folders, or - for stdin.", metavar="PATH...")],
    format: Annotated[
        Literal["text", "json", "sarif", "junit", "github"], typer.Option("--format", help="Output format.")
    ] = "text",
    width: Annotated[list[int] | None, typer.Option(help="Message width in px, repeatable.", show_default="360, 600")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="The kind of message: its allowed links, phones and attachments.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="The theme: its registered images and vocabulary.")] = None,
    order_id: Annotated[str | None, typer.Option(help="The order the messages belong to; turns order-id on.")] = None,
    language: Annotated[str | None, typer.Option(help="The buyer's language; turns message-language on.")] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only these rules, comma-separated or repeated.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend in place what can be mended safely, then check.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, change nothing.")] = False,
    baseline: Annotated[
        Path | None, typer.Option(help="Do not show the findings that this file lists.", metavar="FILE")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write all findings as the baseline to start from.", metavar="FILE")
    ] = None,
    allow: Annotated[
        Path | None, typer.Option(help="Allow-list: TOML with rule, files, reason, until.", metavar="FILE")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes; 0 takes as many as fit.", min=0, show_default="0")] = 0,
    policy: PolicyName = None,
    browser: Browser = False,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Prove finished messages against every rule, whatever made them. Exit code 1 when one is rejected."""
    from franking.batch.check import Options, Scope
    from franking.cli.check import check_messages, slugs
    from franking.cli.policies import chosen_policy

    scope = Scope(kind, theme, order_id, language, templates, themes)
    options = Options(
        tuple(width or ()), slugs(select), slugs(ignore), chosen_policy(policy), jobs, baseline, write_baseline, allow, browser
    )
    if fix or diff:
        from franking.cli.fix import fix_messages

        fix_messages(paths, scope, options, diff=diff)
        if diff:
            return
    raise typer.Exit(check_messages(paths, format, scope, options))
