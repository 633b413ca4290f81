"""Confirmations of dispatch: a seller's file of parcels, as calls for a few and as a feed for many."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from franking.batch.parcels import Known, check_against, item_list
from franking.batch.reports import chosen_marketplace, read_orders
from franking.batch.submitting import CONFIRM
from franking.errors import InputError
from franking.feeds import FeedDocument, Shipment, documents
from franking.feeds.carriers import OTHER, carrier_code
from franking.model import Marketplace, Order
from franking.model.counted import counted
from franking.model.feeds import LineState
from franking.orders import open_orders
from franking.orders.parcels import ParcelRow, read_parcels
from franking.orders.values import Unreadable, parse_datetime, parse_quantity
from franking.outbox import Feeds, NewFeed

FEW = 20  # parcels that are confirmed by calls
LATE = timedelta(hours=24)
_AHEAD = timedelta(minutes=10)
_LIVE = (LineState.WAITING, LineState.ACCEPTED, LineState.AMBIGUOUS)
By = Literal["auto", "call", "feed", "flat"]


@dataclass(frozen=True, slots=True)
class Question:
    """A file of parcels; an order file that contains their orders, or the marketplace of them all; how they are confirmed."""

    file: Path
    orders: Path | None = None
    by: By = "auto"
    encoding: str | None = None
    marketplace: str | None = None
    states: Path | None = None
    items: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel with its marketplace and the row that begins it."""

    shipment: Shipment
    place: Marketplace
    where: str


@dataclass(frozen=True, slots=True)
class Dispatches:
    """What is confirmed, and how. ``known`` were submitted by an earlier run, with their states."""

    parcels: list[Parcel]
    by: Literal["call", "xml", "flat"]
    why: str
    warnings: list[str] = field(default_factory=list)
    known: dict[str, Mapping[str, LineState]] = field(default_factory=dict)


def read_dispatches(question: Question, feeds: Feeds | None, now: datetime) -> Dispatches:
    """The parcels of a file. Raises ``InputError`` that names file, line, what was found and what was expected."""
    rows = read_parcels(question.file, question.encoding)
    orders = _orders(question, {row.cells["id"] for row in rows})
    place = chosen_marketplace(question.marketplace)
    made: dict[tuple[str, str], tuple[Parcel, list[tuple[str, int]], ParcelRow]] = {}
    for row in rows:
        order = orders.get(row.cells["id"]) if orders is not None else None
        if orders is not None and order is None:
            raise row.fail("id", "is no order of the order file, expected one that it has")
        market = order.marketplace if order is not None else place
        if market is None:
            raise row.fail("id", "the marketplace is unknown; expected --orders FILE or --marketplace")
        if market.platform != "amazon":
            raise row.fail("id", f"{market.name} takes no such confirmations")
        parcel = _parcel(row, market, now)
        items = item_list(row, order, _quantity(row))
        key = (parcel.shipment.order_id, parcel.shipment.tracking_number)
        if key in made:
            first, found, _ = made[key]
            _same(row, first, parcel)
            if not items or not found or any(number == known for number, _ in items for known, _ in found):
                raise row.fail("item", f"the parcel of {first.where} has this item already, expected each item once")
            found += items
        else:
            made[key] = parcel, items, row
    earlier = feeds.of_orders({parcel.shipment.order_id for parcel, _, _ in made.values()}) if feeds is not None else {}
    found_parcels: list[Parcel] = []
    known: dict[str, Mapping[str, LineState]] = {}
    sums: dict[tuple[str, str], int] = {}
    for parcel, items, row in made.values():
        shipment = _with_items(parcel.shipment, items)
        live = {s: state for s, state in earlier.get(shipment.order_id, {}).items() if state in _LIVE}
        same = {subject: live[subject] for subject in shipment.subjects if subject in live}
        if same:
            known[f"{shipment.order_id} {shipment.tracking_number}"] = same
            continue
        if any(subject.startswith("cancel:") for subject in live):
            raise row.fail("id", "the order was cancelled by an earlier run, expected one that was dispatched")
        if orders is not None:
            check_against(row, Known(orders[shipment.order_id], sums), shipment)
        found_parcels.append(Parcel(shipment, parcel.place, parcel.where))
    warnings = [w for parcel in found_parcels if (w := _late(parcel, now))]
    by, why = _way(question.by, found_parcels)
    return Dispatches(found_parcels, by, why, warnings, known)


def _orders(question: Question, wanted: set[str]) -> dict[str, Order] | None:
    if question.orders is None:
        return None
    source = open_orders(
        question.orders, marketplace=chosen_marketplace(question.marketplace), items=question.items, charges=True
    )
    try:
        return {e.id: e for e in read_orders(source, question.states) if isinstance(e, Order) and e.id in wanted}
    finally:
        source.close()


def _quantity(row: ParcelRow) -> int | None:
    text = row.cells.get("quantity", "")
    if not text:
        return None
    try:
        found = parse_quantity(text)
    except Unreadable as error:
        raise row.fail("quantity", str(error)) from None
    if found < 1:
        raise row.fail("quantity", "found 0, expected 1 or more")
    return found


