"""``franking resolve``, ``retry`` and ``erase``: the ledger between batches."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Literal

import typer

from franking.cli.batch import known_ledger, retries
from franking.cli.settings import Settings
from franking.cli.summary import open_line
from franking.cli.terminal import out, out_json, progress, say
from franking.cli.transport import configured_transport, pace
from franking.cli.worker import hiring
from franking.dispatch import Dispatcher, Transport, recover
from franking.errors import FrankingError
from franking.model import State
from franking.outbox import Ledger


def _alone(ledger: Ledger) -> AbstractContextManager[object]:
    """No other process changes messages meanwhile; where workers share the ledger, each change guards itself."""
    return nullcontext() if ledger.shared else ledger.lock()


def resolve(settings: Settings, orders: Sequence[str], kind: str | None, to: str | None, every: bool, format: str) -> None:
    """List the ambiguous messages, or settle some by a person's word."""
    ledger = known_ledger(settings)
    upkeep = ledger.upkeep(settings.seller)
    if to is None:
        doubts = upkeep.doubts()
        if format == "json":
            rows = [{"order": d.order_id, "kind": d.kind, "message_id": d.message_id, "reply": d.reply,
                     "since": d.since.isoformat()} for d in doubts]  # fmt: skip
            out_json({"schema": 1, "ambiguous": rows})
            return
        for doubt in doubts:
            out(f"{doubt.order_id}  {doubt.kind}  {doubt.since:%Y-%m-%d %H:%M} UTC  {doubt.message_id}")
            out(f"    {doubt.reply}")
        advice = "; look for the Message-ID in the server's log, then --as sent, failed or queued"
        say(f"{len(doubts)} ambiguous{advice if doubts else ''}")
        return
    if not orders and not every:
        raise FrankingError("--as settles messages: name their orders, or say --all")
    for order in orders:
        if not re.fullmatch(r"\d{3}-\d{7}-\d{7}", order):
            raise FrankingError(f"order {order[:30]!r}: expected 3-7-7 digits")
    target: Literal["sent", "failed", "queued"] = "sent" if to == "sent" else "failed" if to == "failed" else "queued"
    with _alone(ledger):
        number = upkeep.resolve(orders, kind, target)
    say(f"{number} settled as {to}" + ("; franking retry sends them" if to == "queued" and number else ""))
    if orders and number < len(orders):
        raise typer.Exit(1)


def retry(settings: Settings, now: bool, format: str) -> int:
    """Send what is queued, and what is deferred and due; the exit code."""
    ledger = known_ledger(settings)
    stopped = ""
    if ledger.shared:
        withdrawn = ledger.withdraw(seller=settings.seller)
        tried, sent = ledger.reassign(settings.seller, hiring(settings), every=now), 0
    else:
        transport = configured_transport(settings)
        with ledger.lock():
            recover(ledger, transport)
            upkeep = ledger.upkeep(settings.seller)
            if now:
                upkeep.due_now()
            withdrawn = ledger.withdraw(seller=settings.seller)
            tried, _ = upkeep.waiting()
            sent, stopped = _sent(settings, ledger, transport, tried)
    after = ledger.standing(settings.seller)
    due = ledger.overview(settings.seller).next_due()
    if withdrawn:
        say(f"{withdrawn} will not be sent: their buyers opted out or their addresses bounced")
    if stopped:
        say(f"franking: stopped: {stopped}; run the same command again to go on")
    if format == "json":
        counted = {"queued": tried} if ledger.shared else {"tried": tried, "sent": sent, "queued": after.queued}
        out_json({"schema": 1, **counted, "scheduled": after.scheduled, "deferred": after.deferred, "failed": after.failed,
                  "ambiguous": after.in_doubt, "next_due": due.isoformat() if due is not None else None,
                  "stopped": stopped})  # fmt: skip
    else:
        later = f", the next due {due:%Y-%m-%d %H:%M} UTC" if due is not None else ""
        out(f"{tried} given to the workers{later}" if ledger.shared else f"{tried} tried, {sent} sent{later}")
        if still := open_line(after):
            out(f"of this seller account: {still}")
    undone = 0 if ledger.shared else after.queued
    return 3 if stopped or undone or after.unsettled else 0


def _sent(settings: Settings, ledger: Ledger, transport: Transport, number: int) -> tuple[int, str]:
    """Send what is due, so many messages: how many servers took, and why it stopped early, "" otherwise."""
    if not number:
        return 0, ""
    with progress("sending", number) as advance, ThreadPoolExecutor(1, "ledger") as executor:
        dispatcher = Dispatcher(
            ledger, transport, None, min(settings.connections, number), pace(settings, ledger, transport.url, executor),
            advance, retries(settings), settings.seller, executor=executor,
        )  # fmt: skip
        asyncio.run(dispatcher.run())
    return dispatcher.outcomes[State.SENT], dispatcher.stopped


def erase(settings: Settings, older_than: str) -> None:
    """Remove personal data by age and keep the proof of sending."""
    match = re.fullmatch(r"(\d{1,4})\s*(d|h)?", older_than.strip())
    if match is None:
        raise FrankingError(f"--older-than {older_than[:20]!r}: expected such as 30d or 12h")
    age = timedelta(hours=int(match[1])) if match[2] == "h" else timedelta(days=int(match[1]))
    ledger = known_ledger(settings)
    with _alone(ledger):
        number = ledger.upkeep(settings.seller).erase(age)
    say(f"personal data of {number} messages erased; which orders were written to stays on record")
