"""What the tests of the shape cache share: hostile values, trial templates, and the comparison of both ways."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from hypothesis import strategies as st

from franking.batch.locales import locale_marketplace, preferred_locale
from franking.batch.pipeline import Pipeline, Rejected
from franking.catalog import Catalog, sample_order
from franking.mail import Mailbox, Sender, build_message
from franking.model import Franked, Order, OrderItem
from franking.policy import load
from franking.shape_cache.recordings import Start
from franking.shape_cache.shapes import Shapes

SENDER = Sender("acme", Mailbox("shop@example.com"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOSTILE = [
    "", " ", "Anna Berger", "O'Brien & Söhne <GmbH>", '"quoted"', "a  b", "two\nlines", "tab\there", "\u00a0", "x\u00a0y", "x\u202fy",
    "\ue000x\ue001", "\ue000<b>\ue001", "\ue002", "⸨3⸩", "⸰", "\u200e302-1", "\u202eevil", "\ud800", "\x00", "<script>alert(1)</script>",
    "&amp;", "&#34;", "%s %(name)s {{ 7*7 }}", "call +49 30 901820", "030 / 901820", "mail me at anna dot example dot com", "a@b.example",
    "😀", ":-)", "8-)", "10 % off your next order", "5 star review", "unsubscribe", "https://evil.example/x", "302-1234567-7654321",
    "000-0000000-0000000", "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalterung" * 3, "m" * 60, "i" * 19, "麻のキッチンタオル（3枚組）",
    "مصباح مكتب", "İstanbul ılık", "x" * 3000, "long text " * 250, "Frobnicatorr adress recieve", "e\u0301", "\u2028", "\ufeff", "-", "...",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.text("abcdeÄß '&<>\"-.,:;()@0123456789", max_size=60),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=3).map(" ".join),
)


def read(content: bytes) -> list[tuple[list[tuple[str, str]], object]]:
    """A mail's parts as a mail program reads them: headers and decoded bodies."""
    mail = message_from_bytes(content)
    return [(part.items(), part.is_multipart() or part.get_payload(decode=True)) for part in mail.walk()]


def alike(made: Pipeline, order: Order) -> bool:
    """Check both ways against each other; whether the fast one was taken."""
    assert isinstance(made.shapes, Shapes)
    before = made.shapes.stats.fast
    fast, whole = made.franked(order), made.whole(order)
    if isinstance(whole, Rejected):
        assert isinstance(fast, Rejected)
        assert fast.findings == whole.findings
        return False
    assert isinstance(fast, Franked)
    assert fast.inlined.html == whole.inlined.html
    assert fast.inlined.text == whole.inlined.text
    assert fast.warnings == whole.warnings
    # As a mail, too: the fast way brings its texts encoded, with line breaks of its own that reading takes out.
    assert whole.inlined.encoded is None
    wire = [build_message(franked, SENDER, "b@marketplace.amazon.de", NOW).content for franked in (fast, whole)]
    recordings = made.shapes._fenced.recordings(order.preferred_language, preferred_locale(order))
    assert recordings is None or not recordings.failed
    encoded = fast.inlined.encoded
    if encoded is not None:
        assert max(map(len, [*encoded.html.split("\r\n"), *encoded.text.split("\r\n")])) <= 76
    assert read(wire[0]) == read(wire[1])
    drafts = [dataclasses.replace(franked.inlined.draft, html="") for franked in (fast, whole)]
    assert drafts[0] == drafts[1]
    return made.shapes.stats.fast > before


KIND = """title = "Trial"
purpose = "order confirmation / confirm order details"
window = "contact"
states = ["unshipped"]
needs = []
duplicates_marketplace = true
[variables]
order_id = {{ about = "id" }}
buyer_name = {{ about = "v", optional = true }}
ship_city = {{ about = "w", optional = true }}
item_count = {{ type = "number", about = "n" }}
"""


def trial(folder: Path, body: str) -> Pipeline:
    """A pipeline for a template of one's own, in a bare theme."""
    (folder / "templates/trial/samples").mkdir(parents=True, exist_ok=True)
    (folder / "themes/bare").mkdir(parents=True, exist_ok=True)
    kind = folder / "templates/trial"
    (kind / "kind.toml").write_text(KIND.replace("{{", "{").replace("}}", "}"), "utf-8")
    (kind / "subject.txt.j2").write_text("Order {{ order_id }}\n", "utf-8")
    names = "{% set v = buyer_name %}{% set w = ship_city %}{% set n = item_count %}"
    (kind / "message.html.j2").write_text(
        names + '<!DOCTYPE html><html lang="{{ lang }}"><head><title>{{ title }}</title></head><body><p>Order {{ order_id }}'
        f" {{{{ v }}}} {{{{ w }}}} {{{{ n }}}}</p>\n{body}\n</body></html>", "utf-8")  # fmt: skip
    (folder / "themes/bare/theme.toml").write_text('[brand]\nname = "Northwind"\n', "utf-8")
    (folder / "themes/bare/theme.css").write_text("p { margin: 0 0 12px; }\n", "utf-8")
    (folder / "themes/bare/layout.html.j2").write_text("", "utf-8")
    (kind / "samples/one.json").write_text(
        '{"title": "One", "order": {"id": "302-1234567-7654321", "purchased_at": "2026-11-20T10:00:00", "buyer_name": "Anna",'
        ' "items": [{"sku": "A", "title": "Lamp", "quantity": 1}]}}', "utf-8")  # fmt: skip
    catalog = Catalog(folder / "templates", folder / "themes")
    made = Pipeline(catalog, catalog.kind("trial"), catalog.theme("bare"), load())
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1, start=Start(1, 1))
    return made


def variants(made: Pipeline, values: list[tuple[str, str, int]]) -> list[Order]:
    """Orders that give v, w and n their values."""
    order = sample_order(made.kind.samples[0], locale_marketplace("en"), made.kind)
    return [
        dataclasses.replace(order, buyer_name=v, ship_city=w, id=f"302-1234567-{i:07d}",
                            items=(OrderItem("A", "Lamp", n, None, ""),))
        for i, (v, w, n) in enumerate(values)
    ]  # fmt: skip