def _parcel(row: ParcelRow, place: Marketplace, now: datetime) -> Parcel:
    cells = row.cells
    written, name = cells["carrier"], cells.get("carrier-name", "")
    code = carrier_code(written)
    if code is None or code == OTHER:
        if not name:
            raise row.fail(
                "carrier", "is none of the marketplace's codes; expected one such as DHL, or Other with carrier-name"
            )
        code = OTHER
    else:
        name = ""
    for role, longest in (("carrier-name", 50), ("tracking", 50), ("method", 50)):
        if len(cells.get(role, "")) > longest:
            raise row.fail(role, f"found {len(cells[role])} characters, expected at most {longest}")
    try:
        moment = parse_datetime(cells["date"], place)
    except Unreadable as error:
        raise row.fail("date", str(error)) from None
    day = moment.astimezone(ZoneInfo(place.time_zone)).date()
    at = moment if ":" in cells["date"] else None
    if moment > now + _AHEAD:
        raise row.fail("date", "is in the future, expected the moment of dispatch")
    shipment = Shipment(cells["id"], code, name, cells["tracking"], day, at, cells.get("method", ""))
    return Parcel(shipment, place, row.where)


def _same(row: ParcelRow, first: Parcel, other: Parcel) -> None:
    """Raises ``InputError`` if two rows of one parcel contradict each other."""
    one, two = first.shipment, other.shipment
    for role, differs in (
        ("carrier", (one.carrier_code, one.carrier_name) != (two.carrier_code, two.carrier_name)),
        ("date", (one.at, one.day) != (two.at, two.day)),
        ("method", one.method != two.method),
    ):
        if differs:
            raise row.fail(role, f"contradicts {first.where}, which is the same parcel; expected the same")


def _with_items(shipment: Shipment, items: list[tuple[str, int]]) -> Shipment:
    return Shipment(
        shipment.order_id,
        shipment.carrier_code,
        shipment.carrier_name,
        shipment.tracking_number,
        shipment.day,
        shipment.at,
        shipment.method,
        tuple(items),
    )


def _late(parcel: Parcel, now: datetime) -> str:
    """A warning for a parcel that left more than a day ago; of a day alone, its end counts."""
    shipment = parcel.shipment
    left = shipment.at or datetime.combine(shipment.day, datetime.max.time(), ZoneInfo(parcel.place.time_zone))
    if now - left <= LATE:
        return ""
    hours = int((now - left).total_seconds() // 3600)
    return f"{parcel.where}: order {shipment.order_id} left {hours} hours ago; the marketplace wants it confirmed within 24"


def _way(by: By, parcels: Sequence[Parcel]) -> tuple[Literal["call", "xml", "flat"], str]:
    days = [parcel for parcel in parcels if parcel.shipment.at is None]
    whole = [parcel for parcel in parcels if not parcel.shipment.items]
    if by in ("call", "feed") and days:
        raise InputError(
            f"{days[0].where}: ship-date: is a day without a time, which --by {by} cannot express; expected such as "
            "2026-11-26T15:00:00+01:00, or --by flat"
        )
    if by == "call" and whole:
        raise InputError(f"{whole[0].where}: order-item-id: is missing, which a call needs; expected it, or --orders FILE")
    if by == "flat" or (by == "auto" and days):
        return "flat", "the flat file" if by == "flat" else "the flat file: it alone takes a day without a time"
    if by == "feed":
        return "xml", "the fulfilment feed"
    if by == "call":
        return "call", f"calls of {CONFIRM}"
    if whole:
        return "xml", "the fulfilment feed: a call needs the items' numbers"
    if len(parcels) > FEW:
        return "xml", f"the fulfilment feed: {len(parcels)} parcels are more than {FEW}"
    return "call", f"calls of {CONFIRM}: {counted(len(parcels), 'parcel is', 'parcels are')} no more than {FEW}"


def documents_of(found: Dispatches, merchant: str) -> list[tuple[str, FeedDocument]]:
    """The feeds' documents, each with its marketplace's ID; of calls there are none. Raises ``InputError``."""
    if found.by == "call" or not found.parcels:
        return []
    places = dict.fromkeys(parcel.place.id for parcel in found.parcels)
    form: Literal["xml", "flat"] = "flat" if found.by == "flat" else "xml"
    return [
        (place, document)
        for place in places
        for document in documents([p.shipment for p in found.parcels if p.place.id == place], form, merchant)
    ]


def calls_of(found: Dispatches, feeds: Feeds | None) -> list[NewFeed]:
    """The calls as the outbox takes them, one for each parcel."""
    if found.by != "call":
        return []
    orders = {parcel.shipment.order_id for parcel in found.parcels}
    earlier = feeds.of_orders(orders) if feeds is not None else {}
    numbers = {
        order: len({s.rpartition(":")[2] for s in subjects if s.startswith("ship:")}) for order, subjects in earlier.items()
    }
    made = []
    for parcel in found.parcels:
        shipment = parcel.shipment
        number = numbers[shipment.order_id] = numbers.get(shipment.order_id, 0) + 1
        content = json.dumps(_body(shipment, parcel.place, number), ensure_ascii=False, separators=(",", ":")).encode()
        made.append(
            NewFeed(
                CONFIRM,
                parcel.place.id,
                "application/json",
                hashlib.sha256(content).hexdigest(),
                content,
                [(1, shipment.order_id, shipment.subjects)],
            )
        )
    return made


def _body(shipment: Shipment, place: Marketplace, number: int) -> dict[str, Any]:
    assert shipment.at is not None
    moment = shipment.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    detail: dict[str, Any] = {
        "packageReferenceId": str(number),
        "carrierCode": shipment.carrier_code,
        "trackingNumber": shipment.tracking_number,
        "shipDate": f"{moment}Z",
        "orderItems": [{"orderItemId": item, "quantity": quantity} for item, quantity in shipment.items],
    }
    if shipment.carrier_name:
        detail["carrierName"] = shipment.carrier_name
    if shipment.method:
        detail["shippingMethod"] = shipment.method
    return {"marketplaceId": place.id, "packageDetail": detail}
