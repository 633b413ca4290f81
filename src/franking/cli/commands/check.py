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
    width: Annotated[
        list[int] | None, typer.Option(help="Message width in px; may be repeated.", show_default="360, 600")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Kind of message, for its allowed links, phones and attachments.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="Theme, for its registered images and vocabulary.")] = None,
    order_id: Annotated[str | None, typer.Option(help="Order ID of the messages; turns the rule order-id on.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the buyer; turns the rule message-language on.")] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only these rules, comma-separated or repeated.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="All rules except these, comma-separated or repeated.")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Fix in place what can be fixed safely, then check.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, without changing anything.")] = False,
    baseline: Annotated[Path | None, typer.Option(help="Hide the findings listed in this file.", metavar="FILE")] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write all present findings to this file, as a baseline.", metavar="FILE")
    ] = None,
    allow: Annotated[
        Path | None, typer.Option(help="Allow list: TOML with rule, files, reason, until.", metavar="FILE")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Number of processes; 0 chooses it.", min=0, show_default="0")] = 0,
    policy: PolicyName = None,
    clients: Annotated[
        bool, typer.Option("--clients", help="List what mail programs drop of the messages, instead of checking them.")
    ] = False,
    browser: Browser = False,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Check finished messages against every rule, whatever produced them. Exit code 1 when one is rejected."""
    from franking.batch.check import Options, Scope
    from franking.cli.check import check_messages, slugs
    from franking.config.policies import chosen_policy

    if clients and not (fix or diff):
        from franking.cli.clients import list_support

        raise typer.Exit(list_support(paths, format))
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
