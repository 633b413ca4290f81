"""Flat-file reports: tab-separated, a header row, one row per order item, no quoting (a stray ``"`` is data)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from franking.errors import FrankingError
from franking.model import BrokenOrder, Marketplace, NotUnderstood, Order, OrderItem
from franking.model.orders import MEND_ROW
from franking.orders.agreement import Contradiction, OrderRow, common, same_words, without_repetitions
from franking.orders.grouping import Row, Spool
from franking.orders.repair import repaired_order
from franking.orders.shapes import Shape, recognize
from franking.orders.states import any_wish, cancel_wish, parse_flag, parse_state
from franking.orders.values import masked, parse_amount, parse_datetime, parse_quantity
from franking.policy import marketplace as find_marketplace
from franking.policy.relays import read_address

MAX_LINE = 1 << 20


class _Problem(Exception):
    """A cell that cannot be read; the text names column, found and expected, and no personal data."""

    rule = "broken-row"
    hint = MEND_ROW


class _NoRelay(_Problem):
    """Nothing tells the marketplace because the buyer's address is no relay address: the address is what is wrong."""

    rule = "recipient"
    hint = "For another sales channel say --channel other and --marketplace."


class Report:
    """A flat-file report. Iterating yields its orders; ``count`` is how many there are."""

    notes: tuple[str, ...] = ()

    def __init__(self, path: Path, encoding: str, marketplace: Marketplace | None) -> None:
        self.path = path
        self.encoding = encoding
        self.marketplace = marketplace
        try:
            with path.open(encoding=encoding, newline="\n") as file:
                self.header = [name.strip().strip('"').lower() for name in file.readline(MAX_LINE).rstrip("\r\n").split("\t")]
                self.shape: Shape = recognize(str(path), self.header)
                self._columns = {
                    role: self.header.index(name) for role, name in self.shape.columns.items() if name in self.header
                }
                self._spool = Spool(self._rows(file))
        except UnicodeDecodeError as error:
            raise FrankingError(f"{path}: byte 0x{error.object[error.start]:02x} is not {encoding}; pass --encoding") from None
        self.count = self._spool.count

    def _rows(self, file: Iterator[str]) -> Iterator[Row]:
        column = self._columns["id"]
        for line, text in enumerate(file, start=2):
            text = text.rstrip("\r\n")
            if not text.strip():
                continue
            cells = text.split("\t", column + 1)
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

    def close(self) -> None:
        """Drop the spooled rows."""
        self._spool.close()

    def _order(self, order_id: str, rows: list[tuple[int, str]]) -> Order:
        first_line = rows[0][0]
        if order_id.startswith("line "):
            raise _Problem(f"line {first_line}: no {self.shape.columns['id']}; expected 3-7-7 digits")
        every = [OrderRow(line, self._cells(line, text), text) for line, text in rows]
        try:
            head = common(every, self.shape.columns, self._same)
            read = without_repetitions(every, self.shape.columns)
        except Contradiction as contradiction:
            raise _Problem(str(contradiction)) from None
        market = self._market(first_line, head)
        state = self.shape.state or parse_state(head.get("status", ""), f"column {self.shape.columns['status']}")
        if not state and "to-ship" in self._columns:
            state = "unshipped" if any(r.cells["to-ship"] not in ("", "0") for r in read) else "shipped"
        return Order(
            id=order_id,
            marketplace=market,
            purchased_at=self._purchased(every, head, market),
            items=tuple(self._item(row.line, row.cells) for row in read),
            buyer_email=head.get("email", ""),
            buyer_name=head.get("buyer", ""),
            recipient_name=head.get("recipient", ""),
            state=state,
            currency=head.get("currency", "") or market.currency,
            shipped_at=self._date(first_line, head, "shipped", market),
            delivered_at=self._latest(read, "delivered", market),
            delivery_from=self._date(first_line, head, "from", market),
            delivery_to=self._date(first_line, head, "to", market),
            carrier=head.get("carrier", ""),
            tracking_number=head.get("tracking", ""),
            ship_city=head.get("city", ""),
            fulfilled_by_marketplace=head.get("fulfilment", "").upper() in ("AFN", "AMAZON") or self.shape.state == "shipped",
            line=first_line,
            cancel_requested=any_wish([self._wish(r) for r in every if r.cells.get("cancel") or r.cells.get("cancel-reason")]),
        )

    def _wish(self, row: OrderRow) -> bool | NotUnderstood:
        where = f"column {self.shape.columns['cancel']} in line {row.line}"
        return cancel_wish(parse_flag(row.cells.get("cancel", ""), where), row.cells.get("cancel-reason", ""), where)

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
                column = self.shape.columns["purchased"]
                raise _Problem(f"lines {rows[0].line} and {row.line}: column {column}: rows of one order contradict each other")
        return moment

    def _latest(self, rows: list[OrderRow], role: str, market: Marketplace) -> datetime | None:
        """The latest moment of a role: an order is there when its last part is."""
        moments = [self._needed_date(row.line, dict(row.cells), role, market) for row in rows if row.cells.get(role)]
        return max(moments, default=None)

    def _cells(self, line: int, text: str) -> dict[str, str]:
        cells = text.split("\t")
        extra = next((c for c in cells[len(self.header) :] if c.strip()), None)
        if extra is not None:
            raise _Problem(f"line {line}: {len(cells)} cells, the header has {len(self.header)} columns")
        missing = [n for n in self.shape.required if self.header.index(n) >= len(cells)]
        if missing:
            raise _Problem(f"line {line}: {len(cells)} cells, expected {len(self.header)}; nothing for {missing[0]}")
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
                    f"line {line}: column sales-channel: {shown!r} is no known marketplace, expected such as Amazon.de"
                )
            return found
        address = read_address(cells.get("email", ""))
        if address.marketplace is not None:
            return address.marketplace
        if address.form == "missing":
            raise _Problem(f"line {line}: neither sales-channel nor a buyer address says which marketplace; pass --marketplace")
        raise _NoRelay(f"line {line}: column {self.shape.columns['email']}: {address.fault}")

    def _date(self, line: int, cells: dict[str, str], role: str, market: Marketplace) -> datetime | None:
        return self._needed_date(line, cells, role, market) if cells.get(role) else None

    def _needed_date(self, line: int, cells: dict[str, str], role: str, market: Marketplace) -> datetime:
        text = cells.get(role, "")
        try:
            return parse_datetime(text, market)
        except (ValueError, OverflowError):
            column = self.shape.columns[role]
            raise _Problem(
                f"line {line}: column {column}: {masked(text)!r} is no date, expected such as 2026-11-20T08:15:42+00:00"
            ) from None

    def _item(self, line: int, cells: Mapping[str, str]) -> OrderItem:
        try:
            quantity = parse_quantity(cells["quantity"])
        except ValueError:
            column = self.shape.columns["quantity"]
            raise _Problem(
                f"line {line}: column {column}: {masked(cells['quantity'])!r} is no quantity, expected a whole number"
            ) from None
        try:
            price = parse_amount(cells.get("price", ""))
        except ValueError:
            raise _Problem(
                f"line {line}: column item-price: {masked(cells['price'])!r} is no amount, expected such as 19.99"
            ) from None
        return OrderItem(cells["sku"], cells["title"], quantity, price, cells.get("asin", ""))
