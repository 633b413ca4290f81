"""An order's own facts are quoted, not said: the wording rules do not count them, the rules about contact data do."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

import pytest

from franking.catalog import Catalog, sample_order
from franking.model import Franked, Order, OrderItem
from franking.pipeline import Pipeline, Rejected, locale_marketplace
from franking.policy import load
from franking.shapes import Shapes
from tests.unit.shapes import alike

KIND = "order_confirmation"


@cache
def pipeline() -> Pipeline:
    """A pipeline whose shapes are proven at the first message."""
    catalog = Catalog(Path("templates"), Path("themes"))
    made = Pipeline(catalog, catalog.kind(KIND), catalog.theme("plain"), load())
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    return made


def order(language: str, *, buyer: str = "Dana Whitfield", title: str = "Desk lamp", city: str = "Portland") -> Order:
    """An order with a buyer and one item."""
    kind = Catalog(Path("templates"), Path("themes")).kind(KIND)
    made = sample_order(kind.samples[0], locale_marketplace(language), kind)
    return dataclasses.replace(
        made, buyer_name=buyer, recipient_name=buyer, ship_city=city, items=(OrderItem("SKU-1", title, 1, None),)
    )


@pytest.mark.parametrize(
    ("language", "buyer", "title"),
    [
        ("de", "Thomas Fick", "Schreibtischlampe"), ("de", "Maria Coupon", "Lampe"), ("de", "J\u00fcrgen Dick", "Lampe"),
        ("de", "Anna Hure", "Schei\u00df-drauf-Tasse, Hundekotbeutel"), ("en", "Moby Prick", "Gift card holder, brown leather"),
        ("en", "Dana Whitfield", "Unsubscribe! The board game"), ("en", "Dana Whitfield", "Book: 5 star reviews for beginners"),
        ("en", "Sale Black Friday", "Poster \"Black Friday\", 10 % off edition"), ("fr", "Marie Pute", "Livre: Merde!"),
        ("es", "Luz Descuento", "Cartel 10 % de descuento"), ("it", "Ugo Cazzo", "Libro: Seguici"),
        ("nl", "Jan Lul", "Boek: nieuwsbrief schrijven"), ("ja", "\u5c71\u7530", "\u30af\u30fc\u30dd\u30f3\u30db\u30eb\u30c0\u30fc"),
    ],
)  # fmt: skip
def test_names_and_goods_are_no_wording(language: str, buyer: str, title: str) -> None:
    made = order(language, buyer=buyer, title=title)
    assert isinstance(pipeline().whole(made), Franked)
    alike(pipeline(), made)  # and the same by its shape, the first time and again
    alike(pipeline(), dataclasses.replace(made, id="305-1234567-7654321"))


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Lamp, questions to help@northlight.com", "email-address"), ("Lamp, call +1 503 226 1234", "phone-number"),
        ("Lamp \U0001f389", "emoji"), ("Lamp :-)", "emoji"),
    ],
)  # fmt: skip
def test_contact_data_and_emoji_in_them_count(title: str, rule: str) -> None:
    made = order("en", title=title)
    whole = pipeline().whole(made)
    assert isinstance(whole, Rejected)
    assert rule in {finding.rule for finding in whole.findings}
    alike(pipeline(), made)


def test_a_template_that_says_it_is_told_for_a_buyer_of_that_name(tmp_path: Path) -> None:
    """What the template says is said, also where the buyer is called so."""
    import shutil

    shutil.copytree("templates", tmp_path / "templates")
    message = tmp_path / "templates" / KIND / "message.html.j2"
    text = message.read_text("utf-8")
    message.write_text(text.replace("{% endblock %}", "<p>Here is a coupon.</p>{% endblock %}", 1), "utf-8")
    catalog = Catalog(tmp_path / "templates", Path("themes"))
    made = Pipeline(catalog, catalog.kind(KIND), catalog.theme("plain"), load())
    for buyer in ("Maria Coupon", "Coupon", "Dana Whitfield"):
        whole = made.whole(order("en", buyer=buyer))
        assert isinstance(whole, Rejected)
        assert "promotion" in {finding.rule for finding in whole.findings}


def test_what_one_order_quotes_another_one_says() -> None:
    """The shape cache does not remember a quoted text as harmless."""
    kind = Catalog(Path("templates"), Path("themes"))
    made = Pipeline(kind, kind.kind("reply"), kind.theme("plain"), load())
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    sample = sample_order(kind.kind("reply").samples[0], locale_marketplace("en"), kind.kind("reply"))
    words = "Black Friday"
    quoted = dataclasses.replace(sample, buyer_name=words, recipient_name=words, details={**sample.details, "answer": words})
    says = dataclasses.replace(sample, details={**sample.details, "answer": words})
    alike(made, sample)
    for one in (quoted, quoted, says, quoted, says):
        alike(made, one)
    assert isinstance(made.franked(says), Rejected)
