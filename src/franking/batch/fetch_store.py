"""What a fetch has got so far, on disk: pages, the token of the next one, the ID of a report. A killed fetch continues from it.

One SQLite file for a seller account, readable by its owner only. One process at a time has it: SQLite's own lock, which goes
with its holder. What was fetched is deleted when the finished file is complete.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from franking.errors import ConfigurationError
from franking.files.private import make_private, make_private_folder

_VERSION = 1
_TABLES = """
CREATE TABLE fetch (wish TEXT PRIMARY KEY, begun TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
  way TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '', token TEXT NOT NULL DEFAULT '', pages INTEGER NOT NULL DEFAULT 0,
  whole TEXT NOT NULL DEFAULT '', asked TEXT NOT NULL DEFAULT '', report TEXT NOT NULL DEFAULT '',
  kept INTEGER NOT NULL DEFAULT 0);
CREATE TABLE entry (wish TEXT NOT NULL, order_id TEXT NOT NULL, digest TEXT NOT NULL, placed TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (wish, order_id, digest));
CREATE TABLE items (wish TEXT NOT NULL, order_id TEXT NOT NULL, page INTEGER NOT NULL, token TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (wish, order_id, page));
CREATE TABLE finished (source TEXT PRIMARY KEY, until TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a fetch. ``way`` is the API that the orders come from, "" if undecided, and ``why`` the reason for it.
    ``whole`` is when the last order had come, ``asked`` when a report was requested; moments are aware, None if that has
    not happened. ``kept`` is whether the file was written and the fetch is not recorded as complete yet."""

    begun: datetime
    since: datetime
    until: datetime
    way: str
    why: str
    token: str
    pages: int
    whole: datetime | None
    asked: datetime | None
    report: str
    kept: bool


class FetchStore:
    """The fetches of an account in a folder. Raises ``ConfigurationError`` where another process fetches, and for a file that
    cannot be used."""

    def __init__(self, folder: Path, account: str) -> None:
        self._path = folder / f"{account}.db"
        try:
            make_private_folder(folder)
            make_private(self._path)
            self._database = sqlite3.connect(self._path, isolation_level=None, timeout=0.5)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from None
        self.close = weakref.finalize(self, self._database.close)
        try:
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA secure_delete = ON")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("BEGIN EXCLUSIVE")
            version = self._database.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _TABLES.split(";"):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {_VERSION}")
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self.close()
            raise self._unusable(error) from None
        if version not in (0, _VERSION):
            self.close()
            raise ConfigurationError(
                f"{self._path}: written by another version of franking; finish that fetch with it, or delete it"
            )

    def _unusable(self, error: Exception) -> ConfigurationError:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            return ConfigurationError(f"{self._path}: another process fetches orders of this account")
        reason = (error.strerror or "cannot be used").lower() if isinstance(error, OSError) else str(error)
        return ConfigurationError(f"{self._path}: {reason}")

    def _write(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        """Statements that happen together, on disk when this returns."""
        try:
            self._database.execute("BEGIN")
            for statement, values in statements:
                self._database.execute(statement, values)
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise self._unusable(error) from None

    def progress(self, wish: str) -> Progress | None:
        """How far a fetch is, None where there is none."""
        row = self._database.execute(
            "SELECT begun, since, until, way, why, token, pages, whole, asked, report, kept FROM fetch WHERE wish = ?", (wish,)
        ).fetchone()
        if row is None:
            return None
        begun, since, until, way, why, token, pages, whole, asked, report, kept = row
        return Progress(
            datetime.fromisoformat(begun),
            datetime.fromisoformat(since),
            datetime.fromisoformat(until),
            way,
            why,
            token,
            pages,
            _moment(whole),
            _moment(asked),
            report,
            bool(kept),
        )

    def begin(self, wish: str, now: datetime, since: datetime, until: datetime) -> None:
        """A new fetch; what there was of the wish is dropped."""
        self._write(
            *self._dropping(wish),
            ("INSERT INTO fetch (wish, begun, since, until) VALUES (?, ?, ?, ?)", (wish, *map(_text, (now, since, until)))),
        )

    def choose(self, wish: str, way: str, why: str) -> None:
        """By what orders come, and why not by another."""
        self._write(("UPDATE fetch SET way = ?, why = ? WHERE wish = ?", (way, why, wish)))

    def page(self, wish: str, orders: Sequence[Mapping[str, Any]], names: tuple[str, str], token: str) -> None:
        """A page that came. ``names`` are those of an order's ID and of when it was placed."""
        statements: list[tuple[str, tuple[object, ...]]] = [
            ("UPDATE fetch SET token = ?, pages = pages + 1 WHERE wish = ?", (token, wish))
        ]
        for order in orders:
            data, known, placed = canonical(order), order.get(names[0]), order.get(names[1])
            digest = hashlib.sha256(data.encode()).hexdigest()
            order_id = canonical(known) if isinstance(known, str) and known.strip() else digest
            statements.append(
                (
                    "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?)",
                    (wish, order_id, digest, canonical(placed) if isinstance(placed, str) else "", data),
                )
            )
        self._write(*statements)

    def again(self, wish: str) -> None:
        """Ask for the pages from the first one again; the orders that were received stay."""
        self._write(("UPDATE fetch SET token = '', pages = 0 WHERE wish = ?", (wish,)))

    def orders(self, wish: str) -> Iterator[list[dict[str, Any]]]:
        """The copies of each order, in the order in which orders were placed, whatever the pages were."""
        groups = self._database.execute(
            "SELECT order_id FROM entry WHERE wish = ? GROUP BY order_id ORDER BY min(placed), order_id", (wish,)
        )
        for (order_id,) in groups:
            rows = self._database.execute(
                "SELECT data FROM entry WHERE wish = ? AND order_id = ? ORDER BY digest", (wish, order_id)
            )
            yield [json.loads(data) for (data,) in rows.fetchall()]

    def count(self, wish: str) -> int:
        """How many orders came."""
        found: int = self._database.execute("SELECT count(DISTINCT order_id) FROM entry WHERE wish = ?", (wish,)).fetchone()[0]
        return found

    def items(self, wish: str, order_id: str) -> tuple[int, str, list[dict[str, Any]]]:
        """The pages of an order's items that came: how many, the token of the next one ("" at the end), the items."""
        rows = self._database.execute(
            "SELECT token, data FROM items WHERE wish = ? AND order_id = ? ORDER BY page", (wish, canonical(order_id))
        ).fetchall()
        return len(rows), rows[-1][0] if rows else "", [item for _, data in rows for item in json.loads(data)]

    def item_page(self, wish: str, order_id: str, page: int, items: Sequence[Mapping[str, Any]], token: str) -> None:
        """A page of an order's items that came."""
        values = (wish, canonical(order_id), page, token, canonical(items))
        self._write(("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", values))

    def no_items(self, wish: str, order_id: str) -> None:
        """Ask for the items of an order from the first page again."""
        self._write(("DELETE FROM items WHERE wish = ? AND order_id = ?", (wish, canonical(order_id))))

    def asked(self, wish: str, now: datetime) -> None:
        """Note that a report is about to be requested."""
        self._write(("UPDATE fetch SET asked = ? WHERE wish = ?", (_text(now), wish)))

    def report(self, wish: str, report: str) -> None:
        """The ID of the report."""
        self._write(("UPDATE fetch SET report = ? WHERE wish = ?", (report, wish)))

    def whole(self, wish: str, now: datetime) -> None:
        """All that belongs to the fetch has come."""
        self._write(("UPDATE fetch SET whole = ? WHERE wish = ? AND whole = ''", (_text(now), wish)))

    def keep(self, wish: str) -> None:
        """The file was written for a use that may fail: the fetch does not count yet."""
        self._write(("UPDATE fetch SET kept = 1 WHERE wish = ?", (wish,)))

    def finish(self, wish: str, source: str, until: datetime) -> None:
        """The finished file is complete: the fetch counts as the last one of its source."""
        record = "INSERT INTO finished VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET until = max(until, excluded.until)"
        self._write((record, (source, _text(until))), *self._dropping(wish))

    def drop(self, wish: str) -> None:
        """Forget a fetch."""
        self._write(*self._dropping(wish))

    def drop_older(self, moment: datetime) -> None:
        """Delete unfinished fetches that began before a moment: they contain buyers' data."""
        rows = self._database.execute("SELECT wish FROM fetch WHERE begun < ?", (_text(moment),)).fetchall()
        self._write(*(statement for (wish,) in rows for statement in self._dropping(wish)))

    def last(self, source: str) -> datetime | None:
        """The end of the period of the last complete fetch of a source; None if there was none."""
        row = self._database.execute("SELECT until FROM finished WHERE source = ?", (source,)).fetchone()
        return datetime.fromisoformat(row[0]) if row is not None else None

    def _dropping(self, wish: str) -> list[tuple[str, tuple[object, ...]]]:
        return [(f"DELETE FROM {table} WHERE wish = ?", (wish,)) for table in ("fetch", "entry", "items")]  # noqa: S608 - names of ours


def canonical(value: object) -> str:
    """JSON in one form, in ASCII (RFC 8259): equal values give equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _text(moment: datetime) -> str:
    """UTC to the second: texts compare as moments do."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
