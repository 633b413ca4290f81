"""Documents that the API stores elsewhere: reports, and what became of feeds. They are downloaded from a URL that lives for
minutes, may be compressed (``compressionAlgorithm``), and name their character set in the Content-Type.

A download counts only as a whole: an answer of the wrong length, a compressed file that ends too early, and a page in place of
the file are asked for again, each time by a new URL.
"""

from __future__ import annotations

import codecs
import re
import time
import zlib
from collections.abc import Callable, Iterator
from email.message import Message
from typing import BinaryIO

import webencodings

from franking.channels.client import Client
from franking.errors import TransportError, Unreachable

Ask = Callable[[], tuple[str, str]]  # a new URL of the document, and its compressionAlgorithm, "" for none

_TRIES = 3
_LARGEST = 4 << 30  # bytes of an unpacked document
_GZIP = 31  # zlib: a gzip header and trailer (RFC 1952), 32 KB window
_PIECE = 1 << 20
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


class UnreadableDocument(TransportError):
    """A complete document that another download would not change."""


def read_document(client: Client, ask: Ask, into: BinaryIO, *, largest: int = _LARGEST) -> str:
    """Write a document into an open file, unpacked: as UTF-8 where the answer names its character set, else byte for byte.
    Returns the name of the character set, "" where the answer names none. ``largest`` is in bytes.

    Raises ``Unreachable`` if no whole document comes, also by new URLs; ``UnreadableDocument`` for a compression or
    character set that is not known, bytes that are not of the character set, more bytes than ``largest``;
    ``TransportError`` for a URL that would let it pass in the clear. What ``ask`` raises is let through.
    """
    why = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(client.pause * 2**attempt)
        into.seek(0)
        into.truncate()
        url, algorithm = ask()
        try:
            return _download(client, url, algorithm, into, largest)
        except Unreachable as error:
            why = str(error)
    raise Unreachable(why)


def _download(client: Client, url: str, algorithm: str, into: BinaryIO, largest: int) -> str:
    shown = client.endpoint.shown
    if algorithm not in ("", "GZIP"):
        raise UnreadableDocument(f"{shown}: the document is compressed by {algorithm[:20]!r}, expected GZIP or nothing")
    with client.stored(url) as (headers, pieces):
        kind = Message()
        kind["content-type"] = headers.get("content-type", "")
        packed = bool(algorithm) or headers.get("content-encoding", "").strip().lower() == "gzip"
        encoding = _codec(shown, str(kind.get_param("charset") or ""))
        if kind.get_content_type() in ("text/html", "application/xhtml+xml"):
            raise Unreachable(f"{shown}: found a web page in place of the document")
        size, first = 0, True
        decode = codecs.getincrementaldecoder(encoding)("strict") if encoding else None
        for piece in _unpacked(shown, pieces) if packed else pieces:
            if first and _PAGE.match(piece):
                raise Unreachable(f"{shown}: found a web page in place of the document")
            first = False
            if (size := size + len(piece)) > largest:
                raise UnreadableDocument(f"{shown}: the document has more than {largest >> 20} MB")
            into.write(_utf8(shown, decode, piece, encoding))
        if decode is not None:
            into.write(_utf8(shown, decode, b"", encoding, final=True))
    return encoding


def _unpacked(shown: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Gzip (RFC 1952), of several members perhaps. Raises ``Unreachable`` for what is no gzip, or ends before its trailer."""
    stream = zlib.decompressobj(_GZIP)
    begun = False
    try:
        for piece in pieces:
            while piece:
                if stream.eof:  # another member, or zeros after the last one
                    piece = piece.lstrip(b"\0")
                    if not piece:
                        break
                    stream = zlib.decompressobj(_GZIP)
                begun = True
                data = stream.decompress(piece, _PIECE)
                piece = stream.unused_data if stream.eof else stream.unconsumed_tail
                if data:
                    yield data
        while begun and not stream.eof and (data := stream.decompress(stream.unconsumed_tail, _PIECE)):
            yield data
    except zlib.error:
        raise Unreachable(f"{shown}: the document is no gzip file, or a damaged one") from None
    if not stream.eof:
        raise Unreachable(f"{shown}: the compressed document ends too early")


def _codec(shown: str, label: str) -> str:
    """The codec of a character set's name, by the web's names, else by Python's. Raises ``TransportError``."""
    if not label:
        return ""
    known = webencodings.lookup(label)
    name = ""
    if known is not None:
        name = str(known.codec_info.name)
    else:
        try:
            info = codecs.lookup(label)
            name = info.name if isinstance("é".encode(info.name, "replace"), bytes) else ""
        except (LookupError, ValueError, TypeError):
            name = ""
    if not name or name == "x-user-defined":
        raise UnreadableDocument(f"{shown}: the document is in {label[:30]!r}, a character set that is unknown to franking")
    return name


def _utf8(shown: str, decode: codecs.IncrementalDecoder | None, piece: bytes, encoding: str, *, final: bool = False) -> bytes:
    if decode is None:
        return piece
    try:
        return decode.decode(piece, final).encode()
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02x}"
        raise UnreadableDocument(f"{shown}: the document is named {encoding}, and has {byte}, which is not") from None
