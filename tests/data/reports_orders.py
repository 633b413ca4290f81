"""Reports whose rows are whole and whose orders need care: two addresses, repeated rows, wishes to cancel, damaged words."""

from __future__ import annotations

import json
from typing import Any

from tests.data.report_rows import COLUMNS, order_id, report, row, text

_CANCEL = [*COLUMNS, "is-buyer-requested-cancellation", "buyer-requested-cancel-reason"]


def _cancel(number: int, asked: str) -> dict[str, str]:
    return row(number) | {"is-buyer-requested-cancellation": asked, "buyer-requested-cancel-reason": ""}


def _v0(number: int, **more: Any) -> dict[str, Any]:
    return {
        "AmazonOrderId": order_id(number), "PurchaseDate": "2026-11-20T08:15:42Z", "OrderStatus": "Unshipped",
        "FulfillmentChannel": "MFN", "MarketplaceId": "A1PA6795UKMFR9", "OrderTotal": {"CurrencyCode": "EUR", "Amount": "19.90"},
        "BuyerInfo": {"BuyerEmail": f"b{number}x7k2@marketplace.amazon.de", "BuyerName": "Anna Abel"},
        "OrderItems": [{"SellerSKU": "FP-1", "Title": "Desk lamp", "QuantityOrdered": 1,
                        "ItemPrice": {"CurrencyCode": "EUR", "Amount": "19.90"}}], **more,
    }  # fmt: skip


def _v2026(number: int, **more: Any) -> dict[str, Any]:
    return {
        "orderId": order_id(number), "createdTime": "2026-11-20T08:15:42Z", "salesChannel": {"marketplaceId": "A1PA6795UKMFR9"},
        "buyer": {"buyerEmail": f"b{number}x7k2@marketplace.amazon.de", "buyerName": "Anna Abel"},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
        "orderItems": [{"orderItemId": "1", "quantityOrdered": 1, "product": {"sellerSku": "FP-1", "title": "Desk lamp",
                        "price": {"unitPrice": {"currencyCode": "EUR", "amount": "19.90"}}}, **more}],
    }  # fmt: skip


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


_ASKED = {"BuyerRequestedCancel": {"IsBuyerRequestedCancel": "true", "BuyerCancelReason": ""}}
_NOT_ASKED = {"BuyerRequestedCancel": {"IsBuyerRequestedCancel": "false"}}
FILES: dict[str, bytes] = {
    "orders-two-addresses.txt": report(row(1), row(2), row(2, order_item_id="99", buyer_email="c9@marketplace.amazon.de")),
    "orders-row-twice.txt": report(row(1), row(1), row(2), row(2, order_item_id="98"), row(2, order_item_id="99")),
    "orders-cancel-column.txt": text((_cancel(1, "false"), _cancel(2, "true"), _cancel(3, "TRUE")), columns=_CANCEL).encode(),
    "orders-blacklisted.txt": report(row(1), row(2, buyer_email="blacklisted-b2@marketplace.amazon.de")),
    "orders-private-address.txt": report(row(1), row(2, buyer_email="anna.abel@example.org")),
    "orders-jp-relay.txt": report(row(1, "co.jp", buyer_email="b1x@m.marketplace.amazon.co.jp", item_price="980"),
                                  row(2, "co.jp", item_price="980")),
    "orders-jp-relay-no-channel.txt": report(row(1, "co.jp", buyer_email="b1x@m.marketplace.amazon.co.jp", item_price="980",
                                                 sales_channel="")),
    "orders-mojibake.txt": report(row(1, buyer_name="Jürgen Müller"), row(2, buyer_name="Jürgen Müller".encode().decode("cp1252")),
                                  row(3, product_name="Caf\ufffd-Tisch"), row(4, product_name="Tisch Caf\u00c3")),
    "orders-entities.txt": report(row(1, product_name="Fjord & Pine lamp"), row(2, product_name="Fjord &amp; Pine lamp"),
                                  row(3, buyer_name="O&#39;Neill")),
    "orders-no-values.txt": report(
        row(1, product_name="#N/A"), row(2, product_name="#BEZUG!"), row(3, product_name="########"), row(4, buyer_name="#\u00bfNOMBRE?"),
        row(5, buyer_name="nan"), row(6, buyer_name="None"), row(7, product_name="null"), row(8, product_name=""),
        row(9, buyer_name="Nan Null"), row(10, buyer_name="Null"), row(11, product_name="#1 Lamp"), row(12, product_name="# 5 Lamp!"),
    ),
    "orders-tags.txt": report(row(1, product_name="Lamp<br>red"), row(2, product_name="<b>Lamp</b>"), row(3, product_name="Lamp <br />"),
                              row(4, product_name="Lamp <font color=red>"), row(5, product_name="Adapter A <-> B"),
                              row(6, product_name="Lamp < 5 W > 3 V"), row(7, product_name="B<A Blocks")),
    "orders-lone-leads.txt": report(row(1, product_name="Libro della citt\u00c3"), row(2, product_name="Tapis \u00c3 poils"),
                                    row(3, product_name="Kn\u00e4ckebr\u00c3"), row(4, product_name="MA\u00c7\u00c3 verde"),
                                    row(5, buyer_name="B\u00d9I TH\u1eca \u00c3"), row(6, product_name="VOIL\u00c0 \u00c0 la carte")),
    "orders-flags-saved.txt": text((_cancel(1, "FALSCH"), _cancel(2, "WAHR"), _cancel(3, "FAUX"), _cancel(4, "0")), columns=_CANCEL).encode(),
    "orders-overrides.txt": report(row(1, product_name="Lamp \u202etxt.exe"), row(2, product_name="Lamp \u2067abc\u2069"),
                                   row(3, buyer_name="Ann\u202aa")),
    "orders-v0.json": _json({"payload": {"Orders": [_v0(1, **_NOT_ASKED), _v0(2, **_ASKED), _v0(3, OrderStatus="Canceled")]}}),
    "orders-2026.json": _json({"orders": [_v2026(1), _v2026(2, cancellation={"cancellationRequest": {"requester": "BUYER", "cancelReason": ""}})]}),
}  # fmt: skip
