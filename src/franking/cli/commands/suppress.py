"""``franking suppress``."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from franking.cli.options import Outbox, Seller, TextOrJson
from franking.cli.plain_values import PlainCommand, group
from franking.cli.terminal import out, out_json, say
from franking.model.counted import counted

if TYPE_CHECKING:
    from franking.outbox import Suppressions

app = group(
    help="Manage addresses that get no messages: buyers who opted out, addresses that bounced permanently.",
)
Address = Annotated[str, typer.Argument(help="The buyer's address.", metavar="ADDRESS")]
Why = Annotated[Literal["opt-out", "bounce"], typer.Option("--reason", help="The reason, for the list.")]


def _open(outbox: str | None, seller: str | None, *, make: bool = False) -> Suppressions:
    from franking.config.ledgers import suppressions
    from franking.config.settings import load_settings

    return suppressions(load_settings(outbox=outbox, seller=seller), create=make)


@app.command(cls=PlainCommand)
def add(
    address: Address, reason: Why = "opt-out", outbox: Outbox = None, seller: Seller = None, format: TextOrJson = "text"
) -> None:
    """Never send to an address again. The ledger keeps a digest of it, not the address."""
    from franking.batch.suppress import one_address

    new = _open(outbox, seller, make=True).add([one_address(address)], reason)
    if format == "json":
        out_json({"schema": 1, "read": 1, "added": new})
    say("suppressed" if new else "already suppressed")


@app.command(cls=PlainCommand)
def remove(address: Address, outbox: Outbox = None, seller: Seller = None, format: TextOrJson = "text") -> None:
    """Permit messages to an address again, because the buyer asked for it. Exit code 1 if it is not on the list."""
    from franking.batch.suppress import one_address

    removed = _open(outbox, seller).remove(one_address(address))
    if format == "json":
        out_json({"schema": 1, "removed": int(removed)})
    say("removed" if removed else "not on the list")
    if not removed:
        raise typer.Exit(1)


@app.command("list", cls=PlainCommand)
def list_entries(outbox: Outbox = None, seller: Seller = None, format: TextOrJson = "text") -> None:
    """List digests, reasons and dates."""
    entries = _open(outbox, seller).entries()
    if format == "json":
        rows = [{"digest": e.digest, "reason": e.reason, "since": e.since.replace(tzinfo=UTC).isoformat()} for e in entries]
        out_json({"schema": 1, "suppressed": rows})
        return
    for entry in entries:
        out(f"{entry.digest[:16]}  {entry.reason:<8}  {entry.since:%Y-%m-%d %H:%M} UTC")
    say(f"{len(entries)} suppressed")


@app.command("import", cls=PlainCommand)
def import_file(
    file: Annotated[Path, typer.Argument(help="One address per line; - for stdin.", metavar="FILE")],
    reason: Why = "opt-out",
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Suppress every address of a file. Stores nothing if a line has no address."""
    from franking.batch.suppress import read_addresses

    addresses = read_addresses(file)
    new = _open(outbox, seller, make=True).add(addresses, reason)
    if format == "json":
        out_json({"schema": 1, "read": len(addresses), "added": new})
    say(f"{counted(len(addresses), 'address', 'addresses')} read, {new} newly suppressed")
