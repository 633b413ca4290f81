"""Where feedback lies: a Maildir, an mbox file, a folder of .eml files, or an IMAP folder."""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from franking.model import FrankingError

_MAX_BYTES = 5 * 1024 * 1024


def open_mailbox(source: str, password: str = "", ca_file: Path | None = None) -> Iterator[bytes]:
    """The mails of a source, each as its bytes, those over 5 MB left out. Raises ``FrankingError`` for a source that
    cannot be read.

    ``source`` is a path, or ``imaps://user@host/FOLDER``; nothing there is changed, moved or marked.
    """
    if source.startswith("imap"):
        return _imap(source, password, ca_file)
    path = Path(source)
    if (path / "cur").is_dir() and (path / "new").is_dir():
        return _maildir(path)
    if path.is_dir():
        return (file.read_bytes() for file in sorted(path.rglob("*.eml")) if file.stat().st_size <= _MAX_BYTES)
    if path.is_file():
        with path.open("rb") as file:
            start = file.read(5)
        if start != b"From ":
            return iter([path.read_bytes()])
        return _mbox(path)
    raise FrankingError(f"{source}: expected a Maildir, an mbox or .eml file, a folder, or imaps://user@host/FOLDER")


def _mbox(path: Path) -> Iterator[bytes]:
    with closing(mailbox.mbox(path, create=False)) as box:
        for mail in box:
            yield bytes(mail)


def _maildir(path: Path) -> Iterator[bytes]:
    for folder in ("new", "cur"):
        for file in sorted((path / folder).iterdir()):
            if file.is_file() and file.stat().st_size <= _MAX_BYTES:
                yield file.read_bytes()


def _imap(url: str, password: str, ca_file: Path | None) -> Iterator[bytes]:
    try:
        parts = urlsplit(url)
        port = parts.port or 993
    except ValueError:
        raise FrankingError("the IMAP URL cannot be read; expected imaps://user@host/FOLDER") from None
    if parts.scheme != "imaps" or not parts.hostname or not parts.username or parts.password is not None:
        raise FrankingError("the IMAP URL cannot be read; expected imaps://user@host/FOLDER, the password not in it")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    try:
        with imaplib.IMAP4_SSL(parts.hostname, port, ssl_context=context, timeout=60) as client:
            client.login(unquote(parts.username), password)
            status, _ = client.select(f'"{folder}"', readonly=True)
            if status != "OK":
                raise FrankingError(f"IMAP {parts.hostname}: no folder {folder[:40]!r}")
            _, numbers = client.search(None, "ALL")
            for number in (numbers[0] or b"").split():
                _, data = client.fetch(number.decode("ascii"), "(BODY.PEEK[])")
                for item in data:
                    if isinstance(item, tuple) and len(item[1]) <= _MAX_BYTES:
                        yield item[1]
    except (OSError, imaplib.IMAP4.error) as error:
        raise FrankingError(
            f"IMAP {parts.hostname}: {type(error).__name__}; is the password set, the certificate trusted?"
        ) from None
