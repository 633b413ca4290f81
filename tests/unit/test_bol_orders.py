"""bol's orders: the API's answer, and the CSV with two lines of headings; and messages to bol's buyers from end to end."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from franking.cli.main import app
from franking.errors import InputError
from franking.model import BrokenOrder, NotUnderstood, Order
from franking.orders import open_orders
from franking.policy import marketplace
from franking.policy.relays import read_address

ROOT = Path(__file__).parents[2]
ALIAS = "2awq74td4z4mizmx6dcdbsdbdcna@verkopen.bol.com"
OTHER = "2qw5e7puvwkwbnhmeim2ixnnlwtf3c@verkopen.bol.com"
HEADINGS = "Versienr;Verzendadres;;;;;Bestelling;;;;;;;;Contact\r\nv.1.0;;;;;;;;;;;;;;\r\n"
COLUMNS = (
    "bestelnummer;aanhef_verzending;voornaam_verzending;achternaam_verzending;woonplaats_verzending;land_verzending;EAN;"
    "referentie;producttitel;aantal;prijs;besteldatum;uiterste leverdatum;annuleringsverzoek;emailadres\r\n"
)


def item(**changes: object) -> dict[str, Any]:
    return {
        "orderItemId": "2012345678", "cancellationRequest": False,
        "fulfilment": {"method": "FBR", "latestDeliveryDate": "2026-11-24"},
        "offer": {"offerId": "6ff736b5-cdd0-4150-8c67-78269ee986f5", "reference": "LAMP-1"},
        "product": {"ean": "0000007740404", "title": "Leeslamp"},
        "quantity": 3, "quantityShipped": 0, "quantityCancelled": 0, "unitPrice": 12.99,
    } | changes  # fmt: skip


def answer(**changes: object) -> dict[str, Any]:
    return {
        "orderId": "A2K8290LP8", "pickupPoint": False, "orderPlacedDateTime": "2026-11-20T12:39:48+01:00",
        "shipmentDetails": {
            "salutation": "FEMALE", "firstName": "Anna", "surname": "Voorbeeld", "city": "Utrecht", "countryCode": "NL",
            "email": ALIAS, "language": "nl",
        },
        "orderItems": [item()],
    } | changes  # fmt: skip


def shipment(**changes: object) -> dict[str, object]:
    return answer()["shipmentDetails"] | changes  # type: ignore[no-any-return]


def read(folder: Path, content: object, name: str = "orders.json", market: str = "") -> list[Order | BrokenOrder]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return list(open_orders(path, marketplace=marketplace(market) if market else None))


def one(folder: Path, content: object) -> Order:
    (order,) = read(folder, content)
    assert isinstance(order, Order), order
    return order


def broken(folder: Path, content: object, name: str = "orders.json") -> BrokenOrder:
    (order,) = read(folder, content, name)
    assert isinstance(order, BrokenOrder), order
    return order


@pytest.mark.parametrize("wrapped", [answer(), {"orders": [answer()]}, [answer()]])
def test_an_order_of_the_api(tmp_path: Path, wrapped: object) -> None:
    order = one(tmp_path, wrapped)
    assert (order.id, order.marketplace.name, order.buyer_email) == ("A2K8290LP8", "bol NL", ALIAS)
    assert (order.buyer_name, order.ship_city, order.preferred_language) == ("Anna Voorbeeld", "Utrecht", "nl")
    assert order.purchased_at == datetime.fromisoformat("2026-11-20T12:39:48+01:00")
    assert (order.items[0].sku, order.items[0].quantity, order.items[0].price) == ("LAMP-1", 3, Decimal("38.97"))
    assert (order.state, order.currency, order.cancel_requested) == ("unshipped", "EUR", False)
    assert order.delivery_to is not None
    assert order.delivery_to.isoformat() == "2026-11-24T00:00:00+01:00"
    assert order.delivery_from is None


@pytest.mark.parametrize(
    ("country", "language", "place", "spoken"),
    [("NL", "nl", "bol NL", "nl"), ("BE", "fr", "bol BE", "fr"), ("BE", "nl-BE", "bol BE", "nl"), ("be", "", "bol BE", "nl")],
)
def test_the_country_and_the_language(tmp_path: Path, country: str, language: str, place: str, spoken: str) -> None:
    order = one(tmp_path, answer(shipmentDetails=shipment(countryCode=country, language=language)))
    assert (order.marketplace.name, order.preferred_language) == (place, spoken)


@pytest.mark.parametrize(
    ("changes", "state", "pieces"),
    [
        ({}, "unshipped", 3), ({"quantityShipped": 1}, "partiallyshipped", 3), ({"quantityShipped": 3}, "shipped", 3),
        ({"quantityCancelled": 1, "quantityShipped": 2}, "shipped", 2), ({"quantityCancelled": 3}, "canceled", 0),
        ({"quantityShipped": None}, "", 3),
    ],
)  # fmt: skip
def test_what_has_become_of_it(tmp_path: Path, changes: dict[str, object], state: str, pieces: int) -> None:
    order = one(tmp_path, answer(orderItems=[item(**changes)]))
    assert (order.state, order.items[0].quantity) == (state, pieces)


def test_an_exact_day_is_a_window(tmp_path: Path) -> None:
    exact = {"method": "FBR", "latestDeliveryDate": "2026-11-24", "exactDeliveryDate": "2026-11-26"}
    order = one(tmp_path, answer(orderItems=[item(fulfilment=exact)]))
    assert order.delivery_from == order.delivery_to
    assert str(order.delivery_to) == "2026-11-26 00:00:00+01:00"
    mixed = one(tmp_path, answer(orderItems=[item(fulfilment=exact), item(orderItemId="2")]))
    assert mixed.delivery_from is None


@pytest.mark.parametrize(("said", "wish"), [(True, True), (False, False), (None, False)])
def test_the_buyer_s_wish_to_cancel(tmp_path: Path, said: object, wish: bool) -> None:
    order = one(tmp_path, answer(orderItems=[item(), item(orderItemId="2", cancellationRequest=said)]))
    assert order.cancel_requested is wish
    unclear = one(tmp_path, answer(orderItems=[item(cancellationRequest="perhaps")]))
    assert isinstance(unclear.cancel_requested, NotUnderstood)
    assert unclear.cancel_requested.where == "orderItems[0].cancellationRequest"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"shipmentDetails": None}, "shipmentDetails is missing: a list of orders has no addresses, expected"),
        ({"shipmentDetails": shipment(countryCode="DE")}, "shipmentDetails.countryCode: found 'DE', expected NL or BE"),
        ({"shipmentDetails": shipment(countryCode="")}, "shipmentDetails.countryCode: found nothing, expected NL or BE"),
        ({"orderPlacedDateTime": "gisteren"}, "orderPlacedDateTime: 'aaaaaaaa' is not a date"),
        ({"orderItems": [item(quantity="3 stuks")]}, "orderItems[0].quantity: found a JSON text, expected a whole number"),
        ({"orderItems": [item(unitPrice="12,99")]}, "orderItems[0].unitPrice: '99,99' is not an amount"),
        ({"orderItems": {}}, "orderItems: found a JSON object, expected a list"),
    ],
)
def test_what_is_told_of_an_answer_that_cannot_be_read(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    found = broken(tmp_path, answer(**changes))
    assert told in found.problem
    assert ALIAS not in found.problem
    assert found.id == "A2K8290LP8"


def row(number: str = "4888355050", **changes: str) -> str:
    cells = {
        "id": number, "a": "mevrouw", "first": "Anna", "last": "Voorbeeld", "city": "Leiden", "land": "Nederland", "ean": "4016",
        "ref": "7475", "title": "Leeslamp; klein", "aantal": "1", "prijs": "76,95", "date": "19-Nov-2026 11:08",
        "until": "24-Nov-2026", "wish": "Nee", "email": ALIAS,
    } | changes  # fmt: skip
    return ";".join(f'"{cell}"' if ";" in cell else cell for cell in cells.values()) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("headings", [HEADINGS, "", "v.1.0;;\r\n"])
def test_the_csv(tmp_path: Path, headings: str, encoding: str) -> None:
    text = headings + COLUMNS + row() + row("4888352850", first="Zoë", land="België", aantal="2", wish="Ja", email=OTHER)
    first, second = read(tmp_path, text.encode(encoding), "orders.csv")
    assert isinstance(first, Order)
    assert isinstance(second, Order)
    assert (first.id, first.buyer_name, first.buyer_email) == ("4888355050", "Anna Voorbeeld", ALIAS)
    assert (first.marketplace.name, first.ship_city, first.state) == ("bol NL", "Leiden", "")
    assert (first.items[0].sku, first.items[0].title, first.items[0].price) == ("7475", "Leeslamp; klein", Decimal("76.95"))
    assert first.purchased_at.isoformat() == "2026-11-19T11:08:00+01:00"
    assert first.delivery_to is not None
    assert first.delivery_to.date().isoformat() == "2026-11-24"
    assert (second.marketplace.name, second.buyer_name, second.cancel_requested) == ("bol BE", "Zoë Voorbeeld", True)
    assert second.items[0].price is None  # of each, or of both?


def test_the_rows_of_one_order(tmp_path: Path) -> None:
    text = HEADINGS + COLUMNS + row() + row("4888352850") + row(ref="7476", title="Tafel")
    first, second = read(tmp_path, text.encode(), "orders.csv")
    assert isinstance(first, Order)
    assert [i.title for i in first.items] == ["Leeslamp; klein", "Tafel"]
    assert second.id == "4888352850"
    against = HEADINGS + COLUMNS + row() + row(ref="7476", last="Iemand")
    assert "contradict each other" in broken(tmp_path, against.encode(), "orders.csv").problem


@pytest.mark.parametrize(
    ("written", "day"),
    [("19-Nov-2026 11:08", "2026-11-19"), ("1-mei-2026", "2026-05-01"), ("03-Mrt-2026 09:00", "2026-03-03"), ("03-Mar-2026", "2026-03-03"),
     ("31-Okt-2026", "2026-10-31"), ("31-Oct-2026", "2026-10-31")],
)  # fmt: skip
def test_days_with_the_month_s_name(tmp_path: Path, written: str, day: str) -> None:
    (order,) = read(tmp_path, (HEADINGS + COLUMNS + row(date=written)).encode(), "orders.csv")
    assert isinstance(order, Order)
    assert order.purchased_at.date().isoformat() == day


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"date": "31-Feb-2026"}, "column besteldatum"), ({"date": "19-Foo-2026"}, "column besteldatum"),
        ({"aantal": "een"}, "column aantal"), ({"prijs": "veel"}, "column prijs"),
        ({"land": "Frankrijk"}, "a relay of bol NL or bol BE; pass --marketplace"),
        ({"land": "", "email": "anna@example.com"}, "column emailadres: the buyer address is a private one"),
    ],
)  # fmt: skip
def test_what_is_told_of_a_row_that_cannot_be_read(tmp_path: Path, changes: dict[str, str], told: str) -> None:
    found = broken(tmp_path, (HEADINGS + COLUMNS + row(**changes)).encode(), "orders.csv")
    assert told in found.problem
    assert found.line == 4
    assert "anna" not in found.problem.lower()


def test_an_open_quote_swallows_no_orders(tmp_path: Path) -> None:
    text = HEADINGS + COLUMNS + row() + row("4888352850").replace("Leiden", '"Leiden') + row("4888352851") + row("4888352852")
    found = read(tmp_path, text.encode(), "orders.csv")
    assert [(entry.id, isinstance(entry, Order)) for entry in found] == [
        ("4888355050", True), ("4888352850", False), ("4888352851", True), ("4888352852", True),
    ]  # fmt: skip


def test_a_column_that_is_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADINGS + COLUMNS.replace("besteldatum", "datum") + row(), "utf-8")
    with pytest.raises(InputError, match=r"orders\.csv:1: not an order report"):
        open_orders(path)


@pytest.mark.parametrize(
    ("address", "form", "places"),
    [
        (ALIAS, "relay", ["bol NL", "bol BE"]), (ALIAS.upper(), "relay", ["bol NL", "bol BE"]),
        ("blacklisted-" + ALIAS, "blacklisted", []), ("a@verkopen-bol.com", "look-alike", []), ("a@verkopen.b0l.com", "look-alike", []),
        ("a@bol.com", "private", []), ("a@verkopen.bol.com.example.com", "look-alike", []),
    ],
)  # fmt: skip
def test_the_relay(address: str, form: str, places: list[str]) -> None:
    found = read_address(address)
    assert (found.form, [place.name for place in found.places]) == (form, places)
    assert found.marketplace is None  # two countries share it


def send(folder: Path, source: Path, *more: str, templates: Path = ROOT / "templates") -> dict[str, Any]:
    result = CliRunner().invoke(app, [
        "send", str(source), "--demo", "--sender", "shop@shop.example", "--transport", f"dir:{folder / 'out'}", "--outbox",
        f"sqlite:///{folder / 'outbox.db'}", "--templates", str(templates), "--themes", str(ROOT / "themes"), "--format", "json",
        "--as-of", "2026-11-22T12:00:00+01:00", *more,
    ])  # fmt: skip
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def mails(folder: Path) -> list[Any]:
    return [message_from_bytes(p.read_bytes(), policy=policy.default) for p in sorted((folder / "out").glob("*.eml"))]


def test_a_message_to_a_buyer_of_bol(tmp_path: Path) -> None:
    source, details = tmp_path / "orders.json", tmp_path / "details.csv"
    french = shipment(countryCode="BE", language="fr", email=OTHER)
    german = shipment(language="de", email="2de5e7puvwkwbnhmeim2ixnnlwtf3c@verkopen.bol.com")
    orders = [
        answer(),
        answer(orderId="1043946570", shipmentDetails=french),
        answer(orderId="1043946571", shipmentDetails=german),
    ]
    source.write_text(json.dumps({"orders": orders}), "utf-8")
    details.write_text(
        "order-id,question\nA2K8290LP8,Welke kleur?\n1043946570,Quelle couleur ?\n1043946571,Welche Farbe?\n", "utf-8"
    )
    told = send(tmp_path, source, "--policy", "bol", "--kind", "information_request", "--details", str(details))
    assert (told["sent"], told["refused"], told["rejected"]) == (2, {"message-language": 1}, 0)
    texts = {mail["To"]: mail.get_body(("html",)).get_content() for mail in mails(tmp_path)}
    assert 'lang="nl"' in texts[ALIAS]
    assert 'lang="fr"' in texts[OTHER]
    assert all("amazon" not in text.lower() and "href" not in text for text in texts.values())
    again = send(tmp_path, source, "--policy", "bol", "--kind", "information_request", "--details", str(details))
    assert (again["sent"], len(mails(tmp_path))) == (0, 2)
    refused = send(tmp_path, source, "--policy", "bol", "--kind", "order_confirmation")
    assert refused["refused"] == {"kind-permitted": 3}
    amazon = send(tmp_path, source, "--kind", "order_confirmation")
    assert amazon["refused"] == {"order-number": 3}


HEADER = "order-id\torder-item-id\tpurchase-date\tbuyer-email\tbuyer-name\tsku\tproduct-name\tquantity-purchased\titem-price\tcurrency\n"


def test_an_order_of_a_shop_of_one_s_own(tmp_path: Path) -> None:
    """A private address and a shop's own order ID: under ``basics`` it leaves, under no other policy."""
    source = tmp_path / "orders.txt"
    source.write_text(
        f"{HEADER}SO-1001/7\t1\t2026-08-01T10:00:00+02:00\tanna@example.com\tAnna Muster\tL1\tLeselampe\t1\t49.90\tEUR\n",
        "utf-8",
    )
    common = ("--kind", "order_confirmation", "--marketplace", "Shop DE")
    assert send(tmp_path, source, *common)["refused"] == {"order-number": 1}
    assert send(tmp_path, source, *common, "--policy", "bol")["refused"] == {"order-number": 1}
    told = send(tmp_path, source, *common, "--policy", "basics")
    assert (told["sent"], told["refused"], told["rejected"]) == (1, {}, 0)
    (mail,) = mails(tmp_path)
    assert mail["To"] == "anna@example.com"
    html = mail.get_body(("html",)).get_content()
    assert "SO-1001/7" in html
    assert 'lang="de"' in html
    assert "href" not in html


