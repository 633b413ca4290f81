"""Finished messages from files, whatever made them: HTML, ``.eml``, folders, standard input."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from franking.errors import FrankingError
from franking.model import Attachment, Message

if TYPE_CHECKING:
    from email.message import EmailMessage

MAX_BYTES = 10 * 1024 * 1024
_SUFFIXES = (".html", ".htm", ".eml")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_MAGIC = {b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"GIF8": "a GIF image", b"PK\x03\x04": "a ZIP archive",
          b"%PDF": "a PDF document", b"\x1f\x8b": "a gzip file", b"\x7fELF": "a program"}  # fmt: skip


def find_messages(paths: Sequence[str]) -> list[Path | None]:
    """The files behind paths, folders searched for ``.html``, ``.htm`` and ``.eml``; None is standard input.

    Raises ``FrankingError`` for a path that does not exist or a folder without messages.
    """
    found: list[Path | None] = []
    for name in paths:
        path = Path(name)
        if name == "-":
            found.append(None)
        elif path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES and p.is_file())
            if not inside:
                raise FrankingError(f"{path}: no .html or .eml file in this folder")
            found.extend(inside)
        elif path.exists():
            found.append(path)
        else:
            raise FrankingError(f"{path}: no such file; expected an .html or .eml file, a folder, or -")
    return found


def read_message(path: Path | None) -> Message:
    """One message. Raises ``FrankingError`` for files that hold no text or are too large to be mail."""
    name = str(path) if path is not None else "-"
    data = read_bytes(path)
    is_mail = path is not None and path.suffix.lower() == ".eml"
    return _from_mail(name, data) if is_mail else Message(name, decode_bytes(name, data)[0])


def read_bytes(path: Path | None) -> bytes:
    """The bytes of a file, or of standard input. Raises ``FrankingError`` where it cannot be read or is no mail's size."""
    name = str(path) if path is not None else "-"
    try:
        if path is None:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FrankingError(f"{name}: cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise FrankingError(
            f"{name}: larger than the {MAX_BYTES >> 20} MB that Franking reads; mail programs cut HTML at 0.1 MB"
        )
    return data


def decode_bytes(name: str, data: bytes) -> tuple[str, str]:
    """HTML bytes as text, and the encoding that reads them: by BOM, by ``<meta charset>``, as UTF-8, or as Windows-1252
    (HTML, section 13.2.3). A byte order mark stays in the text."""
    magic = next((what for start, what in _MAGIC.items() if data.startswith(start)), None)
    if magic is None and b"\x00" in data[:65536] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        magic = "binary data"
    if magic is not None:
        raise FrankingError(f"{name}:1: found {magic}, expected HTML text")
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    declared = _CHARSET.search(data[:2048])
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace"), "cp1252"


def _from_mail(name: str, data: bytes) -> Message:
    from email import message_from_bytes  # HTML files do not need them
    from email.message import EmailMessage
    from email.policy import default as default_policy

    mail = message_from_bytes(data, policy=default_policy)
    if not isinstance(mail, EmailMessage) or not mail.keys():
        raise FrankingError(f"{name}:1: no header fields; expected an RFC 5322 message")
    html = _body(mail, "html")
    text = _body(mail, "plain")
    if html is None and text is None:
        raise FrankingError(f"{name}:1: the message has neither an HTML nor a text part")
    files: dict[str, bytes] = {}
    attachments: list[Attachment] = []
    bodies = [part for part in (mail.get_body(("html",)), mail.get_body(("plain",))) if part is not None]
    for part in mail.walk():
        if part.is_multipart() or part in bodies:
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        identity = str(part.get("Content-ID", "")).strip().strip("<>")
        shown = bool(identity) and f"cid:{identity}" in (html or "")
        if identity and part.get_content_maintype() == "image":
            files[f"cid:{identity}"] = content
        if not shown:
            attachments.append(Attachment(part.get_filename() or "(no name)", part.get_content_type(), len(content)))
    return Message(name, html, text, str(mail.get("Subject", "")), files=files, attachments=tuple(attachments))


def _body(mail: EmailMessage, subtype: str) -> str | None:
    part = mail.get_body((subtype,))
    if part is None:
        return None
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    charset = part.get_content_charset("utf-8")
    try:
        return payload.decode(charset, "replace").replace("\r\n", "\n")
    except LookupError:
        return payload.decode("utf-8", "replace").replace("\r\n", "\n")
