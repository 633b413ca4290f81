"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Templates = Annotated[Path | None, typer.Option(help="Folder of the kinds.", show_default="templates")]
Themes = Annotated[Path | None, typer.Option(help="Folder of the themes.", show_default="themes")]
Theme = Annotated[str | None, typer.Option(help="Name of the theme.", show_default="plain")]
TextOrJson = Annotated[Literal["text", "json"], typer.Option("--format", help="Output format.")]
KindName = Annotated[str, typer.Option("--kind", help="Kind of message, a folder of templates/.")]
AsOf = Annotated[
    str | None,
    typer.Option(help="Use this time instead of now: ISO 8601; without an offset, the machine's local time.", metavar="ISO"),
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the report: utf-8, cp1252, cp932 …", show_default="detected")]
Market = Annotated[
    str | None, typer.Option(help="Marketplace of all rows, for example Amazon.de.", show_default="from the rows")
]
States = Annotated[Path | None, typer.Option(help="A second report (All orders) that says which orders are cancelled.")]
Items = Annotated[
    list[Path] | None,
    typer.Option("--items", help="getOrderItems answers for the orders of a v0 getOrders answer, as JSON; may be repeated."),
]
DetailsTable = Annotated[
    Path | None, typer.Option("--details", help="CSV with your own values per order: order-id and the kind's given variables.")
]
Attach = Annotated[Path | None, typer.Option("--attach", help="Folder of attachments, with a subfolder per order ID.")]
Adjusted = Annotated[bool, typer.Option("--adjusted", help="The orders were adjusted in another way than by franking adjust.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        help="Only orders that match KEY=PATTERN (* and ? as in file names): sku, asin (any item of the order has it), "
        "every-sku, every-asin (each item has it), marketplace, channel (AFN or MFN), buyer (repeat or first), sent (a kind "
        "that the outbox has for the order). The same key again: or. Another key: and.",
        metavar="KEY=PATTERN",
    ),
]
Not = Annotated[
    list[str] | None,
    typer.Option(
        "--not",
        help="No orders that match; keys and patterns as for --only. An order is left out if any one --not matches.",
        metavar="KEY=PATTERN",
    ),
]
After = Annotated[
    str | None,
    typer.Option(
        help="From when on, by order: delivery+7d, latest-delivery+7d, dispatch+12h or purchase+2d (a day is 24 hours).",
        metavar="WHEN",
    ),
]
Between = Annotated[
    str | None,
    typer.Option(
        help="Hours of the buyer's day, for example 09:00-18:00; followed by a time zone, of that zone.", metavar="HOURS"
    ),
]
Days = Annotated[str | None, typer.Option(help="Days of the buyer's week, for example mon-fri or mon,wed.", metavar="DAYS")]
Daily = Annotated[
    int | None,
    typer.Option(
        help="At most this many messages of the kind per day of the seller account, over all runs; 0 lifts an earlier cap.",
        min=0,
    ),
]
Outbox = Annotated[str | None, typer.Option(help="Ledger URL.", show_default="sqlite:///franking.db")]
Channel = Annotated[
    Literal["email", "api", "auto", "marketplace", "other"] | None,
    typer.Option(
        help="email, api (the marketplace's API), or auto (the API if it allows the message, else email).",
        metavar="email|api|auto",
        show_default="email",
    ),
]
Since = Annotated[
    str,
    typer.Option(
        "--since",
        help="Orders updated since: ISO 8601 (without an offset, the machine's local time), 2d or 12h ago, or the last "
        "complete fetch (last).",
        metavar="WHEN",
    ),
]
LiveSince = Annotated[
    str | None, typer.Option("--since", help="For api: orders updated since, as for franking fetch.", metavar="WHEN")
]
Seller = Annotated[str | None, typer.Option(help="Seller account, part of the ledger's key.", show_default="default")]
Demo = Annotated[
    bool | None,
    typer.Option("--demo", help="Permit the brand of the example: only into a folder or to this machine, account demo."),
]
Transport = Annotated[str | None, typer.Option(help="smtp://, smtps://, smtp+plain:// or dir:PATH.", metavar="URL")]
FeedFolder = Annotated[Path, typer.Option("--out", help="Folder for the files.", metavar="FOLDER")]
FeedWait = Annotated[int, typer.Option(help="Seconds to wait for the processing report.", min=0, max=86400)]
Rate = Annotated[str | None, typer.Option(help="Message rate of the seller account, for example 5/s or 300/m.")]
Connections = Annotated[int | None, typer.Option(help="Number of connections.", show_default="4")]
CaFile = Annotated[Path | None, typer.Option(help="Certificate authority to trust, PEM.")]
AllowPlain = Annotated[bool | None, typer.Option("--allow-plain", help="Permit smtp+plain:// to other machines.")]
PolicyName = Annotated[
    str | None,
    typer.Option("--policy", help="Policy by name, or a policy file of your own.", metavar="NAME|FILE", show_default="amazon"),
]
Inliner = Annotated[
    Literal["css-inline", "premailer"] | None,
    typer.Option(help="Library that inlines the styles.", show_default="css-inline"),
]
Browser = Annotated[
    bool, typer.Option("--browser", help="Ask the installed Chromium about undecided findings, offline (extra: browser).")
]
SenderAddress = Annotated[
    str | None, typer.Option("--sender", help="Address registered with the seller account.", metavar="ADDR")
]
