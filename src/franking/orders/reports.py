"""Flat-file reports: a header row, one row per order item (``table`` reads them, whatever they were saved as)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from franking.model import BrokenOrder, Marketplace, NotUnderstood, Order, OrderItem
from franking.model.counted import counted
from franking.model.orders import MEND_ROW
from franking.orders.agreement import Contradiction, OrderRow, common, same_words, without_repetitions
from franking.orders.charges import CHARGE_COLUMNS, charges_of
from franking.orders.containers import Source
from franking.orders.conventions import Conventions
from franking.orders.grouping import Row, Spool
from franking.orders.repair import repaired_order
from franking.orders.shipping import country_code, one_fulfilment
from franking.orders.states import any_wish, cancel_wish, parse_flag, parse_state
from franking.orders.table import TextTable
from franking.orders.values import (
    SHORTENED,
    NumberStyle,
    Unreadable,
    market_decimal,
    masked,
    parse_amount,
    parse_datetime,
    parse_quantity,
)
from franking.orders.workbook import Workbook
from franking.policy import marketplace as find_marketplace
from franking.policy.reasons.broken_row import RULE as BROKEN_ROW
from franking.policy.relays import read_address

_BROKEN = "\x01"  # begins the spooled text of a row that cannot be read; no row that can be read holds it


class _Problem(Exception):
    """A cell that cannot be read; the text names column, found and expected, and no personal data."""

    rule = BROKEN_ROW.slug
    hint = MEND_ROW


class _Undecoded(_Problem):
    """A row that is not in the file's encoding: with one such row alone, the file may as well be in another."""

    hint = f"{MEND_ROW} If the whole file is in another encoding, name it with --encoding."


class _NoRelay(_Problem):
    """Nothing tells the marketplace because the buyer's address is no relay address: the address is what is wrong."""

    rule = "recipient"
    hint = "For another sales channel pass --marketplace, and a policy with relay_only = false, such as --policy basics."


