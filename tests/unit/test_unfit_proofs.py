"""Entries of the cache on disk that cannot be used, and shapes that have none."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from franking.files.disk_cache import DiskCache
from franking.model import Franked
from franking.shape_cache.stored_proofs import StoredProofs
from tests.unit.test_stored_proofs import NAMES, ROOT, cached, changed, entries, orders, pipeline, seen, shop, warm

__all__ = ["cached", "shop"]  # fixtures


def damaged(change: Callable[[Any], object]) -> Callable[[Any], None]:
    """The same change to every place of every proof."""

    def each(whole: Any) -> None:
        for _, proof in whole["proofs"]:
            for place in proof["places"]:
                change(place)

    return each


def text_part(change: Callable[[Any], object]) -> Callable[[Any], None]:
    return damaged(lambda place: change(place["lines"]) if place["part"] == "text" else None)


UNFIT: dict[str, Callable[[Any], object]] = {
    "slots of another message": lambda whole: whole["slots"].pop(),
    "a text too many": lambda whole: whole["html"][0].append("t"),
    "a slot that is none": lambda whole: whole["html"][1][0].__setitem__(0, 10**6),
    "a URL in a slot that is none": lambda whole: whole["urls"].append(10**6),
    "no proof": lambda whole: whole["proofs"].clear(),
    "extents of another shape": lambda whole: whole["proofs"][0][0].append(4.0),
    "a place of another part": damaged(lambda place: place.update(part="body")),
    "a value that is none": damaged(lambda place: place.update(alone=10**6)),
    "a line too many": text_part(lambda lines: lines.__setitem__(0, lines[0] + 1)),
    "a line behind the last": text_part(lambda lines: lines[1].append([10**6, False])),
    "a line twice": text_part(lambda lines: lines[1].insert(0, lines[1][0])),
    "lines that nobody looks at": text_part(lambda lines: lines[1].clear()),
    "a quiet line with a value": text_part(lambda lines: lines.__setitem__(1, [[at, True] for at, _ in lines[1]])),
    "a rule that found something": lambda whole: whole["proofs"][0][1]["judged"]["rules"][0].__setitem__(1, "warned"),
    "a limit that is no number": lambda whole: whole["proofs"][0][1]["judged"]["rules"][0].__setitem__(5, "0.8"),
}


def test_an_unfit_entry_is_not_used(shop: Path, cached: Path) -> None:
    warm(shop)
    written = {path.name: DiskCache(cached).read(path.name, 1 << 22) or b"" for path in entries(cached)}
    for what, change in UNFIT.items():
        for name, content in written.items():
            whole = json.loads(content)
            change(whole)
            DiskCache(cached).write(name, json.dumps(whole).encode())
        made = pipeline(shop)
        assert isinstance(made.franked(orders(made)[0]), Franked)
        assert made.stats.slow == {"the first message of its shape": 1}, what


def test_of_quiet_lines_in_a_row_one_is_stored(shop: Path, cached: Path) -> None:
    changed("templates/order_confirmation/message.html.j2", "{% endblock", "<p>…<br>…</p>{% endblock")(shop)
    warm(shop)
    made = pipeline(shop)
    for order in orders(made):
        assert seen(made.franked(order)) == seen(made.whole(order))
    assert made.stats.fast == len(NAMES)


def test_what_is_not_stored(shop: Path, cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city called like a word of the message; a shape without a proof; an entry that is too large."""
    made = pipeline(shop)
    for order in orders(made):
        made.franked(dataclasses.replace(order, ship_city="order"))
    assert made.stats.fast > 0
    changed("templates/order_confirmation/message.html.j2", "{% endblock", '<p dir="auto">{{ buyer_name }}</p>{% endblock')(
        shop
    )
    warm(shop)
    shutil.copytree(ROOT / "templates", shop / "templates", dirs_exist_ok=True)
    monkeypatch.setattr("franking.shape_cache.stored_proofs._LIMIT", 100)
    warm(shop)
    assert not entries(cached)


@pytest.mark.parametrize("what", ["subject", "kind"])
def test_what_cannot_be_described_has_no_entries(shop: Path, cached: Path, what: str) -> None:
    made = pipeline(shop)
    kind: Any = made.kind
    if what == "subject":
        (shop / "templates/order_confirmation/subject.txt.j2").unlink()
    else:
        kind = dataclasses.replace(kind, title=object())
    stored = StoredProofs(DiskCache(cached), kind, made.theme, made.policy)
    assert stored.entry(["key"]) == ""
    assert not stored.met("")
