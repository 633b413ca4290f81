"""``franking adjust``: what is done about each order, printed; the documents, written or submitted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from franking.batch.adjust import Chosen, Decisions, Question, decide, documents_of, new_feeds
from franking.batch.feed_runs import ADJUSTING
from franking.cli.feeds import code_of, feed_json, known_code, known_json, print_feeds, print_known, write_documents
from franking.cli.terminal import TERMINAL, out, out_json
from franking.config.feeds import feed_run, known_feeds
from franking.config.settings import Settings
from franking.errors import InputError
from franking.feeds import Acknowledgement
from franking.feeds.documents import amount
from franking.model.feeds import Feed
from franking.outbox import Feeds


def parsed_items(given: Sequence[str]) -> dict[str, int]:
    """``--item`` as numbers with quantities: ``61200450098821`` or ``61200450098821=2``. Raises ``InputError``."""
    found: dict[str, int] = {}
    for text in given:
        number, _, quantity = text.partition("=")
        whole = all(part.isascii() and part.isdigit() for part in (number, quantity or "1"))
        if not whole or len(quantity) > 9 or (quantity and int(quantity) == 0) or number in found:
            raise InputError(f"--item {text[:40]!r}: expected an order-item-id, once, or with a quantity: 61200450098821=2")
        found[number] = int(quantity or 0)
    return found


def adjust_orders(settings: Settings, question: Question, submit: bool, folder: Path, wait: float, format: str) -> int:
    """Choose, and write or submit; the exit code: 3 where something was not accepted, 1 where an order is refused."""
    run = feed_run(settings, TERMINAL, wait) if submit else None
    feeds = run.feeds if run is not None else known_feeds(settings)
    shown: list[Feed] = run.go_on(ADJUSTING) if run is not None else []
    found = decide(question, feeds, TERMINAL)
    made = documents_of(found.chosen, question.form, settings.amazon_merchant_id)
    files: list[Path] = []
    if run is not None:
        shown += run.hand_in(new_feeds(made))
    else:
        files = write_documents(folder, made)
    if format == "json":
        out_json(_json(found, feeds, shown, files))
    else:
        _print(found, feeds, shown, files)
    pending = code_of(feeds, shown) if feeds is not None else 0
    return pending or known_code(found.known) or (1 if found.refused else 0)


def _json(found: Decisions, feeds: Feeds | None, shown: Sequence[Feed], files: Sequence[Path]) -> dict[str, Any]:
    return {
        "schema": 1,
        "orders": [_chosen(entry) for entry in found.chosen],
        "refused": [{"order": r.order_id, "rule": r.slug, "message": r.message, "needed": r.needed} for r in found.refused],
        "submitted_before": known_json(found.known),
        "files": [str(path) for path in files],
        "feeds": [feed_json(feeds, feed) for feed in shown] if feeds is not None else [],
    }


def _chosen(entry: Chosen) -> dict[str, Any]:
    action, order = entry.choice.action, entry.order
    said: dict[str, Any] = {
        "order": order.id,
        "marketplace": order.marketplace.id,
        "state": str(order.state),
        "action": entry.choice.what,
        "reason": action.reason,
        "why": list(entry.choice.why),
    }
    if isinstance(action, Acknowledgement):
        return said | {"items": [{"item": number, "quantity": quantity} for number, quantity in action.items]}
    return said | {
        "currency": action.currency,
        "items": [
            {
                "item": item.number,
                "quantity": item.quantity,
                "amounts": {name: amount(value) for name, value in item.components},
            }
            for item in action.items
        ],
    }


def _print(found: Decisions, feeds: Feeds | None, shown: Sequence[Feed], files: Sequence[Path]) -> None:
    for entry in found.chosen:
        out(f"{entry.order.id}: {entry.choice.what}, {entry.choice.action.reason}")
        for why in entry.choice.why:
            out(f"  {why}")
    for refused in found.refused:
        out(f"{refused.order_id}: not adjusted ({refused.slug}): {refused.message}. Needed: {refused.needed}.")
    print_known(found.known)
    for path in files:
        out(f"written: {path}")
    if feeds is not None:
        print_feeds(feeds, shown)
