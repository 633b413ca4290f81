"""Read finished messages of any origin: HTML, ``.eml``, folders, standard input."""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from franking.errors import InputError
from franking.model import Attachment, Message

MAX_BYTES = 10 * 1024 * 1024
_LONGEST_ID = 998  # characters, a line of RFC 5322
_MOST_PARTS = 500  # nested multiparts of a mail
# Limit for a field about a part: the library's parser is quadratic in its parameters.
_ENDLESS = re.compile(
    rb"^content-(?:type|disposition|transfer-encoding|id):(?:[^\r\n]|\r?\n[ \t]){20000}", re.IGNORECASE | re.MULTILINE
)
_SUFFIXES = (".html", ".htm", ".eml")
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PK\x03\x04": "a ZIP archive",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip file",
    b"\x7fELF": "a program",
}


class Unread(NamedTuple):
    """A message that could not be read: its source, and the reason in a line that names the source."""

    source: str
    message: str


def find_messages(paths: Sequence[str]) -> tuple[list[Path | None], list[Unread]]:
    """The files of the paths; folders are searched for ``.html``, ``.htm`` and ``.eml``; None is standard input. The second
    list has entries of the folders that cannot be read.

    Raises ``InputError`` for a path that does not exist or a folder without messages.
    """
    found: list[Path | None] = []
    unread: list[Unread] = []
    for name in paths:
        path = Path(name)
        if name == "-":
            found.append(None)
        elif path.is_dir():
            inside = sorted(_inside(path, unread))
            if not inside and not unread:
                raise InputError(f"{path}: no .html or .eml file in this folder")
            found.extend(inside)
        elif path.exists():
            found.append(path)
        else:
            raise InputError(f"{path}: no such file; expected an .html or .eml file, a folder, or -")
    return found, unread


def _inside(folder: Path, unread: list[Unread]) -> Iterator[Path]:
    """The messages in a folder and the folders below it."""

    def fail(error: OSError) -> None:
        unread.append(Unread(str(error.filename), f"{error.filename}: cannot be read: {error.strerror}"))

    for place, _, files in os.walk(folder, onerror=fail):
        for name in files:
            path = Path(place, name)
            if path.suffix.lower() not in _SUFFIXES:
                continue
            if path.is_file():
                yield path
            else:
                what = "a link to nothing" if path.is_symlink() else "no regular file"
                unread.append(Unread(str(path), f"{path}: found {what}, expected a message"))


def read_message(path: Path | None) -> Message:
    """Read one message. Raises ``InputError`` for files without text, and files too large for a mail."""
    name = str(path) if path is not None else "-"
    data = read_bytes(path)
    is_mail = path is not None and path.suffix.lower() == ".eml"
    return message_of_mail(name, data) if is_mail else Message(name, decode_bytes(name, data)[0])


def read_bytes(path: Path | None) -> bytes:
    """The bytes of a file or of standard input. Raises ``InputError`` if it is unreadable, empty or too large for a mail."""
    name = str(path) if path is not None else "-"
    try:
        if path is None:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from None
    if not data:
        raise InputError(f"{name}:1: no content: found an empty {'input' if path is None else 'file'}, expected a message")
    if len(data) > MAX_BYTES:
        raise InputError(f"{name}: larger than the {MAX_BYTES >> 20} MB that Franking reads; mail programs cut HTML at 0.1 MB")
    return data


def decode_bytes(name: str, data: bytes) -> tuple[str, str]:
    """HTML bytes as text, and their encoding: by BOM, by ``<meta charset>``, as UTF-8, or as Windows-1252 (HTML, section
    13.2.3). A byte order mark stays in the text. Raises ``InputError`` for bytes that are no text."""
    from franking.html.encodings import Undecodable, decode

    magic = next((what for start, what in _MAGIC.items() if data.startswith(start)), None)
    if magic is None and b"\x00" in data[:65536] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        magic = "binary data"
    if magic is not None:
        raise InputError(f"{name}:1: found {magic}, expected HTML text")
    try:
        return decode(data, html=True, fallback="windows-1252")
    except Undecodable as error:
        line = 1 + data.count(b"\n", 0, error.offset)
        raise InputError(f"{name}:{line}: at byte {error.offset + 1}: {error}") from None


def message_of_mail(name: str, data: bytes) -> Message:
    """Parse a mail (RFC 5322); ``name`` identifies it in errors. Raises ``InputError``.

    The standard library's parser raises various exceptions for hostile mails; each becomes ``InputError``.
    """
    try:
        if data.count(b"boundary=") > _MOST_PARTS:  # the parser matches each line against each of them
            raise RecursionError
        if (endless := _ENDLESS.search(data)) is not None:
            line = data.count(b"\n", 0, endless.start()) + 1
            raise InputError(
                f"{name}:{line}: found a header field about a part of over 20,000 characters, expected a short one"
            )
        return _parsed(name, data)
    except InputError:
        raise
    except RecursionError:
        raise InputError(f"{name}:1: its parts are nested too deep to be read") from None
    except Exception:
        raise InputError(f"{name}:1: cannot be read as a mail: its header fields or parts are damaged") from None


def _parsed(name: str, data: bytes) -> Message:
    from email import message_from_bytes  # not needed for HTML files
    from email.message import EmailMessage
    from email.policy import default as default_policy

    from franking.mail.parts import Parts

    mail = message_from_bytes(data, policy=default_policy)
    if not isinstance(mail, EmailMessage) or not mail.keys():
        raise InputError(f"{name}:1: no header fields; expected an RFC 5322 message")
    if len(mail.get_all("Subject", [])) > 1:  # mail programs differ in which of them they show
        raise InputError(f"{name}:1: found more than one Subject, expected one (RFC 5322, section 3.6)")
    parts = Parts(name, mail)
    messages = parts.messages()
    if not any(message.html is not None or message.text is not None for message in messages):
        raise InputError(f"{name}:1: the message has neither an HTML nor a text part: no content")
    files: dict[str, bytes] = {}
    attachments: list[Attachment] = []
    # The bytes of each part with a Content-ID, by "cid:" URL.
    named = sorted(rest[:_LONGEST_ID] for message in messages for rest in (message.html or "").split("cid:")[1:])
    for part in parts.attached:
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        identity = str(part.get("Content-ID", "")).strip().strip("<>")
        at = bisect_left(named, identity)
        shown = bool(identity) and at < len(named) and named[at].startswith(identity)
        if identity and part.get_content_maintype() == "image":
            files[f"cid:{identity}"] = content
        if not shown:
            attachments.append(Attachment(part.get_filename() or "(no name)", part.get_content_type(), len(content)))
    others = tuple(replace(message, is_other=True) for message in messages[1:])
    return replace(messages[0], files=files, attachments=tuple(attachments), others=others)
