"""The commands that work on the ledger between and beside batches."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from franking.cli.options import AllowPlain, CaFile, Connections, Outbox, Rate, Seller, TextOrJson, Transport


def register(app: typer.Typer) -> None:
    """Add them to the application."""
    for command in (status, resolve, retry, cancel, bounces, worker, erase):
        app.command()(command)


def status(
    watch: Annotated[bool, typer.Option("--watch", help="Show it again every two seconds until interrupted.")] = False,
    outbox: Outbox = None,
    seller: Annotated[str | None, typer.Option(help="Seller account.", show_default="all, where none is set")] = None,
    format: TextOrJson = "text",
) -> None:
    """Show what the ledger holds: messages by kind and state, the rate, what waits until when, and the latest problems.
    Exit code 3 where anything is deferred, failed or in doubt."""
    from franking.cli.settings import load_settings
    from franking.cli.status import show_status

    raise typer.Exit(show_status(load_settings(outbox=outbox, seller=seller), format, watch=watch))


def resolve(
    orders: Annotated[list[str] | None, typer.Argument(help="Order IDs.", metavar="[ORDER]...")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only this kind.")] = None,
    to: Annotated[
        Literal["sent", "failed", "queued"] | None,
        typer.Option("--as", help="What became of them; queued sends them again: only what surely did not arrive."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All ambiguous messages.")] = False,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """List messages whose reply was lost, or settle them by your word. Exit code 1 where an order has none."""
    from franking.cli.settings import load_settings
    from franking.cli.upkeep import resolve as settle

    settle(load_settings(outbox=outbox, seller=seller), orders or [], kind, to, every, format)


def retry(
    now: Annotated[bool, typer.Option("--now", help="Also what is deferred and not yet due.")] = False,
    transport: Transport = None,
    rate: Rate = None,
    connections: Connections = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Send what waits in the ledger: queued messages, and deferred and scheduled ones whose time has come. Exit code 3 where
    anything of the seller account is deferred, failed or in doubt."""
    from franking.cli.settings import load_settings
    from franking.cli.upkeep import retry as try_again

    settings = load_settings(
        transport=transport, rate=rate, connections=connections, allow_plain=allow_plain, ca_file=ca_file, outbox=outbox,
        seller=seller,
    )  # fmt: skip
    raise typer.Exit(try_again(settings, now, format))


def cancel(
    orders: Annotated[list[str] | None, typer.Argument(help="Order IDs.", metavar="[ORDER]...")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only this kind.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Only this batch, as send names it.")] = None,
    scheduled: Annotated[bool, typer.Option("--scheduled", help="Only what is scheduled for a time to come.")] = False,
    every: Annotated[bool, typer.Option("--all", help="All that waits of the seller account.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be cancelled, change nothing.")] = False,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Cancel what waits: queued, scheduled and deferred messages. What is being sent, sent or in doubt stays so, and is told.
    A later send of the report may write to the buyers again. Exit code 1 where a named order has nothing to cancel."""
    from franking.cli.cancel import cancel_messages
    from franking.cli.settings import load_settings
    from franking.outbox import Choice

    settings = load_settings(outbox=outbox, seller=seller)
    choice = Choice(tuple(orders) if orders else None, kind, batch, scheduled)
    raise typer.Exit(cancel_messages(settings, choice, format, every=every, dry_run=dry_run))


def bounces(
    source: Annotated[str, typer.Argument(help="Maildir, mbox, .eml, folder, or imaps://user@host/FOLDER.", metavar="MAILBOX")],
    vouched: Annotated[
        bool,
        typer.Option("--vouched", help="Believe the marketplace's notices in this mailbox: only the marketplace writes to it."),
    ] = False,
    ca_file: CaFile = None,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Read bounces, complaints and the marketplace's notices: settle doubts, fail what came back, suppress dead addresses.

    What is not clear or not proven is listed and changes nothing. Exit code 3 where the marketplace refuses a kind or account.
    """
    from franking.cli.bounces import read_bounces
    from franking.cli.settings import load_settings

    settings = load_settings(outbox=outbox, seller=seller, ca_file=ca_file)
    raise typer.Exit(read_bounces(settings, source, format, vouched=vouched))


def erase(
    older_than: Annotated[str, typer.Option("--older-than", help="Age since the last change, such as 30d.")] = "30d",
    outbox: Outbox = None,
    seller: Seller = None,
) -> None:
    """Erase addresses and contents by age. Which orders were written to, and when, stays on record."""
    from franking.cli.settings import load_settings
    from franking.cli.upkeep import erase as erase_data

    erase_data(load_settings(outbox=outbox, seller=seller), older_than)


def worker(
    transport: Transport = None,
    outbox: Outbox = None,
    rate: Rate = None,
    connections: Connections = None,
    chunks: Annotated[int, typer.Option(help="Chunks of messages at once.", min=1, max=50)] = 2,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is left that is due.")] = False,
    metrics: Annotated[str | None, typer.Option(help="Serve Prometheus metrics on HOST:PORT.", metavar="HOST:PORT")] = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
) -> None:
    """Send what send queued in a PostgreSQL ledger, as one of any number of workers (extra: postgres)."""
    from franking.cli.settings import load_settings
    from franking.cli.worker import run_worker

    settings = load_settings(
        transport=transport, outbox=outbox, rate=rate, connections=connections, allow_plain=allow_plain, ca_file=ca_file
    )
    run_worker(settings, chunks, until_idle, metrics)
