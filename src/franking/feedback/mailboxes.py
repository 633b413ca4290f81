"""Where feedback lies: a Maildir, an mbox file, a folder of .eml files, or an IMAP folder."""

from __future__ import annotations

import mailbox
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from franking.errors import FrankingError

_MAX_BYTES = 5 * 1024 * 1024
_TIMEOUT = 60.0  # seconds


def open_mailbox(
    source: str, password: str = "", tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
) -> Iterator[bytes]:
    """The mails of a source, each as its bytes, those over 5 MB left out. Raises ``FrankingError`` for a source that
    cannot be read.

    ``source`` is a path, or ``imaps://user@host/FOLDER``; nothing there is changed, moved or marked. ``tls`` makes what judges
    a server's certificate.
    """
    if source.startswith("imap"):
        return _imap(source, password, tls)
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


def _imap(url: str, password: str, tls: Callable[[], ssl.SSLContext]) -> Iterator[bytes]:
    from imapclient import IMAPClient

    try:
        parts = urlsplit(url)
        port = parts.port or 993
    except ValueError:
        raise FrankingError("the IMAP URL cannot be read; expected imaps://user@host/FOLDER") from None
    if parts.scheme != "imaps" or not parts.hostname or not parts.username or parts.password is not None:
        raise FrankingError("the IMAP URL cannot be read; expected imaps://user@host/FOLDER, the password not in it")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    step = "the connection"
    try:
        with IMAPClient(parts.hostname, port, ssl_context=tls(), timeout=_TIMEOUT) as client:
            step = "the login (is the password set?)"
            client.login(unquote(parts.username), password)
            step = f"the folder {folder[:40]!r}"
            client.select_folder(folder, readonly=True)
            step = "reading the mails"
            for group in _groups(client.fetch(client.search("ALL"), ["RFC822.SIZE"])):
                found = client.fetch(group, ["BODY.PEEK[]"])
                yield from (found[number][b"BODY[]"] for number in group if b"BODY[]" in found.get(number, {}))
    except (OSError, IMAPClient.Error) as error:  # the server's words may hold an address
        hint = "; is its certificate trusted (--ca-file)?" if isinstance(error, ssl.SSLCertVerificationError) else ""
        raise FrankingError(f"IMAP {parts.hostname}: {step} failed ({type(error).__name__}){hint}") from None


def _groups(sizes: Mapping[int, Mapping[bytes, int]]) -> Iterator[list[int]]:
    """The numbers of the mails that are not too large, in groups that are not too large either."""
    group: list[int] = []
    room = _MAX_BYTES
    for number, facts in sorted(sizes.items()):
        size = facts[b"RFC822.SIZE"]
        if size > _MAX_BYTES:
            continue
        if size > room:
            yield group
            group, room = [], _MAX_BYTES
        group.append(number)
        room -= size
    if group:
        yield group
