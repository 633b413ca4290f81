"""Proofs from the cache on disk: the same messages as without it, never a proof of something else, and no buyer's data."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline, Rejected
from franking.catalog import Catalog, sample_order
from franking.files.disk_cache import DiskCache
from franking.model import Franked, Order, OrderItem
from franking.policy import Policy, Threshold, load
from tests.unit.shapes import HOSTILE

ROOT = Path(__file__).parents[2]
NAMES = "Quirin Oberhuber|Zoe Kraemer|Milo Vanterpool|Bjarne Ostergaard|Ines Quevedo|Tamsin Okonkwo".split("|")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("franking.files.disk_cache._chosen", [])
    monkeypatch.setenv("FRANKING_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def pipeline(shop: Path, policy: Policy | None = None, kind: str = "order_confirmation") -> Pipeline:
    """What a new process makes messages with."""
    catalog = Catalog(shop / "templates", shop / "themes")
    return Pipeline(catalog, catalog.kind(kind), catalog.theme("brand"), policy or load())


def orders(kind: Pipeline, language: str = "en") -> list[Order]:
    """Orders of six buyers with one or two items."""
    order = sample_order(kind.kind.samples[0], locale_marketplace(language), kind.kind)
    return [
        dataclasses.replace(
            order, id=f"302-{number:07d}-7654321", buyer_name=name, recipient_name=name, ship_city="Wolkenkuckucksheim",
            buyer_email=f"b{number}x@marketplace.amazon.de",
            items=tuple(OrderItem(f"SKU-{i}", f"Lamp number {i}", 1, None, "") for i in range(1 + number % 2)),
        )
        for number, name in enumerate(NAMES)
    ]  # fmt: skip


def seen(made: Franked | Rejected) -> object:
    """All that is said of a message, and the message."""
    if isinstance(made, Rejected):
        return made.findings
    draft = dataclasses.replace(made.inlined.draft, html="")
    assert made.judged is not None
    return made.inlined.html, made.inlined.text, made.warnings, made.policy, draft


def warm(shop: Path) -> None:
    """Make what the cache holds for the shop as it is."""
    made = pipeline(shop)
    for order in orders(made):
        made.franked(order)


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("proofs-*"))


@pytest.mark.parametrize(("kind", "language"), [("order_confirmation", "ar"), ("shipping_confirmation", "ja"), ("reply", "en")])
def test_messages_are_the_same_with_a_warm_cache(shop: Path, cached: Path, monkeypatch: pytest.MonkeyPatch, kind: str, language: str) -> None:  # fmt: skip
    first = pipeline(shop, kind=kind)
    batch = orders(first, language)
    cold = [seen(first.franked(order)) for order in batch]
    second = pipeline(shop, kind=kind)
    odd = random.Random(kind + language)
    hostile = [dataclasses.replace(order, buyer_name=odd.choice(HOSTILE), ship_city=odd.choice(HOSTILE)) for order in batch * 2]
    again = [seen(second.franked(order)) for order in batch]
    assert second.stats.fast == len(batch)
    assert second.stats.slow == {}
    made = [seen(second.franked(order)) for order in hostile]
    monkeypatch.setenv("FRANKING_CACHE", "off")
    third = pipeline(shop, kind=kind)
    assert again == cold == [seen(third.whole(order)) for order in batch]
    assert made == [seen(third.whole(order)) for order in hostile]


def test_evidence_is_the_same_from_a_stored_proof(shop: Path, cached: Path) -> None:
    first = pipeline(shop)
    batch = orders(first)
    facts = [first.facts(made) for order in batch if isinstance(made := first.franked(order), Franked)]
    second = pipeline(shop)
    again = [second.facts(made) for order in batch if isinstance(made := second.franked(order), Franked)]
    assert again[-2:] == facts[-2:]  # both by the proofs of their shapes
    assert again[0] == facts[4]


def changed(path: str, before: str, after: str) -> Callable[[Path], None]:
    def change(shop: Path) -> None:
        text = (shop / path).read_text("utf-8")
        assert before in text, path
        (shop / path).write_text(text.replace(before, after, 1), "utf-8")

    return change


def other_asset(shop: Path) -> None:
    logo = shop / "themes/brand/assets/logo.png"
    theme = shop / "themes/brand/theme.toml"
    theme.write_text(re.sub(r'sha256 = "[0-9a-f]{64}"', "", theme.read_text("utf-8")), "utf-8")
    from hashlib import sha256

    before = sha256(logo.read_bytes()).hexdigest()
    logo.write_bytes(logo.read_bytes() + b"\0")
    theme.write_text((ROOT / "themes/brand/theme.toml").read_text("utf-8").replace(before, sha256(logo.read_bytes()).hexdigest()), "utf-8")  # fmt: skip


CHANGES: dict[str, Callable[[Path], None]] = {
    "template": changed("templates/order_confirmation/message.html.j2", "{% endblock", "<p>Call us: +49 30 901820</p>{% endblock"),
    "subject": changed("templates/order_confirmation/subject.txt.j2", "{{", "20 % off your next order {{"),
    "macro of an include": changed("templates/_parts/order.html.j2", "{% macro greeting", "{# other #}{% macro greeting"),
    "layout": changed("themes/brand/layout.html.j2", "</body>", "<p>Visit www.northwind.com</p></body>"),
    "style sheet": changed("themes/brand/theme.css", ".main", "h1 { font-size: 90px; }\n.main"),
    "brand": changed("themes/brand/theme.toml", "Fjord & Pine", "Fjord & Birch"),
    "vocabulary": changed("themes/brand/theme.toml", '"Fjord"', '"Fjordd"'),
    "asset": other_asset,
    "kind": changed("templates/order_confirmation/kind.toml", "purpose = \"", "purpose = \"other: "),
}  # fmt: skip
SAME_MARKUP = {"macro of an include"}  # what they make is the same, and so is the proof


@pytest.mark.parametrize("what", CHANGES)
def test_a_proof_of_something_else_is_not_used(shop: Path, cached: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    warm(shop)
    known = entries(cached)
    assert known
    CHANGES[what](shop)
    made = pipeline(shop)
    batch = orders(made)
    found = [seen(made.franked(order)) for order in batch[:3]]
    assert (made.stats.slow["the first message of its shape"] > 0) == (what not in SAME_MARKUP)
    monkeypatch.setenv("FRANKING_CACHE", "off")
    fresh = pipeline(shop)
    assert found == [seen(fresh.whole(order)) for order in batch[:3]]


def test_a_translation_has_a_proof_of_its_own(shop: Path, cached: Path) -> None:
    first = pipeline(shop)
    for order in orders(first, "ar"):
        first.franked(order)
    changed("templates/locales/ar.po", 'msgid "Item"\nmsgstr "', 'msgid "Item"\nmsgstr "ال')(shop)
    made = pipeline(shop)
    made.franked(orders(made, "ar")[0])
    assert made.stats.fast == 0


def test_another_policy_has_proofs_of_its_own(shop: Path, cached: Path) -> None:
    warm(shop)
    policy = load()
    name = sorted(policy.thresholds)[0]
    known = policy.thresholds[name]
    other = dataclasses.replace(policy, thresholds={**policy.thresholds, name: Threshold(known.value + 1, known.source, known.effective)})  # fmt: skip
    made = pipeline(shop, other)
    made.franked(orders(made)[0])
    assert made.stats.fast == 0
    made = pipeline(shop)
    made.franked(orders(made)[0])
    assert made.stats.fast == 1


def test_a_change_of_the_program_is_another_program(tmp_path: Path) -> None:
    copy = tmp_path / "src" / "franking"
    shutil.copytree(ROOT / "src/franking", copy, ignore=shutil.ignore_patterns("__pycache__"))

    def program(path: str = "") -> str:
        code = "from franking.package.identity import program; print(program())"
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path / "src"), path]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    first = program()
    assert program() == first
    rule = copy / "check/rules/emoji.py"
    rule.write_text(rule.read_text("utf-8") + "\n# other\n", "utf-8")
    second = program()
    assert second != first
    (copy / "check/rules/words.json").write_text("{}", "utf-8")
    assert program() not in (first, second)
    packages = tmp_path / "site-packages"
    (packages / "turbohtml-99.dist-info").mkdir(parents=True)
    third = program()
    assert program(str(packages)) != third


def test_no_entry_holds_data_of_an_order(shop: Path, cached: Path) -> None:
    for kind in ("order_confirmation", "reply"):
        made = pipeline(shop, kind=kind)
        for order in orders(made):
            made.franked(order)
    assert len(entries(cached)) >= 3
    written = b"".join(path.read_bytes() for path in cached.iterdir()).decode("utf-8", "replace")
    for order in orders(pipeline(shop)):
        for text in (
            order.id,
            order.buyer_name,
            order.buyer_name.split()[1],
            order.buyer_email,
            order.ship_city,
            "Lamp number",
        ):
            assert text not in written, text
    assert {path.stat().st_mode & 0o777 for path in cached.iterdir()} == {0o600}
    assert cached.stat().st_mode & 0o777 == 0o700


def test_a_proof_that_would_hold_a_text_of_its_order_is_not_kept(shop: Path, cached: Path) -> None:
    changed("templates/order_confirmation/message.html.j2", "{% endblock", "<p>Packed by Tamsin.</p>{% endblock")(shop)
    made = pipeline(shop)
    batch = [dataclasses.replace(order, buyer_name="Tamsin Okonkwo") for order in orders(made)]
    for order in batch:
        made.franked(order)
    assert made.stats.fast > 0
    assert not entries(cached)


def test_a_shape_that_occurs_once_a_day_is_proven_by_the_second_process(shop: Path, cached: Path) -> None:
    found = []
    for _ in range(3):
        made = pipeline(shop)
        batch = orders(made)[:2]  # of one shape each
        found.append([seen(made.franked(order)) for order in batch])
        assert made.stats.fast == (len(batch) if len(found) > 1 else 0)
        assert bool(entries(cached)) == (len(found) > 1)
        assert made.stats.shapes == (2 if len(found) == 2 else 0)
    assert found[0] == found[1] == found[2]
    notes = [path for path in cached.iterdir() if path.name.startswith("met-")]
    assert {path.name[4:] for path in notes} == {path.name[7:] for path in entries(cached)}
    assert len({DiskCache(cached).read(path.name, 1) for path in notes}) == 1


@pytest.mark.parametrize("damage", ["other", "empty", "open to others"])
def test_a_note_that_cannot_be_used_counts_as_none(shop: Path, cached: Path, damage: str) -> None:
    first = pipeline(shop)
    first.franked(orders(first)[0])
    (note,) = (path for path in cached.iterdir() if path.name.startswith("met-"))
    if damage == "open to others":
        note.chmod(0o666)
    else:
        note.write_bytes(b"" if damage == "empty" else note.read_bytes()[:-1] + b"2")
    made = pipeline(shop)
    made.franked(orders(made)[0])
    assert made.stats.slow == {"the first message of its shape": 1}
    made = pipeline(shop)
    made.franked(orders(made)[0])
    assert made.stats.fast == 1


def test_a_proof_that_cannot_be_kept_is_not_made_with_the_first_message_again(shop: Path, cached: Path) -> None:
    changed("templates/order_confirmation/message.html.j2", "{% endblock", "<p>Packed by Tamsin.</p>{% endblock")(shop)
    fast = []
    for _ in range(4):
        made = pipeline(shop)
        made.franked(dataclasses.replace(orders(made)[0], buyer_name="Tamsin Okonkwo"))
        fast.append(made.stats.fast)
    assert fast == [0, 1, 0, 0]
    assert not entries(cached)


def spoiled(content: bytes, number: int) -> bytes:
    """An entry with one part of another type, out of bounds, or missing; it has a right checksum."""
    odd = random.Random(number)
    whole: Any = json.loads(content)
    part: Any = whole
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        key = odd.choice(keys)
        inner = part[key]
        if not isinstance(inner, dict | list) or not inner or odd.random() < 0.1:
            break
        part = inner
    values: tuple[object, ...] = (None, -1, 10**9, "⸨0⸩", 0.5, True, [], {}, [[0]])
    other = [value for value in values if type(value) is not type(part[key])]
    if isinstance(part, dict) and odd.random() < 0.3:
        del part[key]
    else:
        part[key] = odd.choice(other)
    return json.dumps(whole, ensure_ascii=False).encode()


def test_an_entry_that_does_not_fit_is_made_again_or_harmless(shop: Path, cached: Path) -> None:
    warm(shop)
    originals = {path: path.read_bytes() for path in entries(cached)}
    expected = [seen(pipeline(shop).whole(order)) for order in orders(pipeline(shop))[:2]]
    unused = 0
    for number in range(9):
        for path in originals:
            path.write_bytes(originals[path])
            content = DiskCache(cached).read(path.name, 1 << 22)
            assert content is not None
            DiskCache(cached).write(path.name, spoiled(content, number))
        made = pipeline(shop)
        found = [made.franked(order) for order in orders(made)[:2]]
        unused += 2 - made.stats.fast
        for one, right in zip(found, expected, strict=True):
            assert isinstance(one, Franked)
            assert seen(one) == right
    assert unused > 8


@pytest.mark.parametrize("part", ["pattern", "prose", "languages", "part", "lines"])
def test_a_place_with_a_part_of_another_type_is_not_used(shop: Path, cached: Path, part: str) -> None:
    warm(shop)
    for path in entries(cached):
        content = DiskCache(cached).read(path.name, 1 << 22)
        assert content is not None
        whole = json.loads(content)
        for proof in whole["proofs"]:
            for place in proof[1]["places"]:
                place[part] = {
                    "pattern": [[0.5], []],
                    "prose": [[0.5], []],
                    "languages": [0.5],
                    "part": "body",
                    "lines": [1, [[0, 1]]],
                }[part]
        DiskCache(cached).write(path.name, json.dumps(whole).encode())
    made = pipeline(shop)
    assert isinstance(made.franked(orders(made)[0]), Franked)
    assert made.stats.slow == {"the first message of its shape": 1}
