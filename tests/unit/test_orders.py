"""Order files: shapes, encodings, grouping, and what a broken row says."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.errors import FrankingError
from franking.model import BrokenOrder, Order
from franking.orders import open_orders
from franking.orders.encoding import looks_japanese
from franking.orders.reports import Report
from franking.orders.values import masked, parse_amount, parse_datetime
from franking.policy import marketplace

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
HEADER = "order-id\torder-item-id\tpurchase-date\tbuyer-email\tbuyer-name\tsku\tproduct-name\tquantity-purchased\titem-price\tsales-channel"
ROW = "302-1234567-1234567\t1\t2026-11-20T08:15:42+00:00\ta@marketplace.amazon.de\tAnna\tS1\tLamp\t1\t9.90\tAmazon.de"


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "report.txt"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def read(path: Path) -> list[Order | BrokenOrder]:
    return list(open_orders(path))


@pytest.mark.parametrize(
    ("name", "name_of_type", "encoding", "orders", "language"),
    [
        ("amazon.com-unshipped.txt", "unshipped", "utf-8", 9, "en"),
        ("amazon.com-all-orders.txt", "all-orders", "utf-8-sig", 4, "en"),
        ("amazon.de-fba-shipments.txt", "fba-shipments", "cp1252", 5, "de"),
        ("amazon.co.jp-new-orders.txt", "new-orders", "cp932", 3, "ja"),
    ],
)
def test_sample_reports(name: str, name_of_type: str, encoding: str, orders: int, language: str) -> None:
    report = open_orders(EXAMPLES / name)
    found = list(report)
    assert report.encoding == encoding
    assert isinstance(report, Report)
    assert report.report_type.name == name_of_type
    assert report.count == len(found) == orders
    for order in found:
        assert isinstance(order, Order)
        assert order.marketplace.language == language
        assert order.purchased_at.tzinfo is not None


def test_names_survive_their_encodings() -> None:
    german = [o for o in read(EXAMPLES / "amazon.de-fba-shipments.txt") if isinstance(o, Order)]
    assert german[0].buyer_name == "Jürgen Müller-Lüdenscheid"
    assert german[1].buyer_name == "Gärtnerei „Grün & Söhne“"
    japanese = [o for o in read(EXAMPLES / "amazon.co.jp-new-orders.txt") if isinstance(o, Order)]
    assert [o.buyer_name for o in japanese] == ["山田 花子", "髙橋 健太郎", "ソフィア・リー"]


def test_rows_of_an_order_need_not_be_adjacent() -> None:
    orders = {o.id: o for o in read(EXAMPLES / "amazon.com-unshipped.txt") if isinstance(o, Order)}
    assert [i.sku for i in orders["114-8830217-5528106"].items] == ["FP-SHELF-140", "FP-HOOK-BR"]
    assert orders["114-8830217-5528106"].items[0].title == 'Wall Shelf "Skagen" 55" x 9.5", FSC-certified pine'


def test_api_json() -> None:
    orders = read(EXAMPLES / "amazon.de-orders-api.json")
    assert isinstance(orders[0], Order)
    assert (orders[0].id, orders[0].state, orders[0].items[0].price) == ("302-6641207-3308129", "unshipped", Decimal("1290.00"))
    assert isinstance(orders[1], Order)
    assert orders[1].state == "canceled"


def test_api_answers_one_per_line(tmp_path: Path) -> None:
    text = (EXAMPLES / "amazon.de-orders-api.json").read_text("utf-8")
    path = tmp_path / "pages.jsonl"
    page = json.dumps(json.loads(text)) + "\n"
    path.write_text("".join(page.replace("302-664", f"302-66{n}").replace("305-990", f"305-99{n}") for n in range(3)), "utf-8")
    assert open_orders(path).count == 6


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.permutations(range(8)), st.sampled_from(["\n", "\r\n"]))
def test_grouping_does_not_depend_on_the_order_of_rows(tmp_path: Path, order: list[int], end: str) -> None:
    rows = [
        f"302-1234567-123456{n // 3}\t{n}\t2026-11-20T08:15:42+00:00\ta@marketplace.amazon.de\tA\tS{n}\tT\t1\t1.00\tAmazon.de"
        for n in range(8)
    ]
    path = tmp_path / "report.txt"
    path.write_bytes(end.join([HEADER, *(rows[n] for n in order), ""]).encode())
    found = {o.id: sorted(i.sku for i in o.items) for o in read(path) if isinstance(o, Order)}
    assert found == {
        "302-1234567-1234560": ["S0", "S1", "S2"], "302-1234567-1234561": ["S3", "S4", "S5"], "302-1234567-1234562": ["S6", "S7"],
    }  # fmt: skip


def test_columns_are_read_by_name_and_unknown_ones_ignored(tmp_path: Path) -> None:
    header = "\t".join(["new-column", *reversed(HEADER.split("\t"))])
    (order,) = read(write(tmp_path, "\t".join(["?", *reversed(ROW.split("\t"))]), header=header))
    assert isinstance(order, Order)
    assert (order.id, order.items[0].title) == ("302-1234567-1234567", "Lamp")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("2026-11-20T08:15:42+00:00", "yesterday"), "line 3: column purchase-date: 'aaaaaaaaa' is not a date"),
        (("\t1\t9.90", "\tone\t9.90"), "line 3: column quantity-purchased: 'aaa' is no quantity"),
        (("9.90", "9.9.0"), "line 3: column item-price: '9.9.9' is not an amount"),
        (("Amazon.de", "Amazon.xx"), "line 3: column sales-channel: 'Amazon.xx' is not a known marketplace"),
        (("\tAmazon.de", "\tAmazon.de\tmore"), "line 3: 11 cells, the header has 10 columns"),
        (("\tLamp\t1\t9.90\tAmazon.de", ""), "line 3: 6 cells, expected 10; nothing for product-name"),
    ],
)
def test_a_broken_row_names_line_column_found_and_expected(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    good, broken = ROW.replace("1234567\t", "7654321\t"), ROW.replace(*change)
    found = read(write(tmp_path, good, broken))
    assert isinstance(found[0], Order)
    assert isinstance(found[1], BrokenOrder)
    assert found[1].problem.startswith(message)
    assert found[1].line == 3


def test_errors_never_quote_what_may_be_personal(tmp_path: Path) -> None:
    shifted = ROW.replace("2026-11-20T08:15:42+00:00\t", "")
    (found,) = read(write(tmp_path, shifted + "\tx"))
    assert isinstance(found, BrokenOrder)
    assert "Anna" not in found.problem
    assert "marketplace.amazon.de" not in found.problem
    assert masked("Anna 12-3") == "aaaa 99-9"


def test_a_row_without_order_id_is_an_order_of_its_own(tmp_path: Path) -> None:
    found = read(write(tmp_path, ROW, ROW.replace("302-1234567-1234567", ""), ROW.replace("302-1234567-1234567", "")))
    assert [type(o) for o in found] == [Order, BrokenOrder, BrokenOrder]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1: the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ":1: found an image; expected"),
        (b"hello\tworld\n", ":1: not an order report"),
        (
            HEADER.replace("buyer-email\t", "").encode(),
            ":1: looks like New orders (GET_FLAT_FILE_ORDERS_DATA), but the column buyer-email",
        ),
        (b'{"a": 1}', ":1: found JSON without orders"),
        (b'{"payload": {\n"Orders": [}', ":2: no valid JSON: Expecting value"),
        (b'{"payload": {\n"Orders": [\n', ":3: no valid JSON: the file ends before the JSON is complete; download it again"),
        (b"[1, 2]", ":1: found a JSON number, expected an object"),
    ],
)
def test_files_that_are_no_orders(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "orders"
    path.write_bytes(content)
    with pytest.raises(FrankingError) as error:
        read(path)
    assert str(error.value).startswith(f"{path}{message}")


def test_a_wrong_encoding_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, ROW.replace("Anna", "Jürgen"), encoding="cp1252")
    (found,) = open_orders(path, encoding="utf-8")
    assert isinstance(found, BrokenOrder)
    assert found.id == "302-1234567-1234567"
    assert found.problem == "line 2: column buyer-name: byte 0xfc at byte 74 of the line is not UTF-8"
    with pytest.raises(FrankingError, match="unknown encoding 'klingon'"):
        open_orders(path, encoding="klingon")


@given(st.text(alphabet="äöüßÄÖÜéèçñabc deEN'", min_size=1).filter(lambda t: not t.isascii()))
def test_western_text_is_never_taken_for_japanese(text: str) -> None:
    words = " ".join(f"Stra{c}e M{c}ller" for c in text if not c.isascii())
    assert not looks_japanese(words.encode("cp1252"))


@given(st.lists(st.sampled_from(["山田 花子", "東京都", "カタカナ", "ひらがな", "髙橋", "ﾔﾏﾀﾞ"]), min_size=1))
def test_japanese_text_is_recognized(words: list[str]) -> None:
    assert looks_japanese("\t".join([*words, "Amazon.co.jp"]).encode("cp932"))


def test_utf8_is_utf8(tmp_path: Path) -> None:
    report = open_orders(write(tmp_path, ROW.replace("Anna", "山田 Müller")))
    assert report.encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "market", "iso"),
    [
        ("2026-11-20T08:15:42+00:00", "Amazon.de", "2026-11-20T08:15:42+00:00"),
        ("2026-11-20T08:15:42Z", "Amazon.de", "2026-11-20T08:15:42+00:00"),
        ("2026-11-20T08:15:42", "Amazon.de", "2026-11-20T08:15:42+01:00"),
        ("2026-11-20", "Amazon.co.jp", "2026-11-20T00:00:00+09:00"),
        ("20.11.2026 08:15:42", "Amazon.de", "2026-11-20T08:15:42+01:00"),
        ("20.11.2026 08:15:42 MEZ", "Amazon.de", "2026-11-20T07:15:42+00:00"),
        ("11/20/2026 8:15", "Amazon.com", "2026-11-20T08:15:00-08:00"),
        ("20/11/2026 08:15", "Amazon.co.uk", "2026-11-20T08:15:00+00:00"),
        ("2026/11/20 8:15:42 JST", "Amazon.co.jp", "2026-11-19T23:15:42+00:00"),
    ],
)
def test_dates(text: str, market: str, iso: str) -> None:
    place = marketplace(market)
    assert place is not None
    assert parse_datetime(text, place).isoformat() == iso


@pytest.mark.parametrize("text", ["", "2026-13-01", "20.20.2026", "soon", "2026-11-20 25:00", "1/2", "2026-11-20 08:00 XYZ"])
def test_no_dates(text: str) -> None:
    place = marketplace("Amazon.de")
    assert place is not None
    with pytest.raises(ValueError, match=r".*"):
        parse_datetime(text, place)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("19.99", "19.99"), ("19,99", "19.99"), ("1,234.50", "1234.50"), ("1,234", "1234"), ("0", "0"), (" 5 ", "5")],
)
def test_amounts(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1.2.3", "five"])
def test_no_amounts(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(text)
