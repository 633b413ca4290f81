"""Order reports of any size, as the marketplace writes them: tab-separated, a row per item."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FIRST = "Anna Bela Carla Dora Emil Frida Gustav Hanna Ida Jonas Karl Lena Mia Nils Olga Paul Rita Sven Tina Uwe".split()
LAST = "Abel Berger Conrad Dietz Eichner Faber Gerlach Hofer Iversen Jung Keller Lorenz Maurer Nowak Otto Pohl Reuter".split()
PRODUCTS = (
    ("FP-SHELF-140", 'Fjord & Pine Wall Shelf "Skagen" 140 cm, oiled pine', "59.90"),
    ("FP-HOOK-5", "Coat hook, brushed brass, 5-pack", "24.50"),
    ("FP-LAMP-22", "Desk lamp, linen shade", "89.00"),
    ("FP-STOOL-1", "Step stool, birch", "39.95"),
    ("FP-BOX-3", "Storage boxes, set of 3", "18.00"),
)
_COLUMNS = (
    "order-id order-item-id purchase-date payments-date promise-date buyer-email buyer-name sku product-name "
    "quantity-purchased quantity-shipped quantity-to-ship recipient-name ship-city ship-postal-code ship-country currency "
    "item-price sales-channel"
).split()


def write(path: Path, orders: int, items: int = 0) -> None:
    """A report of unshipped orders on Amazon.com; ``items`` per order, or one to three by turns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(_COLUMNS) + "\r\n")
        for number in range(orders):
            for row in _rows(number, items or 1 + number % 3):
                file.write("\t".join(row) + "\r\n")


def name(number: int) -> str:
    """A buyer's name; no two orders near each other have the same."""
    second = LAST[number // len(FIRST) % len(LAST)]
    third = LAST[number // (len(FIRST) * len(LAST)) % len(LAST)]
    return f"{FIRST[number % len(FIRST)]} {second}-{third}"


def _rows(number: int, items: int) -> Iterator[tuple[str, ...]]:
    identity = f"112-{number % 10_000_000:07d}-{number * 7919 % 10_000_000:07d}"
    buyer = name(number)
    for item in range(items):
        sku, title, price = PRODUCTS[(number + item) % len(PRODUCTS)]
        yield (
            identity, f"{number:08d}{item:04d}", "2026-11-18T08:15:00+00:00", "2026-11-18T08:16:00+00:00",
            "2026-11-25T08:00:00+00:00", f"b{number}x@marketplace.amazon.com", buyer, sku, title, "1", "0", "1", buyer,
            "Portland", "97201", "US", "USD", price, "Amazon.com",
        )  # fmt: skip
