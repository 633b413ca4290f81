"""``franking plan``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.options import (
    Adjusted,
    After,
    AsOf,
    Attach,
    Between,
    Channel,
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
    Seller,
    States,
    Templates,
    TextOrJson,
    Theme,
    Themes,
)


def plan(
    orders: Annotated[Path, typer.Argument(help="Order report, API JSON, or api: to fetch them.", metavar="ORDERS")],
    kind: KindName,
    since: LiveSince = None,
    as_of: AsOf = None,
    encoding: Encoding = None,
    marketplace: Market = None,
    states: States = None,
    items: Items = None,
    details: DetailsTable = None,
    attach: Attach = None,
    adjusted: Adjusted = False,
    only: Only = None,
    without: Not = None,
    after: After = None,
    between: Between = None,
    days: Days = None,
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
    """Show which orders would get a message, which would not, and why. Sends nothing, stores nothing."""
    from franking.batch.plan import Question
    from franking.batch.wish import Wish
    from franking.cli.plan import SHOWN, show_plan
    from franking.config.fetching import orders_of
    from franking.config.settings import load_settings

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
    shown = None if format == "json" else SHOWN
    source = orders_of(settings, orders, since, marketplace, encoding=encoding, items=items or ())
    wish = Wish.parse(only or (), without or (), after, between, days)
    question = Question(
        source, as_of, encoding, marketplace, states, details, attach, tuple(items or ()), shown, adjusted, wish
    )
    show_plan(settings, kind, question, format)
