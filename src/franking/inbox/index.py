"""The list of a store's messages, page by page. Header fields are read only for the messages of the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from functools import lru_cache
from pathlib import Path

from franking.inbox.store import NAME, file_name

PAGE = 50  # messages
_HEAD = 65_536  # bytes read for the header fields
_SHOWN = 300  # characters of a field


@dataclass(frozen=True, slots=True)
class Head:
    """A stored message in a list; unreadable fields are empty."""

    number: int
    recipient: str
    sender: str
    subject: str
    date: str
    size: int  # bytes

    @property
    def file(self) -> str:
        """The file's name without its suffix."""
        return file_name(self.number).removesuffix(".eml")


class Index:
    """The numbers of a store's messages. The folder is listed once; later messages are found by their numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: list[int] = []  # ascending
        self._changed = -1
        self._lock = threading.Lock()

    def page(self, number: int) -> tuple[list[Head], int]:
        """A page of messages, the newest first (``number`` from 1), and how many messages there are."""
        with self._lock:
            for _ in range(3):  # files may be removed in the meantime
                self._refresh()
                end = len(self._numbers) - PAGE * (number - 1)
                heads = [self._head(n) for n in reversed(self._numbers[max(0, end - PAGE) : max(0, end)])]
                if None not in heads:
                    break
                self._changed = -1
                self._numbers = []
            return [head for head in heads if head is not None], len(self._numbers)

    def position(self, number: int) -> int:
        """The page with a message, from 1."""
        with self._lock:
            self._refresh()
            return 1 + sum(1 for n in reversed(self._numbers) if n > number) // PAGE

    def _refresh(self) -> None:
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError:
            self._numbers, self._changed = [], -1
            return
        if changed == self._changed:
            return
        known = len(self._numbers)
        if known and self._changed != -1:
            while (self._folder / file_name(self._numbers[-1] + 1)).is_file():
                self._numbers.append(self._numbers[-1] + 1)
        if len(self._numbers) == known:
            self._numbers = sorted(numbers(self._folder))
        self._changed = changed

    def _head(self, number: int) -> Head | None:
        path = self._folder / file_name(number)
        try:
            facts = path.stat()
            return _read(path, number, facts.st_mtime_ns, facts.st_size)
        except OSError:
            return None


def numbers(folder: Path) -> Iterator[int]:
    """The numbers of a store's messages, unordered."""
    if folder.is_dir():
        yield from (int(match[1]) for path in folder.iterdir() if (match := NAME.fullmatch(path.name)))


def heads(folder: Path) -> Iterator[Head]:
    """All messages in the order of arrival, one at a time."""
    for number in sorted(numbers(folder)):
        path = folder / file_name(number)
        try:
            yield _read(path, number, 0, path.stat().st_size)
        except OSError:
            continue  # removed in the meantime


@lru_cache(maxsize=1024)
def _read(path: Path, number: int, _changed: int, size: int) -> Head:
    with path.open("rb") as file:
        start = file.read(_HEAD)
    try:
        mail = BytesHeaderParser().parsebytes(start)
        fields = [_decoded(mail.get(name)) for name in ("Delivered-To", "From", "Subject", "Date")]
    except (
        ValueError,
        LookupError,
        RecursionError,
        TypeError,
        AttributeError,
    ):  # raised for hostile mails
        fields = ["", "", "", ""]
    return Head(number, fields[0], fields[1], fields[2] or "(no subject)", fields[3], size)


def _decoded(value: object) -> str:
    """A decoded field value in one line of bounded length."""
    raw = str(value if value is not None else "")[: 4 * _SHOWN]
    try:
        text = str(make_header(decode_header(raw)))
    except (HeaderParseError, ValueError, LookupError):
        text = raw
    return "".join(c if c.isprintable() else "\ufffd" if not c.isspace() else " " for c in text)[:_SHOWN]
