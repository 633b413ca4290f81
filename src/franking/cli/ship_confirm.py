"""``franking ship-confirm``: the parcels of a file, printed; their feed written, or confirmed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from franking.batch.adjust import new_feeds
from franking.batch.feed_runs import CONFIRMING
from franking.batch.ship_confirm import Question, calls_of, documents_of, read_dispatches
from franking.cli.feeds import code_of, feed_json, known_code, known_json, print_feeds, print_known, write_documents
from franking.cli.terminal import TERMINAL, out, out_json, say
from franking.config.feeds import feed_run, known_feeds
from franking.config.settings import Settings
from franking.model.counted import counted
from franking.model.feeds import Feed


def confirm_dispatches(settings: Settings, question: Question, submit: bool, folder: Path, wait: float, format: str) -> int:
    """Read, and write or confirm; the exit code: 3 where something was not accepted."""
    run = feed_run(settings, TERMINAL, wait) if submit else None
    feeds = run.feeds if run is not None else known_feeds(settings)
    shown: list[Feed] = run.go_on(CONFIRMING) if run is not None else []
    found = read_dispatches(question, feeds, datetime.now(UTC))
    made = documents_of(found, settings.amazon_merchant_id)
    calls = calls_of(found, feeds)
    files: list[Path] = []
    if run is not None:
        shown += run.hand_in([*new_feeds(made), *calls])
    else:
        files = write_documents(folder, made)
    for warning in found.warnings:
        say(f"franking: warning: {warning}")
    if format == "json":
        parcels = [
            {
                "order": p.shipment.order_id,
                "marketplace": p.place.id,
                "carrier": p.shipment.carrier_code,
                "carrier_name": p.shipment.carrier_name or None,
                "tracking": p.shipment.tracking_number,
                "shipped": (p.shipment.at or p.shipment.day).isoformat(),
                "items": [{"item": number, "quantity": quantity} for number, quantity in p.shipment.items],
            }
            for p in found.parcels
        ]
        said: dict[str, Any] = {
            "schema": 1,
            "by": found.by,
            "why": found.why,
            "parcels": parcels,
            "warnings": found.warnings,
            "submitted_before": known_json(found.known),
            "files": [str(path) for path in files],
            "calls": [json.loads(call.document) for call in calls],
            "feeds": [feed_json(feeds, feed) for feed in shown] if feeds is not None else [],
        }
        out_json(said)
    else:
        out(f"{counted(len(found.parcels), 'parcel')}, by {found.why}")
        print_known(found.known)
        for path in files:
            out(f"written: {path}")
        if not submit and calls:
            out(f"--submit makes {counted(len(calls), 'call')}")
        if feeds is not None:
            print_feeds(feeds, shown)
    pending = code_of(feeds, shown) if feeds is not None else 0
    return pending or known_code(found.known)