@pytest.mark.parametrize(("policy_name", "sent"), [("amazon-2023", 0), ("basics", 1)])
def test_a_link_to_unsubscribe(tmp_path: Path, policy_name: str, sent: int) -> None:
    """The same message, proven by its shape or whole, under two policies."""
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    message = templates / "order_confirmation" / "message.html.j2"
    link = '<p><a href="https://shop.example/mails/unsubscribe">Unsubscribe from order mails</a></p>\n{% endblock %}'
    message.write_text(message.read_text("utf-8").replace("{% endblock %}", link), "utf-8")
    source = tmp_path / "orders.txt"
    cells = "{}\t1\t2026-11-20T10:00:00+01:00\ta@marketplace.amazon.co.uk\tAnn Example\tL1\tLamp\t1\t49.90\tGBP\n"
    numbers = [f"302-1234567-123456{n}" for n in range(5)]
    source.write_text(HEADER + "".join(cells.format(number) for number in numbers), "utf-8")
    told = send(tmp_path, source, "--kind", "order_confirmation", "--policy", policy_name, templates=templates)
    assert (told["sent"], told["rejected"]) == (5 * sent, 5 - 5 * sent)


def test_a_shop_has_no_page_for_reviews(tmp_path: Path) -> None:
    source = tmp_path / "orders.json"
    source.write_text(json.dumps([answer(orderItems=[item(quantityShipped=3)])]), "utf-8")
    told = send(tmp_path, source, "--kind", "review_request", "--policy", "basics")
    assert (told["sent"], told["rejected"]) == (0, 1)
