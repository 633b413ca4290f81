"""What an order file comes in: plain, gzip, a ZIP archive with one file, a workbook, UTF-16. All become a file of bytes.

What is unpacked lies in an unnamed temporary file that goes with the handle. Sizes are bounded, whatever an archive claims.
"""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from franking.errors import InputError
from franking.orders.decoding import UNFINISHED
from franking.orders.foreign import other_file, zip_member

LARGEST = 4 << 30  # bytes of an unpacked report
_FREE = 64 << 20  # bytes that may be packed in any ratio
_RATIO = 200  # of a larger file; repetitive reports reach about 60
_CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SHIFTED = ("utf-7", "iso2022", "hz")  # encodings in which ASCII bytes may be parts of other characters
_PARTS = '\t\r\n,;|"-09AZaz'  # what rows and cells are parted at


@dataclass(slots=True)
class Source:
    """A file of bytes that can be read again and again from its start. ``name`` is for the user."""

    name: str
    stream: BinaryIO
    workbook: bool = False
    packed: bool = False  # or piped: there is no file of these bytes
    files: ExitStack = field(default_factory=ExitStack)
    encoding: str = ""  # what the bytes were in before they became UTF-8, "" where they are as they were

    def close(self) -> None:
        """Close the file; what was unpacked is gone then."""
        self.files.close()


def open_source(path: Path, encoding: str | None) -> Source:
    """Open a file and unpack it. Raises ``InputError`` for what is no file of rows, and ``OSError``."""
    name = str(path)
    with ExitStack() as opened:
        source = _unpacked(name, opened.enter_context(path.open("rb")), encoding, opened)
        source.files = opened.pop_all()
        return source


def _unpacked(name: str, stream: BinaryIO, encoding: str | None, opened: ExitStack) -> Source:
    piped = not stream.seekable()
    if piped:
        stream = opened.enter_context(_stored(iter(partial(stream.read, _CHUNK), b"")))
    head = stream.read(4096)
    packed = piped or head.startswith((GZIP, *_ZIP))
    if head.startswith(GZIP):
        stream = opened.enter_context(_stored(_gunzipped(name, stream)))
        head = stream.read(4096)
    elif head.startswith(_ZIP):
        member = _only_member(name, stream)
        if member is None:
            return Source(name, stream, workbook=True)
        stream = opened.enter_context(_stored(member))
        head = stream.read(4096)
    if head.startswith((GZIP, *_ZIP)):
        raise InputError(f"{name}: an archive in an archive; expected the report itself, or packed once")
    if not head.strip():
        raise InputError(f"{name}:1: the file is empty; expected an order report or API JSON")
    reason = other_file(head)
    if reason is not None:
        raise InputError(f"{name}:1: {reason}")
    wide = _wide(head, encoding)
    if wide is not None:
        stream = opened.enter_context(_stored(_as_utf8(name, stream, wide)))
        return Source(name, stream, packed=packed, encoding=wide)
    if encoding is None and b"\x00" in head.split(b"\n", 1)[0].split(b"\r", 1)[0]:
        raise InputError(f"{name}:1: found binary data, expected a tab-separated report or API JSON")
    return Source(name, stream, packed=packed)


def _gunzipped(name: str, stream: BinaryIO) -> Iterator[bytes]:
    packed = stream.seek(0, 2)
    stream.seek(0)
    with gzip.GzipFile(fileobj=stream) as file:
        try:
            yield from _bounded(name, file, packed)
        except (OSError, EOFError, zlib.error):
            raise InputError(f"{name}: a damaged or incomplete gzip file; download it again") from None


def _only_member(name: str, stream: BinaryIO) -> Iterator[bytes] | None:
    """The one file of a ZIP archive; None for an Excel workbook."""
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
        names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise InputError(f"{name}: a damaged or incomplete ZIP archive; download it again") from None
    if "xl/workbook.xml" in names:
        return None
    reason = zip_member(names)
    if reason is not None:
        raise InputError(f"{name}:1: {reason}")
    files = [
        n for n in names if not n.endswith("/") and not n.startswith("__MACOSX/") and not n.rpartition("/")[2].startswith(".")
    ]
    if len(files) != 1:
        raise InputError(f"{name}: a ZIP archive with {len(files)} files, expected one with a single report")
    return _member(name, archive, archive.getinfo(files[0]))


def _member(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.flag_bits & 1:
        raise InputError(f"{name}: a ZIP archive with a password, expected one without")
    try:
        with archive.open(entry) as file:
            yield from _bounded(name, file, entry.compress_size)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, ValueError):
        raise InputError(f"{name}: a damaged ZIP archive, or one packed in an unknown way; download it again") from None


def _bounded(name: str, file: IO[bytes] | gzip.GzipFile, packed: int) -> Iterator[bytes]:
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST or (size > _FREE and size > packed * _RATIO):
            raise InputError(
                f"{name}: unpacks to over {size >> 20} MB from {packed >> 10} kB; expected an order report, unpack it yourself "
                "if it is one"
            )
        yield chunk


@contextmanager
def _stored(chunks: Iterator[bytes]) -> Iterator[BinaryIO]:
    # On Windows it is an object around a file, typed as that.
    with cast("AbstractContextManager[BinaryIO]", tempfile.TemporaryFile("w+b")) as file:
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)
        yield file


def _wide(head: bytes, encoding: str | None) -> str | None:
    """The encoding that must become UTF-8 first, if it is such a one."""
    if encoding is not None:
        plain = codecs.lookup(encoding).name
        return plain if plain.startswith(_SHIFTED) or _PARTS.encode(plain) != _PARTS.encode() else None
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without a mark: a header of ASCII names has a zero in every second byte.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 > len(head) and min(even, odd) * 20 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _as_utf8(name: str, stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The bytes in UTF-8. What does not decode becomes a lone surrogate, which UTF-8 refuses in its own row."""
    stream.seek(0)
    passing = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(passing)
    while True:
        chunk = stream.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            if chunk or passing == "strict":
                raise InputError(
                    f"{name}: byte 0x{error.object[error.start]:02x} is not {encoding}; expected another --encoding"
                ) from None
            text = UNFINISHED
        yield text.encode("utf-8", "surrogatepass")
        if not chunk:
            return
