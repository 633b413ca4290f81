"""``franking fetch``: what it fetched, or would."""

from __future__ import annotations

from pathlib import Path

from franking.batch.fetch_wish import WAYS, Wish
from franking.cli.terminal import TERMINAL, out, out_json, say
from franking.config.fetching import fetch_orders, outline
from franking.config.settings import Settings
from franking.model.counted import counted


def show_fetch(settings: Settings, wish: Wish, file: Path | None, format: str) -> None:
    """Fetch, and print what came."""
    found = fetch_orders(settings, wish, TERMINAL, file)
    for problem in found.problems:
        say(f"franking: {found.file}: {problem}")
    if format == "json":
        out_json(
            {
                "schema": 1,
                "file": str(found.file),
                "source": WAYS[found.way],
                "report": wish.report or None,
                "why": found.why.removesuffix("; ") or None,
                "marketplaces": [place.name for place in wish.places],
                "since": found.since.isoformat(),
                "until": found.until.isoformat(),
                "orders": found.orders,
                "unreadable": found.unreadable,
                "begun": found.begun.isoformat() if found.begun is not None else None,
            }
        )
        return
    out(f"{found.file}: {counted(found.orders, 'order')}, {WAYS[found.way]}{f', {wish.report}' if wish.report else ''}")
    out(f"{', '.join(place.name for place in wish.places)}, from {found.since.isoformat()} to {found.until.isoformat()}")
    if found.unreadable:
        out(f"{counted(found.unreadable, 'order')} cannot be read; franking plan names each")


def show_outline(settings: Settings, wish: Wish, format: str) -> None:
    """Print what a fetch would ask for."""
    would = outline(settings, wish, TERMINAL)
    if format == "json":
        out_json(
            {
                "schema": 1,
                "dry_run": True,
                "report": wish.report or None,
                "marketplaces": [place.name for place in wish.places],
                "since": would.since.isoformat(),
                "until": would.until.isoformat(),
                "begun": would.begun.isoformat() if would.begun is not None else None,
                "pages": would.pages,
            }
        )
        return
    what = f"a report {wish.report}" if wish.report else "orders updated"
    out(f"would ask for {what} from {would.since.isoformat()} to {would.until.isoformat()}")
    out(f"marketplaces: {', '.join(place.name for place in wish.places)}")
    if would.begun is not None:
        out(f"would continue the fetch that began at {would.begun.isoformat()}: {counted(would.pages, 'page')} received")
