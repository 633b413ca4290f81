"""An order's own facts are quoted, not said: the wording rules do not count them, the rules about contact data do."""

from __future__ import annotations

import atexit
import dataclasses
from functools import cache
from pathlib import Path

import pytest

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline, Rejected
from franking.catalog import Catalog, sample_order
from franking.model import Franked, Order, OrderItem
from franking.policy import load
from franking.shape_cache.shapes import Shapes
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


@cache
def saying(markup: str) -> Pipeline:
    """A pipeline whose template says something of its own at its end."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="franking-saying-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree("templates", folder / "templates")
    message = folder / "templates" / KIND / "message.html.j2"
    message.write_text(message.read_text("utf-8").replace("{% endblock %}", markup + "{% endblock %}", 1), "utf-8")
    catalog = Catalog(folder / "templates", Path("themes"))
    made = Pipeline(catalog, catalog.kind(KIND), catalog.theme("plain"), load())
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    return made


@pytest.mark.parametrize(
    ("markup", "language", "facts", "rule"),
    [
        ("<p>Ihr Gutschein liegt bei.</p>", "de", {"buyer": "Gutschein"}, "promotion"),
        ("<p>Ihr Gutschein liegt bei.</p>", "de", {"title": "Gutschein"}, "promotion"),
        ("<p>Ihr Gutschein liegt bei.</p>", "de", {"city": "Gutschein"}, "promotion"),
        ("<p>Fick dich.</p>", "de", {"buyer": "Thomas Fick"}, "offensive-language"),
        ("<p>Here is a coupon.</p>", "en", {"title": "A Coupon"}, "promotion"),
        ("<p>Get a gift card ...</p>", "en", {"title": "Get a gift card holder"}, "promotion"),
        ("<p>Unsubscribe here.</p>", "en", {"buyer": "Unsubscribe"}, "opt-out-link"),
        ("<p>Unsubscribe here.</p>", "en", {"title": "Unsubscribe"}, "opt-out-link"),
    ],
)
def test_a_template_that_says_just_what_a_fact_is_is_told(markup: str, language: str, facts: dict[str, str], rule: str) -> None:
    """The first message of its shape, the second, and each for itself."""
    made = order(language, **facts)
    for one in (made, dataclasses.replace(made, id="305-1234567-7654321"), order(language), made):
        whole, fast = saying(markup).whole(one), saying(markup).franked(one)
        assert isinstance(whole, Rejected)
        assert isinstance(fast, Rejected)
        assert rule in {finding.rule for finding in whole.findings}


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "Gift card holder, brown leather"}, {"title": "Coupon"}, {"title": "Unsubscribe"}, {"buyer": "Maria Coupon"},
        {"buyer": "Coupon"}, {"buyer": "Thomas Fuck"}, {"buyer": "van der Fuck"}, {"buyer": "Gift Card"}, {"title": "Free gift: straße"},
        {"title": "Coupon-Organizer"},
    ],
)  # fmt: skip
def test_a_fact_that_a_template_shortens_or_capitalises_is_quoted(facts: dict[str, str]) -> None:
    shown = (
        "<p>{{ items[0].title[:14] }}…</p><p>{{ items[0].title|truncate(16) }}</p><p>{{ buyer_name|upper }}</p>"
        "<p>{{ items[0].title|upper }}</p><p>{{ buyer_name.split(' ')[-1] }}</p><p>{{ items[0].title|lower }}</p>"
    )
    assert isinstance(saying(shown).whole(order("en", **facts)), Franked)


def test_what_the_seller_adds_is_no_fact_of_the_order() -> None:
    """A reply that says a coupon is enclosed, to a buyer of that name."""
    catalog = Catalog(Path("templates"), Path("themes"))
    made = Pipeline(catalog, catalog.kind("reply"), catalog.theme("plain"), load())
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    sample = sample_order(catalog.kind("reply").samples[0], locale_marketplace("en"), catalog.kind("reply"))
    alike(made, sample)
    answer = {**sample.details, "answer": "Your Coupon is enclosed."}
    named = dataclasses.replace(sample, buyer_name="Coupon", recipient_name="Coupon", details=answer)
    for _ in range(2):
        assert isinstance(made.franked(named), Rejected)
        alike(made, named)


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        ("en", {"buyer": "JENNIFER NULL"}), ("de", {"buyer": "KARL NULL"}), ("en", {"title": "Desk lamp, colour: None"}),
        ("de", {"title": "Lampe, Farbe: None"}), ("en", {"title": "NaN bread mix"}), ("fr", {"title": "Lampe, taille: null"}),
        ("en", {"buyer": "Jennifer Null"}), ("en", {"buyer": "Null"}),
    ],
)  # fmt: skip
def test_names_and_goods_that_look_like_missing_values(language: str, facts: dict[str, str]) -> None:
    made = order(language, **facts)
    assert isinstance(pipeline().whole(made), Franked)
    alike(pipeline(), made)


@pytest.mark.parametrize("buyer", ["None", "null", "undefined", "Anna null", "Anna undefined", "Anna None"])
def test_what_a_program_printed_for_a_missing_name_is_told(buyer: str) -> None:
    whole = pipeline().whole(order("en", buyer=buyer))
    assert isinstance(whole, Rejected)
    assert {finding.rule for finding in whole.findings} == {"placeholder"}
