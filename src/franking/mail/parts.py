"""The parts of a mail: parts that a mail program may show become messages, the others are attachments.

Shown parts are every text part of a multipart, each alternative, and those of forwarded messages, unless they are marked as
attachments. Parts are numbered as in IMAP (RFC 3501, section 6.4.5). A part that mail programs would read differently is
refused.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy

from franking.errors import InputError
from franking.html.encodings import Undecodable, decode
from franking.model import Message

_HTML = frozenset(["text/html", "application/xhtml+xml", "text/x-amp-html", "text/watch-html"])
_FORWARDED = frozenset(["message/rfc822", "message/global"])
_TYPE = re.compile(r"\s*([\w!#$&^.+-]+/[\w!#$&^.+-]+)\s*(?:;|\Z)")
_COMMENT = re.compile(r"\([^()]*\)")
_CHARSET = re.compile(r"(?<=[;\s])charset\s*=\s*\"?([^\s\";]*)", re.IGNORECASE)
_PLAIN = frozenset(["", "7bit", "8bit", "binary", "7-bit", "8-bit"])
_UU = frozenset(["x-uuencode", "uuencode", "x-uue", "uue"])
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|=(?=\s*[^=\s])")
_ENDS_EMPTY = re.compile(rb"(?:\s|--\S*)*\Z")


@dataclass(slots=True)
class Shown:
    """A part that a mail program may show."""

    number: str
    media_type: str
    html: str | None
    text: str | None
    alternatives: frozenset[int]  # the alternatives that it is in
    lines: tuple[tuple[int, int, int], ...] = ()

    @property
    def name(self) -> str:
        """The name of the part for people."""
        return f"{self.number} {self.media_type}" if self.number else ""


@dataclass(slots=True)
class Level:
    """A mail, or a mail forwarded in it: the subject and the shown parts."""

    subject: str | None
    shown: list[Shown] = field(default_factory=list)


class Parts:
    """Reads a mail's parts: ``levels``, the mail itself first, and the parts that are ``attached``."""

    def __init__(self, source: str, mail: EmailMessage) -> None:
        self.levels: list[Level] = []
        self.attached: list[EmailMessage] = []
        self._source = source
        self._mail(mail, "")

    def messages(self) -> list[Message]:
        """The shown parts as messages: an HTML part with its text alternative, every other part by itself."""
        return [message for level in self.levels for message in _messages(self._source, level)]

    def _mail(self, mail: EmailMessage, number: str) -> None:
        level = Level(str(mail.get("Subject", "")))
        self.levels.append(level)
        multipart = mail.get_content_maintype() == "multipart"
        if multipart or number:
            self._read(mail, number if multipart else f"{number}.1", level, frozenset())
        else:
            self._read(mail, "", level, frozenset())

    def _read(self, part: EmailMessage, number: str, level: Level, around: frozenset[int]) -> None:
        media_type = self._media_type(part, number)
        if media_type in _FORWARDED:
            self.attached.append(part)
            self._mail(self._forwarded(part, number), number)
        elif media_type.startswith("multipart/"):
            if not part.is_multipart():
                content = part.get_payload(decode=True)
                if not isinstance(content, bytes) or _ENDS_EMPTY.match(content) is None:
                    raise self._error(number, media_type, "its parts cannot be separated: the boundary is missing")
                return
            inside = around | {id(part)} if media_type == "multipart/alternative" else around
            for index, inner in enumerate(part.iter_parts(), 1):
                assert isinstance(inner, EmailMessage)
                self._read(inner, f"{number}.{index}".lstrip("."), level, inside)
        else:
            self._leaf(part, number, media_type, level, around)

    def _leaf(self, part: EmailMessage, number: str, media_type: str, level: Level, around: frozenset[int]) -> None:
        disposition = part.get_content_disposition() or "inline"
        is_text = media_type.startswith("text/") and (media_type == "text/plain" or not part.get_filename())
        shown = disposition != "attachment" and (media_type in _HTML or is_text)
        if not shown or disposition != "inline" or media_type not in _HTML | {"text/plain"}:
            self.attached.append(part)
        if not shown:
            return
        try:
            text, _ = decode(self._content(part), self._charset(part, number, media_type), html=media_type in _HTML)
        except Undecodable as error:
            raise self._error(number, media_type, f"at byte {error.offset + 1}: {error}") from None
        text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        if media_type in _HTML:
            level.shown.append(Shown(number, media_type, text, None, around))
            return
        lines: tuple[tuple[int, int, int], ...] = ()
        if str(part.get_param("format", "")).strip().lower() == "flowed":
            text, lines = unflowed(text, joined=str(part.get_param("delsp", "")).strip().lower() == "yes")
        level.shown.append(Shown(number, media_type, None, text, around, lines))

    def _media_type(self, part: EmailMessage, number: str) -> str:
        """The media type of a part, as every mail program reads it."""
        fields = set(_written(part, "content-type"))
        if not fields:
            return part.get_default_type().lower()
        match = _TYPE.match(_COMMENT.sub(" ", next(iter(fields))))
        if match is None and fields == {"text"}:
            return "text/plain"
        if match is None or len(fields) > 1:
            what = "more than one Content-Type" if len(fields) > 1 else "a Content-Type that is none"
            raise self._error(number, "", f"found {what}, expected for example text/html; charset=utf-8")
        return match[1].lower()

    def _charset(self, part: EmailMessage, number: str, media_type: str) -> str:
        named = {name.lower() for field in _written(part, "content-type") for name in _CHARSET.findall(field)}
        if len(named) > 1:
            raise self._error(number, media_type, "found two charsets, expected one")
        return part.get_content_charset("").strip(" '\"")

    def _content(self, part: EmailMessage) -> bytes:
        """The bytes of a part. Raises ``Undecodable``, with the offset in the encoded bytes."""
        encoding = _transfer_encoding(part)
        del part["Content-Transfer-Encoding"]  # the library ignores what it cannot decode
        written = part.get_payload(decode=True)
        return transferred(written if isinstance(written, bytes) else b"", encoding)

    def _forwarded(self, part: EmailMessage, number: str) -> EmailMessage:
        inner = part.get_payload(0) if part.is_multipart() else None
        if not isinstance(inner, EmailMessage):
            raise self._error(number, "message/rfc822", "it contains no message")
        try:
            encoding = _transfer_encoding(part)
            if encoding not in _PLAIN:
                inner = _parsed(transferred(_as_written(inner), encoding))
        except Undecodable as error:
            raise self._error(number, "message/rfc822", f"at byte {error.offset + 1}: {error}") from None
        if not inner.keys():
            raise self._error(number, "message/rfc822", "it has no header fields")
        return inner

    def _error(self, number: str, media_type: str, what: str) -> InputError:
        name = f"part {number} " if number else ""
        kind = f"({media_type})" if media_type else ""
        return InputError(f"{self._source}:1: {f'{name}{kind}'.strip()}: {what}".replace(":1: :", ":1:"))


