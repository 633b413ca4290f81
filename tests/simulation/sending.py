"""``franking send`` within a story: a report of the story's orders, and what the summary must be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from franking.batch.job import Job
from franking.cli.send import send_batch
from franking.config.settings import Settings
from tests.brand import own_themes
from tests.simulation.account import Account
from tests.simulation.borders import text_of
from tests.simulation.world import START, Process, Violation

ROOT = Path(__file__).parents[2]
KIND = "order_confirmation"


def report(path: Path, orders: list[int]) -> Path:
    """A report of unshipped orders, as amazon.com gives it, bought the day before the story."""
    head, first = (ROOT / "docs/examples/amazon.com-unshipped.txt").read_text("utf-8").splitlines()[:2]
    names = head.split("\t")
    bought = datetime.fromtimestamp(START, UTC) - timedelta(days=1)
    lines = [head]
    for n in orders:
        row = dict(zip(names, first.split("\t"), strict=False))
        row |= {"order-id": f"302-1234567-{n:07d}", "buyer-email": f"b{n}@marketplace.amazon.com"}
        row |= dict.fromkeys(("purchase-date", "payments-date"), bought.isoformat(timespec="seconds"))
        row["promise-date"] = (bought + timedelta(days=7)).isoformat(timespec="seconds")
        lines.append("\t".join(row.get(name, "") for name in names))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def command(path: Path, **options: Any) -> Callable[[Settings], int]:
    """``franking send`` of a report."""
    job = Job(path, KIND, **options)

    def run(settings: Settings) -> int:
        settings = settings.changed(
            {"sender": "shop@example.com", "themes": Path(own_themes()), "templates": ROOT / "templates"}
        )
        return send_batch(settings, job, "json")

    return run


def check(account: Account, process: Process, orders: list[int]) -> None:
    """The summary of a ``send``: each order once, by what is true."""
    said = json.loads(text_of(process))
    parts = ("queued", "sent", "deferred", "failed", "ambiguous")
    orders = orders[: said["orders"]]  # --limit ends the reading
    total = sum(said["refused"].values()) + said["rejected"] + sum(said[part] for part in parts)
    if not total == said["orders"] == len(orders):
        raise Violation(f"{process.name}: {said['orders']} orders, and {total} of them accounted for")
    heard = account.heard(process)
    if said["sent"] != heard:
        raise Violation(f"{process.name} says {said['sent']} sent, and heard of {heard} that they were taken")
    if not account.quiet_since(process):
        return
    rows = account.rows()
    there = Counter(rows[n].state for n in orders if n in rows)
    there["ambiguous"] += there.pop("sending", 0)
    for state in ("deferred", "failed", "ambiguous", "queued"):
        missing = there[state] - said[state]
        if missing < 0 or missing > said["withheld"] + sum(said["refused"].values()):
            raise Violation(f"{process.name} says {said[state]} {state}, and of its orders the ledger has {there[state]}")
        if missing and state in ("failed", "ambiguous"):
            raise Violation(f"{process.name} says {said[state]} {state}, and of its orders the ledger has {there[state]}")
    elsewhere = Counter(row.state for n, row in rows.items() if n not in orders)["ambiguous"]
    undone = said["deferred"] + said["failed"] + said["ambiguous"] + said["queued"] - said["scheduled"] + elsewhere
    expected = 3 if undone or said["stopped"] else 1 if said["rejected"] else 0
    if process.code != expected:
        raise Violation(f"{process.name}: exit code {process.code}, and {expected} is true")
