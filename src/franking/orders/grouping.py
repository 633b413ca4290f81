"""Rows to orders, in flat memory, even when an order's rows are far apart.

The rows wait in a private temporary SQLite database that spills to disk and vanishes with its connection.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Iterator

Row = tuple[str, int, str]  # order ID, line in the file, the line's text


class Spool:
    """Rows of a file, to be read back order by order, in the order of each order's first row."""

    def __init__(self, rows: Iterable[Row]) -> None:
        # An empty name is a temporary database on disk (SQLite, "In-Memory And Temporary Databases").
        self._database = sqlite3.connect("", isolation_level=None)
        self.close = weakref.finalize(self, self._database.close)  # the rows go with the spool, or when it is closed
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        # Kilobytes, also of each sort before it spills. With eight times as much, reading a million orders takes as long.
        self._database.execute("PRAGMA cache_size = -2000")
        self._database.execute("PRAGMA temp_store = FILE")
        self._database.execute("CREATE TABLE row (line INTEGER PRIMARY KEY, order_id TEXT NOT NULL, data TEXT NOT NULL)")
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO row (order_id, line, data) VALUES (?, ?, ?)", rows)
        self._database.execute("CREATE TABLE first (line INTEGER PRIMARY KEY, order_id TEXT NOT NULL)")
        self._database.execute("INSERT INTO first SELECT min(line), order_id FROM row GROUP BY order_id")
        self._database.execute("CREATE INDEX by_order ON row (order_id, line)")
        self._database.execute("COMMIT")
        self.count: int = self._database.execute("SELECT count(*) FROM first").fetchone()[0]

    def __iter__(self) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        cursor = self._database.execute(
            "SELECT first.line, row.order_id, row.line, row.data FROM first JOIN row ON row.order_id = first.order_id "
            "ORDER BY first.line, row.line"
        )
        current: int | None = None
        order_id = ""
        rows: list[tuple[int, str]] = []
        for first, key, line, data in cursor:
            if first != current:
                if rows:
                    yield order_id, rows
                current, order_id, rows = first, key, []
            rows.append((line, data))
        if rows:
            yield order_id, rows
