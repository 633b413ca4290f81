"""The ``franking`` command. Each command's module is loaded when it is called, so that none pays for the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from franking.cli import design_commands, ledger_commands, policies, suppress
from franking.cli.options import (
    AllowPlain,
    AsOf,
    Attach,
    Browser,
    CaFile,
    Channel,
    Connections,
    Demo,
    DetailsTable,
    Encoding,
    Items,
    KindName,
    Market,
    Outbox,
    PolicyName,
    Rate,
    Seller,
    States,
    Templates,
    TextOrJson,
    Theme,
    Themes,
    Transport,
)

app = typer.Typer(
    name="franking", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Order messages that the marketplace permits: rendered, inlined, proven against every rule, and only then sent.",
)  # fmt: skip

app.add_typer(suppress.app, name="suppress")
app.add_typer(policies.app, name="policy")


def _version(wanted: bool) -> None:
    if wanted:
        from franking import __version__

        typer.echo(f"franking {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Every command explains itself with --help."""


@app.command()
def render(
    kinds: Annotated[list[str] | None, typer.Argument(help="Kinds to render, all without any.", metavar="[KIND]...")] = None,
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


@app.command()
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
    from franking.cli.check import Options, Scope, check_messages, slugs

    scope = Scope(kind, theme, order_id, language, templates, themes)
    options = Options(
        tuple(width or ()), slugs(select), slugs(ignore), policies.chosen_policy(policy), jobs, baseline, write_baseline, allow,
        browser,
    )  # fmt: skip
    if fix or diff:
        from franking.cli.fix import fix_messages

        fix_messages(paths, scope, options, diff=diff)
        if diff:
            return
    raise typer.Exit(check_messages(paths, format, scope, options))


@app.command()
def plan(
    orders: Annotated[Path, typer.Argument(help="Order report or API JSON.", metavar="ORDERS")],
    kind: KindName,
    as_of: AsOf = None,
    encoding: Encoding = None,
    marketplace: Market = None,
    states: States = None,
    items: Items = None,
    details: DetailsTable = None,
    attach: Attach = None,
    outbox: Outbox = None,
    channel: Channel = None,
    seller: Seller = None,
    demo: Demo = None,
    theme: Theme = None,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Show who would be written to, who not, and why. Sends nothing, stores nothing."""
    from franking.cli.plan import show_plan
    from franking.cli.settings import load_settings

    settings = load_settings(
        outbox=outbox,
        channel=channel,
        seller=seller,
        demo=demo,
        theme=theme,
        policy=policy,
        templates=templates,
        themes=themes,
    )
    show_plan(settings, orders, kind, as_of, encoding, marketplace, states, format, details, attach, items or ())


@app.command()
def send(
    orders: Annotated[Path, typer.Argument(help="Order report or API JSON.", metavar="ORDERS")],
    kind: KindName,
    theme: Theme = None,
    sender: Annotated[
        str | None, typer.Option("--from", help="Address registered with the seller account.", metavar="ADDR")
    ] = None,
    reply_to: Annotated[str | None, typer.Option(help="Address for answers.", metavar="ADDR")] = None,
    transport: Transport = None,
    outbox: Outbox = None,
    rate: Rate = None,
    connections: Connections = None,
    limit: Annotated[int | None, typer.Option(help="Write to at most this many buyers.", min=1)] = None,
    as_of: AsOf = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            help="When they shall leave: ISO 8601 (without an offset, this machine's time), or such as delivery+5d.",
            metavar="WHEN",
        ),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Also send what an earlier run scheduled, at once.")] = False,
    reschedule: Annotated[bool, typer.Option("--reschedule", help="Move what an earlier run scheduled to --at.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, store and send nothing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Send nothing if any row is broken or any message rejected.")
    ] = False,
    inliner: Annotated[Literal["css-inline", "premailer"] | None, typer.Option(help="Which library inlines.")] = None,
    encoding: Encoding = None,
    marketplace: Market = None,
    states: States = None,
    items: Items = None,
    details: DetailsTable = None,
    attach: Attach = None,
    jobs: Annotated[
        int | None, typer.Option(help="Processes that render and check; else by processors and orders.", min=1, max=256)
    ] = None,
    paranoid: Annotated[bool, typer.Option(help="Make each message both ways, by shape and whole, and compare.")] = False,
    demo: Demo = None,
    stats: Annotated[bool, typer.Option(help="Say on stderr which messages were made by shape, and why others not.")] = False,
    channel: Channel = None,
    seller: Seller = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Work through an order report: permit, render, check, and send what passes. Run it again to resume."""
    from franking.cli.send import Job, send_batch
    from franking.cli.settings import load_settings

    settings = load_settings(
        theme=theme, sender=sender, reply_to=reply_to, transport=transport, outbox=outbox, rate=rate, connections=connections,
        inliner=inliner, channel=channel, seller=seller, allow_plain=allow_plain, ca_file=ca_file, templates=templates,
        themes=themes, demo=demo, policy=policy,
    )  # fmt: skip
    job = Job(
        orders, kind, as_of, encoding, marketplace, states, limit, dry_run, strict, at, details, attach, jobs, paranoid, stats,
        tuple(items or ()), now, reschedule,
    )  # fmt: skip
    raise typer.Exit(send_batch(settings, job, format))


@app.command()
def rules(format: TextOrJson = "text") -> None:
    """List every rule with severity, summary and policy source."""
    from franking.cli.rules import list_rules

    list_rules(format)


@app.command()
def explain(slug: Annotated[str, typer.Argument(help="A rule, as in `franking rules`.", metavar="SLUG")]) -> None:
    """Print a rule's manual page: what, why, examples, how to mend it."""
    from franking.cli.rules import explain_rule

    explain_rule(slug)


@app.command()
def inbox(
    store: Annotated[Path, typer.Option(help="Folder that keeps the received messages, one .eml each.")] = Path("build/inbox"),
    port: Annotated[int, typer.Option(help="SMTP port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 2525,
    web_port: Annotated[int, typer.Option(help="Port of the web view on 127.0.0.1.", min=0, max=65535)] = 8025,
    web: Annotated[bool, typer.Option(help="Show the web view (extra: preview).")] = True,
    list_only: Annotated[bool, typer.Option("--list", help="List what the store holds, and end.")] = False,
    format: TextOrJson = "text",
) -> None:
    """Run a real SMTP server on loopback that keeps what it gets, with a web view."""
    from franking.cli.inbox import list_store, serve

    if list_only:
        list_store(store, format)
    else:
        serve(store, port, web_port if web else None)


design_commands.register(app)
ledger_commands.register(app)
