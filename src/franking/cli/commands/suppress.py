"""``franking suppress``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from franking.cli.plain_values import PlainCommand, group
from franking.cli.terminal import out, out_json, say

if TYPE_CHECKING:
    from franking.outbox import Suppressions

app = group(
    help="Manage addresses that get no messages: buyers who opted out, addresses that bounced permanently.",
)
Outbox = Annotated[str | None, typer.Option(help="Ledger URL.", show_default="sqlite:///franking.db")]
Seller = Annotated[str | None, typer.Option(help="Seller account.", show_default="default")]
Address = Annotated[str, typer.Argument(help="The buyer's address.", metavar="ADDRESS")]
TextOrJson = Annotated[Literal["text", "json"], typer.Option("--format", help="Output format.")]
Why = Annotated[Literal["opt-out", "bounce"], typer.Option("--reason", help="Why.")]


def _open(outbox: str | None, seller: str | None, *, make: bool = False) -> Suppressions:
    """The list; only adding to it makes a ledger."""
    from franking.config.ledgers import existing_ledger, no_ledger, open_ledger
    from franking.config.settings import init_hint, load_settings

    settings = load_settings(outbox=outbox, seller=seller)
    chosen = "outbox" in settings.given or not init_hint(settings)
    ledger = existing_ledger(settings) or (open_ledger(settings) if make and chosen else None)
    if ledger is None:
        raise no_ledger(settings, "franking send or suppress add makes it")
    return ledger.suppressions(settings.seller)


@app.command(cls=PlainCommand)
def add(address: Address, reason: Why = "opt-out", outbox: Outbox = None, seller: Seller = None) -> None:
    """Never send to an address again. The ledger keeps a digest of it, not the address."""
    from franking.batch.suppress import one_address

    new = _open(outbox, seller, make=True).add([one_address(address)], reason)
    say("suppressed" if new else "already suppressed")


@app.command(cls=PlainCommand)
def remove(address: Address, outbox: Outbox = None, seller: Seller = None) -> None:
    """Permit messages to an address again, because the buyer asked for it. Exit code 1 where it is not on the list."""
    from franking.batch.suppress import one_address

    if not _open(outbox, seller).remove(one_address(address)):
        say("not on the list")
        raise typer.Exit(1)
    say("removed")


@app.command("list", cls=PlainCommand)
def list_entries(outbox: Outbox = None, seller: Seller = None, format: TextOrJson = "text") -> None:
    """List digests, reasons and dates."""
    entries = _open(outbox, seller).entries()
    if format == "json":
        rows = [{"digest": e.digest, "reason": e.reason, "since": f"{e.since.isoformat()}Z"} for e in entries]
        out_json({"schema": 1, "suppressed": rows})
        return
    for entry in entries:
        out(f"{entry.digest[:16]}  {entry.reason:<8}  {entry.since:%Y-%m-%d %H:%M} UTC")
    say(f"{len(entries)} suppressed")


@app.command("import", cls=PlainCommand)
def import_file(
    file: Annotated[Path, typer.Argument(help="One address a line; - for stdin.", metavar="FILE")],
    reason: Why = "opt-out",
    outbox: Outbox = None,
    seller: Seller = None,
) -> None:
    """Suppress every address of a file. Nothing is stored where a line holds none."""
    from franking.batch.suppress import read_addresses

    addresses = read_addresses(file)
    new = _open(outbox, seller, make=True).add(addresses, reason)
    say(f"{len(addresses)} addresses read, {new} newly suppressed")
