"""Reading a ledger, as ``status`` and ``plan`` do, without loading what writing needs."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from franking.model.ledger import Key, Known, Standing, State
from franking.outbox.files import BUSY, PRAGMAS, make
from franking.outbox.head import HEAD
from franking.outbox.held import Held, Stop, stopped
from franking.outbox.moments import moment
from franking.outbox.overview import Overview
from franking.outbox.reader import Question, Reader, SqliteReader, one_line
from franking.outbox.standings import standing
from franking.outbox.suppressed import Suppressed

if TYPE_CHECKING:
    from franking.outbox.submitted import Submitted

_FILE = re.compile(r"sqlite:///([^?#%:]+)")  # a URL that needs no parsing


class LedgerView:
    """The readable part of a ledger. All times are UTC."""

    close: Callable[[], object]

    def __init__(self, reader: Reader, path: Path | None) -> None:
        self._reader = reader
        self._path = path

    def suppressions(self, seller: str) -> Suppressed:
        """The suppressed addresses of a seller account."""
        return Suppressed(self._reader, seller)

    def stops(self, seller: str) -> Held:
        """The stops of a seller account."""
        return Held(self._reader, seller)

    def feeds(self, seller: str) -> Submitted:
        """What a seller account submitted to the marketplace: adjustments, confirmations of dispatch."""
        from franking.outbox.submitted import Submitted

        return Submitted(self._reader, seller)

    def buyers(self, seller: str) -> Iterator[tuple[str, str]]:
        """The digest of the buyer's address and the order, of each message whose address is not erased."""
        asked = Question("SELECT recipient_digest, order_id FROM message WHERE recipient_digest <> ''/* and */")
        return ((buyer, order_id) for buyer, order_id in self._reader.each(asked.of(seller=seller)))

    def stopped(self, seller: str | None = None) -> list[Stop]:
        """The active stops of a seller account, or of all accounts."""
        return stopped(self._reader, seller)

    def overview(self, seller: str | None = None) -> Overview:
        """Read-only queries on a seller account, or on all, for people and monitoring."""
        return Overview(self._reader, seller)

    def standing(self, seller: str | None = None, batch: str | None = None, *, done: bool = False) -> Standing:
        """Number of messages of a seller account or batch by state. With ``done``, sent and cancelled messages are counted
        too."""
        return standing(self._reader, self._path, seller, batch, done=done)

    def state_of(self, key: Key) -> State | None:
        """The state of the message with a key; None if there is none."""
        return self.states(key.seller, key.kind, [key.order_id]).get(key.order_id)

    def states(self, seller: str, kind: str, order_ids: Collection[str]) -> dict[str, State]:
        """The states of a kind's messages for some orders; orders without one are left out."""
        return {order_id: known.state for order_id, known in self.known(seller, kind, order_ids).items()}

    def known(self, seller: str, kind: str, order_ids: Collection[str]) -> dict[str, Known]:
        """Like ``states``, with the time from which each message may be sent."""
        asked = Question("SELECT order_id, state, due_at FROM message WHERE order_id IN (:order)/* and */")
        rows = self._reader.rows(asked.of(seller=seller, kind=kind).among("order", order_ids))
        return {order: Known(State(state), moment(due_at) if due_at is not None else None) for order, state, due_at in rows}


def plain_file(url: str) -> Path | None:
    """The file of an outbox URL that needs no parsing; None for any other URL, which ``engines`` parses."""
    named = _FILE.fullmatch(url)
    return Path(named[1]) if named is not None else None


def open_view(path: Path) -> LedgerView | None:
    """The ledger in an SQLite file that has this version's schema; None for any other file, which ``Ledger`` upgrades or
    refuses. Raises ``OutboxUnavailable`` or ``OutboxError``."""
    make(path)
    with one_line(path):
        connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            if not _current(connection):
                connection.close()
                return None
        except BaseException:
            connection.close()
            raise
    view = LedgerView(SqliteReader(connection, path), path)
    view.close = connection.close
    return view


def _current(connection: sqlite3.Connection) -> bool:
    connection.execute("BEGIN IMMEDIATE")  # like ``Ledger``: raises an error now if the file is read-only
    try:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'").fetchone()
        return known is not None and connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
    finally:
        connection.execute("COMMIT")
