"""A received mail as a tree of parts, read in bounded depth and linear time.

``email.message_from_bytes`` recurses for each nested part and matches every line against every enclosing boundary: a mail
with a few thousand nested parts ends in ``RecursionError``. Anyone can send one, so this module reads feedback. It parses
at most ``DEPTH`` levels and ``PARTS`` parts, and marks parts that exceed the limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from franking.errors import InputError

DEPTH = 24
PARTS = 2000
_HEADER_BYTES = 1 << 20  # size of a header section
_VALUE = 2000  # characters parsed of a structured field, because its parser is not linear
_NAMES = 998  # characters of a field name, a line of RFC 5322
_BLANK_LINE = re.compile(rb"(?:\A|\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_LINES = re.compile(r"\r?\n")
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_TRANSFERRED = frozenset({"base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"})


class Unreadable(InputError):
    """An unreadable mail. The text gives the reason and contains nothing of the mail."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The unfolded fields of a header section (RFC 5322, section 2.2), in order; names in lower case."""

    all: tuple[tuple[str, str], ...]

    def every(self, name: str) -> list[str]:
        """The values of a field, topmost first."""
        return [value for known, value in self.all if known == name]

    def first(self, name: str) -> str:
        """The topmost value of a field, "" if there is none."""
        return next((value for known, value in self.all if known == name), "")

    def parameter(self, name: str, parameter: str) -> str:
        """A parameter of a structured field (RFC 2045, RFC 2231), "" if there is none."""
        value = _structured(name, self.first(name)).get_param(parameter, "", name)
        return value[2] if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its media type in lower case, its fields, its encoded body, and its parts. ``cut`` means that it has more
    than the limits permit.
    """

    kind: str
    fields: Fields
    body: bytes = field(repr=False)
    parts: tuple[Part, ...] = ()
    cut: bool = False

    @property
    def is_message(self) -> bool:
        """Whether its only part is a forwarded mail."""
        return self.kind in _MESSAGES and bool(self.parts)

    def content(self) -> bytes:
        """The decoded body. A damaged body is decoded as far as possible."""
        return _decoded(self.fields, self.body)

    def text(self) -> str:
        """The body as text. An unknown charset is read as UTF-8; undecodable bytes become U+FFFD."""
        charset = self.fields.parameter("content-type", "charset") or "utf-8"
        try:
            return self.content().decode(charset, "replace")
        except (LookupError, ValueError, UnicodeError):  # unknown, not a text encoding, or a name with a NUL
            return self.content().decode("utf-8", "replace")

    def within(self) -> Iterator[Part]:
        """The leaf parts of this mail in order. A forwarded mail is a leaf."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if part.is_message and part is not self:
                yield part
            elif part.parts:
                waiting.extend(reversed(part.parts))
            else:
                yield part

    def is_cut(self) -> bool:
        """Whether any part in it exceeded the limits."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if part.cut:
                return True
            waiting.extend(part.parts)
        return False


class _Budget:
    """Number of parts that may still be parsed."""

    def __init__(self) -> None:
        self.left = PARTS

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


def read_mail(data: bytes) -> Part:
    """Parse a mail. Raises ``Unreadable`` for a header section of more than 1 MB, and for bytes that are no mail."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")  # prefixes that editors and exports add
    if data[:5] == b"From ":  # the separator of an mbox
        data = data.partition(b"\n")[2]
    mail = _part(data, "text/plain", 0, _Budget())
    if not mail.fields.all:
        raise Unreadable("no mail: there is no header field")
    return mail


def read_fields(data: bytes) -> Fields:
    """Parse a header section. Lines that belong to no field are ignored. Raises ``Unreadable`` above 1 MB."""
    if len(data) > _HEADER_BYTES:
        raise Unreadable("a header section of more than 1 MB")
    return fields_of(data.decode("utf-8", "replace"))


def fields_of(text: str) -> Fields:
    """The unfolded fields of a text. A bare CR ends a line only if the text has no LF: other servers treated it as part of
    a value, so it must not start a field here that they would have removed."""
    found: list[tuple[str, list[str]]] = []
    for line in _LINES.split(text) if "\n" in text else text.split("\r"):
        if line[:1] in (" ", "\t"):
            if found:
                found[-1][1].append(line)
            continue
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t").lower()
        if colon and name and len(name) <= _NAMES and name.isascii() and not re.search(r"[\s\x00-\x1f\x7f]", name):
            found.append((name, [value]))
    return Fields(tuple((name, "".join(lines).replace("\x00", "").strip()) for name, lines in found))


def _part(data: bytes, default: str, depth: int, budget: _Budget) -> Part:
    head, body = _divided(data)
    fields = read_fields(head)
    written = fields.first("content-type")
    kind = _structured("content-type", written).get_content_type() if written else default
    if kind.startswith("multipart/"):
        boundary = fields.parameter("content-type", "boundary")
        if not boundary:
            return Part(kind, fields, body)
        if depth >= DEPTH:
            return Part(kind, fields, body, cut=True)
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts: list[Part] = []
        for piece in _pieces(body, boundary):
            if not budget.take():
                return Part(kind, fields, body, tuple(parts), cut=True)
            parts.append(_part(piece, inner, depth + 1, budget))
        return Part(kind, fields, body, tuple(parts))
    if kind in _MESSAGES:
        if depth >= DEPTH or not budget.take():
            return Part(kind, fields, body, cut=True)
        content = _decoded(fields, body)
        if not _divided(content.lstrip(b"\r\n"))[0].strip():
            return Part(kind, fields, body)
        return Part(kind, fields, body, (_part(content.lstrip(b"\r\n"), "text/plain", depth + 1, budget),))
    return Part(kind, fields, body)


def _divided(data: bytes) -> tuple[bytes, bytes]:
    """Split a part into header section and body."""
    blank = _BLANK_LINE.search(data)
    return (data, b"") if blank is None else (data[: blank.start()], data[blank.end() :])


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """The parts between the delimiter lines of a boundary (RFC 2046, section 5.1.1); the last one may lack its end."""
    name = re.escape(boundary.encode("utf-8", "replace").rstrip())
    start = -1
    for found in re.finditer(rb"(?:\A|\r\n|\n|\r)--" + name + rb"(--)?[ \t]*(?=\r|\n|\Z)", body):
        if start >= 0:
            yield body[start : found.start()]
        if found[1]:
            return
        start = found.end()
        start += 2 if body[start : start + 2] == b"\r\n" else 1
    if start >= 0:
        yield body[start:]


def _decoded(fields: Fields, body: bytes) -> bytes:
    encoding = fields.first("content-transfer-encoding").partition("(")[0].strip().lower()
    if encoding not in _TRANSFERRED:
        return body
    part = Message()
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(body.decode("ascii", "surrogateescape"))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else body


def _structured(name: str, value: str) -> Message:
    message = Message()
    message[name] = "".join(c if c.isprintable() else " " for c in value[:_VALUE])
    return message
