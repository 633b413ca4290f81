"""``franking send``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from franking.cli.options import (
    Adjusted,
    After,
    AllowPlain,
    AsOf,
    Attach,
    Between,
    CaFile,
    Channel,
    Connections,
    Daily,
    Days,
    Demo,
    DetailsTable,
    Encoding,
    Items,
    KindName,
    LiveSince,
    Market,
    Not,
    Only,
    Outbox,
    PolicyName,
    Rate,
    Seller,
    SenderAddress,
    States,
    Templates,
    TextOrJson,
    Theme,
    Themes,
    Transport,
)


def send(
    orders: Annotated[Path, typer.Argument(help="Order report, API JSON, or api: to fetch them.", metavar="ORDERS")],
    kind: KindName,
    theme: Theme = None,
    sender: SenderAddress = None,
    reply_to: Annotated[str | None, typer.Option(help="Address for replies.", metavar="ADDR")] = None,
    transport: Transport = None,
    outbox: Outbox = None,
    rate: Rate = None,
    connections: Connections = None,
    since: LiveSince = None,
    limit: Annotated[int | None, typer.Option(help="Send at most this many messages.", min=1)] = None,
    as_of: AsOf = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            help="When to send: ISO 8601 (without an offset, the machine's local time), or for example delivery+5d.",
            metavar="WHEN",
        ),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Send scheduled messages of earlier runs at once.")] = False,
    only: Only = None,
    without: Not = None,
    after: After = None,
    between: Between = None,
    days: Days = None,
    daily: Daily = None,
    reschedule: Annotated[
        bool, typer.Option("--reschedule", help="Move scheduled messages of earlier runs to the new time.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, but store and send nothing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Send nothing if any row is broken or any message is rejected.")
    ] = False,
    inliner: Annotated[Literal["css-inline", "premailer"] | None, typer.Option(help="Library that inlines the styles.")] = None,
    encoding: Encoding = None,
    marketplace: Market = None,
    states: States = None,
    items: Items = None,
    details: DetailsTable = None,
    attach: Attach = None,
    adjusted: Adjusted = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            help="Number of processes that render and check; by default it depends on processors and orders.", min=1, max=256
        ),
    ] = None,
    paranoid: Annotated[bool, typer.Option(help="Make each message twice, from its shape and in full, and compare.")] = False,
    demo: Demo = None,
    stats: Annotated[
        bool, typer.Option(help="Print on stderr which messages were made from a shape, and why others were not.")
    ] = False,
    channel: Channel = None,
    seller: Seller = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Process an order report: permit, render, check, and send what passes. Run it again to resume."""
    from franking.batch.job import Job
    from franking.batch.wish import Wish
    from franking.cli.send import send_batch
    from franking.config.fetching import orders_of
    from franking.config.settings import load_settings

    settings = load_settings(
        theme=theme, sender=sender, reply_to=reply_to, transport=transport, outbox=outbox, rate=rate, connections=connections,
        inliner=inliner, channel=channel, seller=seller, allow_plain=allow_plain, ca_file=ca_file, templates=templates,
        themes=themes, demo=demo, policy=policy,
    )  # fmt: skip
    source = orders_of(settings, orders, since, marketplace, encoding=encoding, items=items or ())
    job = Job(
        source, kind, as_of, encoding, marketplace, states, limit, dry_run, strict, at, details, attach, jobs, paranoid, stats,
        tuple(items or ()), now, reschedule, adjusted, Wish.parse(only or (), without or (), after, between, days), daily,
        settings.time_zone,
    )  # fmt: skip
    raise typer.Exit(send_batch(settings, job, format))