def _written(part: EmailMessage, field: str) -> list[str]:
    """All values of a header field, as written."""
    return [str(value).strip() for name, value in part.raw_items() if name.lower() == field]


def _parsed(data: bytes) -> EmailMessage:
    mail = message_from_bytes(data, policy=default_policy)
    assert isinstance(mail, EmailMessage)
    return mail


def _as_written(inner: EmailMessage) -> bytes:
    if not inner.keys():  # base64 has no colons
        body = inner.get_payload(decode=True)
        return body if isinstance(body, bytes) else b""
    return inner.as_bytes()


def _transfer_encoding(part: EmailMessage) -> str:
    fields = {_COMMENT.sub("", str(value)).strip(" \t;\"'").lower() for value in _written(part, "content-transfer-encoding")}
    if len(fields) > 1:
        raise Undecodable("found two transfer encodings, expected one", 0)
    return next(iter(fields), "")


def transferred(written: bytes, encoding: str) -> bytes:
    """Decode a content transfer encoding (RFC 2045, section 6). Raises ``Undecodable``, with the offset in ``written``."""
    if encoding in _PLAIN:
        return written
    if encoding == "quoted-printable":
        return binascii.a2b_qp(written)
    if encoding in _UU:
        return _from_uu(written)
    if encoding != "base64":
        shown = "".join(c if c.isprintable() else "?" for c in encoding[:40])
        raise Undecodable(f"found the transfer encoding {shown!r}, expected base64, quoted-printable or 8bit", 0)
    wrong = _NO_BASE64.search(written)
    if wrong is not None:
        raise Undecodable(f"found 0x{written[wrong.start()]:02X}, expected base64", wrong.start())
    digits = b"".join(written.split()).rstrip(b"=")
    if len(digits) % 4 == 1:
        raise Undecodable("found the end, expected more base64", len(written))
    return binascii.a2b_base64(digits + b"==")


def _from_uu(written: bytes) -> bytes:
    found: list[bytes] = []
    offset, begun = 0, False
    for line in written.splitlines(keepends=True):
        if begun and line.strip() in (b"end", b"`"):
            return b"".join(found)
        if begun:
            try:
                found.append(binascii.a2b_uu(line))
            except binascii.Error:
                raise Undecodable("found a line that is not uuencoded", offset) from None
        begun = begun or line.startswith(b"begin ")
        offset += len(line)
    raise Undecodable("found no complete uuencoded text", offset)


def unflowed(text: str, *, joined: bool) -> tuple[str, tuple[tuple[int, int, int], ...]]:
    """A ``format=flowed`` text (RFC 3676) as it is shown, with the origin of its pieces: line and column in the result,
    line in the source. ``joined`` (``delsp=yes``) removes the space before each soft break."""
    result: list[str] = []  # the lines of a paragraph; each paragraph ends with its line ending
    pieces: list[tuple[int, int, int]] = []
    paragraph, length = 0, 0
    flowing = ""  # quote depth of the continued paragraph
    for number, written in enumerate(text.split("\n"), 1):
        quotes = written[: len(written) - len(written.lstrip(">"))]
        line = written[len(quotes) :].removeprefix(" ")
        if flowing and flowing == f"{quotes}|" and line != "-- ":
            pieces.append((paragraph, length + 1, number))
        else:
            line = f"{quotes}{' ' if quotes else ''}{line}"
            if paragraph:
                result.append("\n")
            paragraph, length = paragraph + 1, 0
            pieces.append((paragraph, 1, number))
        soft = line.endswith(" ") and line != "-- "
        flowing = f"{quotes}|" if soft else ""
        result.append(line[:-1] if soft and joined else line)
        length += len(result[-1])
    return "".join(result), tuple(pieces)


def _messages(source: str, level: Level) -> Iterator[Message]:
    """The messages of a level; the main one has the subject."""
    shown = level.shown
    first = next((part for part in shown if part.html is not None), None)
    text = next(
        (part for part in shown if part.text is not None and (first is None or first.alternatives & part.alternatives)), None
    )
    yield Message(
        source,
        first.html if first else None,
        text.text if text else None,
        level.subject,
        mime_html=first.name if first else "",
        mime_text=text.name if text else "",
        text_lines=text.lines if text else (),
    )
    for part in shown:
        if part is not first and part is not text:
            yield Message(source, part.html, part.text, mime_html=part.name, mime_text=part.name, text_lines=part.lines)
