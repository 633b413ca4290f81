"""How the cost of a message grows: ``python -m bench.curves`` measures and draws ``docs/images/performance/*.svg``.

Orders come from ``bench.stream`` (its own half hour, ``build/stream.json``); the other curves take about ten minutes.
"""

from __future__ import annotations

import json
import math
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import reports, smtp
from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog, sample_order
from franking.mail import Mailbox, Sender, build_message
from franking.model import Franked, Order, OrderItem
from franking.policy import load

PICTURES = Path("docs/images/performance")
DATA = Path("build/curves.json")
WORK = Path("build/curves")
SENDER = Sender("bench", Mailbox("shop@example.com"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)
Curve = dict[str, float]


def order(number: int, items: int = 4) -> Order:
    """An order of so many items; no two near each other have the same buyer."""
    catalog = Catalog(Path("templates"), Path("themes"))
    kind = catalog.kind("order_confirmation")
    plain = sample_order(kind.samples[0], locale_marketplace("en"), kind)
    bought = (plain.items * items)[:items]
    return replace(
        plain, id=f"112-{number % 10_000_000:07d}-{number * 7919 % 10_000_000:07d}", buyer_name=reports.name(number),
        items=tuple(OrderItem(item.sku, item.title, item.quantity, item.price, item.asin) for item in bought),
    )  # fmt: skip


def cost(make: Callable[[Order], object], orders: list[Order]) -> float:
    """Milliseconds per message, the median of five fifths."""
    part = max(1, len(orders) // 5)
    times = []
    for start in range(0, len(orders), part):
        begun = time.perf_counter()
        for one in orders[start : start + part]:
            make(one)
        times.append((time.perf_counter() - begun) / len(orders[start : start + part]) * 1e3)
    return statistics.median(times)


def fast(pipeline: Pipeline) -> Callable[[Order], object]:
    """Make and build a message by its shape."""

    def make(one: Order) -> object:
        franked = pipeline.franked(one)
        assert isinstance(franked, Franked), franked
        return build_message(franked, SENDER, "b@marketplace.amazon.com", NOW)

    return make


def pipeline(templates: Path = Path("templates")) -> Pipeline:
    """The order confirmation in the plain theme."""
    catalog = Catalog(templates, Path("themes"))
    return Pipeline(catalog, catalog.kind("order_confirmation"), catalog.theme("plain"), load())


def by_items() -> tuple[Curve, Curve]:
    """Milliseconds by items per order: by shape, and as a whole."""
    shaped: Curve = {}
    whole: Curve = {}
    for items in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        made = pipeline()
        orders = [order(n, items) for n in range(60)]
        for one in orders[:5]:
            made.franked(one)
        shaped[str(items)] = cost(fast(made), orders[5:])
        whole[str(items)] = cost(made.whole, orders[: 5 if items > 50 else 20])
    return shaped, whole


def by_size() -> tuple[Curve, Curve]:
    """Milliseconds by kilobytes of template: by shape, and as a whole."""
    shaped: Curve = {}
    whole: Curve = {}
    paragraph = "<p>Please take a moment to compare the parts with the list that we have put on the box.</p>\n"
    for size in (2, 5, 10, 20, 50, 100, 200):
        folder = WORK / f"templates-{size}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree("templates", folder)
        file = folder / "order_confirmation/message.html.j2"
        text = file.read_text("utf-8")
        missing = max(0, size * 1000 - len(text)) // len(paragraph)
        file.write_text(text.replace("{{ item_table(", paragraph * missing + "{{ item_table("), "utf-8")
        made = pipeline(folder)
        orders = [order(n) for n in range(105)]
        for one in orders[:5]:
            made.franked(one)
        shaped[str(size)] = cost(fast(made), orders[5:])
        whole[str(size)] = cost(made.whole, orders[: 5 if size > 50 else 20])
    return shaped, whole


def by_shapes() -> Curve:
    """Milliseconds by the number of shapes that 12,000 messages have between them."""
    found: Curve = {}
    folder = WORK / "templates-shapes"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree("templates", folder)
    file = folder / "order_confirmation/message.html.j2"
    # What an author vouches for is structure: each SKU makes a shape of its own.
    text = file.read_text("utf-8")
    file.write_text(text.replace("{{ greeting(", "<!-- {{ items[0].sku|safe }} -->{{ greeting("), "utf-8")
    for shapes in (1, 10, 100, 1_000, 10_000):
        made = pipeline(folder)
        messages = 12_000 if shapes > 100 else 4_000
        first = order(0)
        start = time.perf_counter()
        for number in range(messages):
            made.franked(_of_shape(first, number, number % shapes))
        found[str(shapes)] = (time.perf_counter() - start) / messages * 1e3
    return found


def _of_shape(first: Order, number: int, shape: int) -> Order:
    """An order whose message has a shape of its own among the others."""
    item = replace(first.items[0], sku=str(shape))
    return replace(first, id=f"112-{number:07d}-0000001", buyer_name=reports.name(number), items=(item, *first.items[1:]))


def by_distance() -> tuple[Curve, Curve]:
    """Messages per second on ten connections by round trip in milliseconds: ours, and aiosmtplib's sendmail."""
    ours: Curve = {}
    theirs: Curve = {}
    with smtp.sink() as near:
        for trip in (0, 5, 10, 20, 50, 100):
            number = 4000 if trip == 0 else 20_000 // trip
            with smtp.far(near, trip / 1000) as distant:
                ours[str(trip)] = smtp.ours(distant, number, smtp.PLAIN)
                theirs[str(trip)] = smtp.with_aiosmtplib(distant, max(60, number // 4), smtp.PLAIN)
    return ours, theirs


def draw(name: str, title: str, x: str, y: str, curves: dict[str, Curve]) -> None:
    """One picture; both axes are logarithmic, with a label at each abscissa measured."""
    import pygal
    from pygal.style import CleanStyle

    heights = [value for curve in curves.values() for value in curve.values()]
    marks = [step * 10.0**power for power in range(-3, 8) for step in (1, 2, 5)]
    low = max((mark for mark in marks if mark <= min(heights)), default=marks[0])
    high = min(mark for mark in marks if mark >= max(heights))
    chart = pygal.XY(
        js=(), title=title, x_title=x, y_title=y, width=720, height=400, legend_at_bottom=True, style=CleanStyle, dots_size=3,
        disable_xml_declaration=True, range=(math.log10(low), math.log10(high)),
        x_label_rotation=20, show_x_guides=False, show_legend=len(curves) > 1,
    )  # fmt: skip
    for label, curve in curves.items():
        chart.add(label, [(_at(float(k)), math.log10(value)) for k, value in curve.items()])
    chart.x_labels = [{"value": _at(float(k)), "label": f"{int(k):,}"} for k in next(iter(curves.values()))]
    chart.y_labels = [{"value": math.log10(mark), "label": f"{mark:,.12g}"} for mark in marks if low <= mark <= high]
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{name}.svg").write_text(chart.render(is_unicode=True) + "\n", "utf-8")


def _at(value: float) -> float:
    """Where a number of the abscissa stands; nothing stands where one would."""
    return math.log10(max(value, 1.0))


def main() -> None:
    """Measure what is asked for (all, or the names given; with "draw" nothing else), and draw."""
    WORK.mkdir(parents=True, exist_ok=True)
    data: dict[str, dict[str, Curve]] = json.loads(DATA.read_text("utf-8")) if DATA.exists() else {}
    measures: dict[str, Callable[[], dict[str, Curve]]] = {
        "items": lambda: dict(zip(("by shape", "as a whole"), by_items(), strict=True)),
        "size": lambda: dict(zip(("by shape", "as a whole"), by_size(), strict=True)),
        "shapes": lambda: {"all messages": by_shapes()},
        "distance": lambda: dict(zip(("franking", "aiosmtplib"), by_distance(), strict=True)),
    }
    stream = Path("build/stream.json")
    if stream.exists():
        found = json.loads(stream.read_text("utf-8"))
        data["orders"] = {"seconds": {k: v["seconds"] for k, v in found.items()}}
        data["memory"] = {"megabytes": {k: v["megabytes"] for k, v in found.items()}}
    for name in [n for n in sys.argv[1:] if n != "draw"] or ([] if "draw" in sys.argv else list(measures)):
        data[name] = measures[name]()
        for label, curve in data[name].items():
            sys.stdout.write(f"{name}, {label}: {', '.join(f'{k}: {v:.3g}' for k, v in curve.items())}\n")
        DATA.write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    titles = {
        "items": ("Milliseconds per message by items per order", "items", "ms"),
        "size": ("Milliseconds per message by size of the template", "KB", "ms"),
        "shapes": ("Milliseconds per message by number of shapes", "shapes", "ms"),
        "distance": ("Messages per second by round trip, ten connections", "ms", "messages/s"),
        "orders": ("Seconds from report to ledger by orders", "orders", "s"),
        "memory": ("Resident memory by orders", "orders", "MB"),
    }
    for name, curves in data.items():
        draw(name, *titles[name], curves)


if __name__ == "__main__":
    main()
