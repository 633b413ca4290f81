"""The inbox's store: one ``.eml`` per message, numbered as received."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path

from franking.files.private import make_private_folder, write_private

NAME = re.compile(r"(\d{6,12})\.eml")


def file_name(number: int) -> str:
    """The file name of a message."""
    return f"{number:06d}.eml"


@dataclass(frozen=True, slots=True)
class Letter:
    """A received message."""

    file: Path
    recipient: str
    sender: str
    subject: str
    date: str
    size: int
    mail: EmailMessage

    def part(self, subtype: str) -> str:
        """The HTML or plain text with images embedded; empty if there is none."""
        body = self.mail.get_body((subtype,))
        return str(body.get_content()) if body is not None else ""


class Store:
    """A folder of numbered messages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_private_folder(folder)
        self._next = max((int(m[1]) for p in folder.iterdir() if (m := NAME.fullmatch(p.name))), default=0) + 1

    def add(self, sender: str, recipients: list[str], content: bytes) -> Path:
        """Store a message with its envelope in two header fields (RFC 5321, section 4.4)."""
        head = f"Return-Path: <{sender}>\r\nDelivered-To: {', '.join(recipients)}\r\n".encode("ascii", "replace")
        path = self._reserved()
        try:
            write_private(path, head + content)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path

    def _reserved(self) -> Path:
        """An empty file with the next free number; another process may store messages in the same folder."""
        while True:
            path = self.folder / file_name(self._next)
            self._next += 1
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                continue
            return path


def read_letter(path: Path) -> Letter:
    """Read one stored message."""
    data = path.read_bytes()
    mail = message_from_bytes(data, policy=default_policy)
    assert isinstance(mail, EmailMessage)
    return Letter(
        path,
        str(mail["Delivered-To"] or ""),
        str(mail["From"] or ""),
        str(mail["Subject"] or ""),
        str(mail["Date"] or ""),
        len(data),
        mail,
    )


def stored(folder: Path) -> Iterator[Letter]:
    """All messages of a store in the order of arrival."""
    if folder.is_dir():
        for path in sorted((p for p in folder.iterdir() if NAME.fullmatch(p.name)), key=lambda p: int(p.stem)):
            yield read_letter(path)