class Report:
    """A flat-file report. Iterating yields its orders; ``count`` is how many there are."""

    notes: tuple[str, ...] = ()

    def __init__(self, source: Source, encoding: str | None, marketplace: Marketplace | None, *, charges: bool = False) -> None:
        self.marketplace = marketplace
        self._charges = charges
        table = Workbook(source) if source.workbook else TextTable(source, encoding)
        self.encoding = table.encoding
        self.header = table.header
        self.report_type = table.report_type
        self._names = dict(self.report_type.columns)
        if charges:
            self._names |= {**CHARGE_COLUMNS, "dispatched": "quantity-shipped"}
        self._columns = {role: self.header.index(name) for role, name in self._names.items() if name in self.header}
        self._conventions = Conventions(self.header)
        self._last = max(self.header.index(name) for name in self.report_type.required)
        self._styles: dict[str, NumberStyle] = {}  # by marketplace
        self._spool = Spool(self._rows(table))
        self.count = self._spool.count

    def _rows(self, table: TextTable | Workbook) -> Iterator[Row]:
        column = self._columns["id"]
        look = self._conventions.look
        for line, text, problem, found in table.rows():
            if problem:
                yield found or f"line {line}", line, f"{_BROKEN}{problem}"
                continue
            cells = text.split("\t")
            look(cells)
            order_id = cells[column].strip() if len(cells) > column else ""
            # A row without an order ID is an order of its own, so that the counts add up.
            yield order_id or f"line {line}", line, text

    def __iter__(self) -> Iterator[Order | BrokenOrder]:
        for order_id, rows in self._spool:
            line = rows[0][0]
            try:
                yield repaired_order(self._order(order_id, rows))
            except _Problem as problem:
                known = "" if order_id.startswith("line ") else order_id
                yield BrokenOrder(known, line, str(problem), problem.rule, problem.hint)

    def has(self, role: str) -> bool:
        """Whether the report has a column for what an order needs."""
        return role in self._columns

    def close(self) -> None:
        """Drop the spooled rows."""
        self._spool.close()

    def _order(self, order_id: str, rows: list[tuple[int, str]]) -> Order:
        first_line = rows[0][0]
        broken = next((text for _, text in rows if text.startswith(_BROKEN)), None)
        if broken is not None:
            reason = broken.removeprefix(_BROKEN)
            raise (_Undecoded if ": byte 0x" in reason else _Problem)(reason)
        if order_id.startswith("line "):
            raise _Problem(
                f"line {first_line}: no {self.report_type.columns['id']}; expected {self.report_type.order_id_words}"
            )
        columns = self._names
        every = [OrderRow(line, self._cells(line, text), text) for line, text in rows]
        try:
            head = common(every, columns, self._same)
            read = without_repetitions(every, columns)
        except Contradiction as contradiction:
            raise _Problem(str(contradiction)) from None
        market = self._market(first_line, head)
        currency = self._currency(every) or market.currency
        if (style := self._styles.get(market.id)) is None:
            style = self._styles[market.id] = NumberStyle(self._conventions.decimals, market_decimal(market.locale))
        state = self.report_type.state or parse_state(head.get("status", ""), f"column {columns['status']}")
        if not state and "to-ship" in self._columns:
            to_ship = [self._quantity(row.line, row.cells, "to-ship") if row.cells["to-ship"] else 0 for row in read]
            state = "unshipped" if any(to_ship) else "shipped"
            if self._charges and any(to_ship) and any(self._dispatched(row.line, row.cells) for row in read):
                state = "partiallyshipped"
        by_marketplace = self.report_type.state == "shipped"  # the report of what the marketplace ships
        fulfilment = one_fulfilment(row.cells.get("fulfilment", "") for row in every) or ("AFN" if by_marketplace else "")
        return Order(
            id=order_id,
            marketplace=market,
            purchased_at=self._purchased(every, head, market),
            items=tuple(self._item(row.line, row.cells, style, currency) for row in read),
            buyer_email=head.get("email", ""),
            buyer_name=_named(head),
            recipient_name=head.get("recipient", "") or (_named(head) if "surname" in head else ""),
            state=state,
            currency=currency,
            shipped_at=self._date(first_line, head, "shipped", market),
            delivered_at=self._latest(read, "delivered", market),
            delivery_from=self._date(first_line, head, "from", market),
            delivery_to=self._date(first_line, head, "to", market),
            carrier=head.get("carrier", ""),
            tracking_number=self._code(first_line, head, "tracking"),
            ship_city=head.get("city", ""),
            fulfilled_by_marketplace=by_marketplace or head.get("fulfilment", "").upper() in ("AFN", "AMAZON"),
            ship_country=self._country(head),
            ship_state=head.get("state", ""),
            fulfilment=fulfilment,
            line=first_line,
            cancel_requested=any_wish([self._wish(r) for r in every if r.cells.get("cancel") or r.cells.get("cancel-reason")]),
        )

    def _wish(self, row: OrderRow) -> bool | NotUnderstood:
        where = f"column {self.report_type.columns['cancel']} in line {row.line}"
        return cancel_wish(
            parse_flag(row.cells.get("cancel", ""), where, saved=True), row.cells.get("cancel-reason", ""), where
        )

    def _same(self, role: str, one: str, other: str) -> bool:
        """Whether two different cells of an order's rows mean the same."""
        if role == "channel":
            return self.marketplace is not None or find_marketplace(one) == find_marketplace(other) is not None
        return same_words(one, other)

    def _purchased(self, rows: list[OrderRow], head: dict[str, str], market: Marketplace) -> datetime:
        """The moment of purchase that the rows agree on; ``head`` has the first row's."""
        moment = self._needed_date(rows[0].line, head, "purchased", market)
        for row in rows[1:]:
            if row.cells.get("purchased", "") in ("", head["purchased"]):
                continue
            if self._needed_date(row.line, dict(row.cells), "purchased", market) != moment:
                column = self.report_type.columns["purchased"]
                raise _Problem(f"lines {rows[0].line} and {row.line}: column {column}: rows of one order contradict each other")
        return moment

    def _latest(self, rows: list[OrderRow], role: str, market: Marketplace) -> datetime | None:
        """The latest moment of a role: an order is there when its last part is."""
        moments = [self._needed_date(row.line, dict(row.cells), role, market) for row in rows if row.cells.get(role)]
        return max(moments, default=None)

    def _cells(self, line: int, text: str) -> dict[str, str]:
        cells = text.split("\t")
        if any(c.strip() for c in cells[len(self.header) :]):
            raise _Problem(f"line {line}: {counted(len(cells), 'cell')}, the header has {counted(len(self.header), 'column')}")
        if len(cells) <= self._last:
            missing = [n for n in self.report_type.required if self.header.index(n) >= len(cells)]
            raise _Problem(f"line {line}: {counted(len(cells), 'cell')}, expected {len(self.header)}; nothing for {missing[0]}")
        return {role: cells[i].strip() for role, i in self._columns.items() if i < len(cells)}

    def _market(self, line: int, cells: dict[str, str]) -> Marketplace:
        if self.marketplace is not None:
            return self.marketplace
        channel = cells.get("channel", "")
        if channel:
            found = find_marketplace(channel)
            if found is None:
                shown = channel[:30] if channel.lower().startswith(("amazon", "non-amazon")) else masked(channel)
                raise _Problem(
                    f"line {line}: column sales-channel: {shown!r} is not a known marketplace, expected for example Amazon.de"
                )
            return found
        country = cells.get("country", "").lower()
        if (name := self.report_type.places.get(country)) is not None and (found := find_marketplace(name)) is not None:
            return found
        address = read_address(cells.get("email", ""))
        if address.marketplace is not None:
            return address.marketplace
        if address.places:
            names = " or ".join(place.name for place in address.places)
            raise _Problem(f"line {line}: the buyer address is a relay of {names}; pass --marketplace")
        if address.form == "missing":
            raise _Problem(
                f"line {line}: neither sales-channel nor a buyer address identifies the marketplace; pass --marketplace"
            )
        raise _NoRelay(f"line {line}: column {self.report_type.columns['email']}: {address.fault}")

    def _country(self, cells: Mapping[str, str]) -> str:
        text = cells.get("country", "")
        place = find_marketplace(self.report_type.places.get(text.lower(), ""))
        return place.country if place is not None else country_code(text)

    def _date(self, line: int, cells: dict[str, str], role: str, market: Marketplace) -> datetime | None:
        return self._needed_date(line, cells, role, market) if cells.get(role) else None

    def _needed_date(self, line: int, cells: dict[str, str], role: str, market: Marketplace) -> datetime:
        text = cells.get(role, "")
        try:
            return parse_datetime(text, market, self._conventions.orders)
        except Unreadable as error:
            raise self._problem(line, role, text, error) from None

    def _problem(self, line: int, role: str, text: str, error: Unreadable) -> _Problem:
        return _Problem(f"line {line}: column {self._names[role]}: {masked(text)!r} {error}")

    def _quantity(self, line: int, cells: Mapping[str, str], role: str) -> int:
        try:
            return parse_quantity(cells[role])
        except Unreadable as error:
            raise self._problem(line, role, cells[role], error) from None

    def _currency(self, rows: list[OrderRow]) -> str:
        """The one currency of an order's rows, "" if the report does not state it."""
        found = [row.cells.get("currency", "").upper() for row in rows]
        for row, currency in zip(rows, found, strict=True):
            if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
                raise _Problem(
                    f"line {row.line}: column currency: {masked(currency)!r} is not a currency, expected for example EUR"
                )
            if currency != found[0]:
                raise _Problem(
                    f"line {row.line}: column currency: the order has another one in line {rows[0].line}, expected one"
                )
        return found[0]

    def _price(self, line: int, cells: Mapping[str, str], style: NumberStyle, currency: str) -> Decimal | None:
        text = cells.get("price", "")
        try:
            return parse_amount(text, style, currency)
        except Unreadable as error:
            raise self._problem(line, "price", text, error) from None

    def _code(self, line: int, cells: Mapping[str, str], role: str) -> str:
        text = cells.get(role, "")
        if SHORTENED.fullmatch(text):
            lost = Unreadable("is a spreadsheet's short form of a number, its digits are lost")
            raise self._problem(line, role, text, lost)
        return text

    def _item(self, line: int, cells: Mapping[str, str], style: NumberStyle, currency: str) -> OrderItem:
        quantity, price = self._quantity(line, cells, "quantity"), self._price(line, cells, style, currency)
        if self.report_type.unsure_price and quantity != 1:
            price = None  # of each piece or of all of them: the report does not say
        if not self._charges:
            return OrderItem(cells["sku"], cells["title"], quantity, price, cells.get("asin", ""))
        dispatched = quantity if self.report_type.state == "shipped" else self._dispatched(line, cells)
        return OrderItem(
            cells["sku"], cells["title"], quantity, price, cells.get("asin", ""), cells.get("item", ""), dispatched,
            charges_of(cells, line, style, currency),
        )  # fmt: skip

    def _dispatched(self, line: int, cells: Mapping[str, str]) -> int | None:
        """How many of a row's pieces were dispatched, None if the report does not state it."""
        return self._quantity(line, cells, "dispatched") if cells.get("dispatched") else None


def _named(cells: Mapping[str, str]) -> str:
    """The buyer's name, which a report may have in two columns."""
    return " ".join(filter(None, (cells.get("buyer", ""), cells.get("surname", ""))))
