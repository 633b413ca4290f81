"""What is not supported, as JSON: a part of the answers of ``check --clients``, ``render`` and the preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from franking.mailbox.data import support_data
from franking.mailbox.notes import Use
from franking.mailbox.support import Lack

_MOST_PLACES = 20


def support_json(found: Sequence[Lack], place: Callable[[Use], dict[str, Any] | None]) -> dict[str, Any]:
    """``{"data", "package", "updated", "features": [{"feature", "title", "url", "clients": [{"client", "title", "support",
    "notes"}], "places": [...], "uses"}]}``. ``support`` is "no" or "partial". ``place`` returns a use's place; equal ones
    become one. ``uses`` counts them all."""
    data = support_data()
    by_slug: dict[str, list[Lack]] = {}
    for lack in found:
        by_slug.setdefault(lack.feature.slug, []).append(lack)
    features = []
    for slug, lacking in by_slug.items():
        uses = list({id(use): use for lack in lacking for use in lack.uses}.values())
        places: list[dict[str, Any]] = []
        for use in uses:
            at = place(use)
            if at is not None and at not in places and len(places) < _MOST_PLACES:
                places.append(at)
        clients = [
            {"client": k.client.name, "title": k.client.title, "support": k.support, "notes": list(k.notes)} for k in lacking
        ]
        features.append(
            {
                "feature": slug,
                "title": lacking[0].feature.title,
                "url": lacking[0].feature.url,
                "clients": clients,
                "places": places,
                "uses": len(uses),
            }
        )
    return {
        "data": "https://www.caniemail.com",
        "package": data.package,
        "updated": data.updated,
        "features": features,
    }
