"""``franking resolve``, ``retry`` and ``erase``: the ledger between batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import typer

from franking.batch import resolve as use
from franking.batch.retry import retry as retry_here
from franking.batch.retry import retry_by_workers
from franking.cli.open_line import open_line
from franking.cli.terminal import TERMINAL, out, out_json, say
from franking.config.ledgers import known_ledger
from franking.config.settings import Settings
from franking.config.transport import sending
from franking.config.workers import hiring
from franking.model.counted import counted
from franking.outbox import ACCOUNT


def resolve(settings: Settings, orders: Sequence[str], kind: str | None, to: str | None, every: bool, format: str) -> None:
    """List the ambiguous messages, or settle some of them."""
    ledger = known_ledger(settings)
    if to is None:
        doubts = ledger.upkeep(settings.seller).doubts()
        if format == "json":
            rows = [
                {
                    "order": d.order_id,
                    "kind": d.kind,
                    "message_id": d.message_id,
                    "reply": d.reply,
                    "since": d.since.isoformat(),
                }
                for d in doubts
            ]
            out_json({"schema": 1, "ambiguous": rows})
            return
        for doubt in doubts:
            out(f"{doubt.order_id}  {doubt.kind}  {doubt.since:%Y-%m-%d %H:%M} UTC  {doubt.message_id}")
            out(f"    {doubt.reply}")
        advice = "; look for the Message-ID in the server's log, then --as sent, failed or queued"
        say(f"{len(doubts)} ambiguous{advice if doubts else ''}")
        return
    target: Literal["sent", "failed", "queued"] = "sent" if to == "sent" else "failed" if to == "failed" else "queued"
    number = use.resolve(ledger, settings.seller, orders, kind, target, every=every)
    if format == "json":
        out_json({"schema": 1, "as": to, "settled": number})
    say(f"{number} settled as {to}" + ("; franking retry sends them" if to == "queued" and number else ""))
    if orders and number < len(orders):
        raise typer.Exit(1)


def retry(settings: Settings, now: bool, format: str) -> int:
    """Send queued messages, and deferred ones that are due. Returns the exit code."""
    ledger = known_ledger(settings)
    if ledger.shared:
        result = retry_by_workers(ledger, settings.seller, hiring(settings), now=now)
    else:
        result = retry_here(ledger, settings.seller, sending(settings), TERMINAL, now=now)
    after, due, tried, sent = result.standing, result.next_due, result.tried, result.sent
    if result.withdrawn:
        say(f"{result.withdrawn} will not be sent: their buyers opted out or their addresses bounced")
    for slug, number in result.taken_back.items():
        say(f"{number} cancelled: {slug} (franking explain {slug})")
    if result.stopped:
        say(f"franking: stopped: {result.stopped}; run the same command again to continue")
    if format == "json":
        counted = {"queued": tried} if ledger.shared else {"tried": tried, "sent": sent, "queued": after.queued}
        out_json(
            {
                "schema": 1,
                **counted,
                "scheduled": after.scheduled,
                "deferred": after.deferred,
                "failed": after.failed,
                "ambiguous": after.in_doubt,
                "taken_back": dict(result.taken_back),
                "next_due": due.isoformat() if due is not None else None,
                "stopped": result.stopped,
            }
        )
    else:
        later = f", the next due {due:%Y-%m-%d %H:%M} UTC" if due is not None else ""
        out(f"{tried} given to the workers{later}" if ledger.shared else f"{tried} tried, {sent} sent{later}")
        if still := open_line(after):
            out(f"of this seller account: {still}")
    stops = ledger.stopped(settings.seller)
    for stop in stops:
        say(f"franking: {stop}; {stop.lifted_by} lifts it")
    return 0 if result.done and not stops else 3


def resume(settings: Settings, kind: str | None, account: bool, format: str = "text") -> int:
    """Lift a stop, or list the stops. Returns the exit code: 1 if there was no stop to lift."""
    ledger = known_ledger(settings)
    if kind is None and not account:
        stops = ledger.stopped(settings.seller)
        if format == "json":
            out_json({"schema": 1, "stops": [stop.as_json() for stop in stops]})
            return 0
        for stop in stops:
            out(f"{stop}; {stop.lifted_by} lifts it")
        say(f"{len(stops)} stopped")
        return 0
    lifted = ledger.stops(settings.seller).lift(kind if kind is not None else ACCOUNT)
    if format == "json":
        out_json({"schema": 1, "lifted": int(lifted)})
    again = "franking retry --now" if ledger.shared else "franking retry"
    say(f"lifted; {again} sends what waits" if lifted else "nothing like that is stopped")
    return 0 if lifted else 1


def erase(settings: Settings, older_than: str, format: str = "text") -> None:
    """Remove old personal data; the record of sending stays."""
    age = use.age(older_than)
    number = use.erase(known_ledger(settings), settings.seller, age)
    if format == "json":
        out_json({"schema": 1, "erased": number})
    say(f"personal data of {counted(number, 'message')} erased; which orders were written to stays on record")
