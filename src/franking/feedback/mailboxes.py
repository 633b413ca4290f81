"""Mailboxes with feedback: a Maildir, an mbox file, a folder of .eml files, or an IMAP folder."""

from __future__ import annotations

import mailbox
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from franking.errors import ConfigurationError, InputError, TransportError
from franking.feedback.mime import Unreadable, read_mail

MAX_BYTES = 5 * 1024 * 1024  # bytes read of a mail: the report precedes the returned message
_TIMEOUT = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Found:
    """One mail of a source: its location (file name, number in an mbox, or UID), and its first 5 MB.

    ``problem`` is why it could not be read; ``data`` is empty then.
    """

    where: str
    data: bytes = field(repr=False, default=b"")
    problem: str = ""


def open_mailbox(
    source: str, password: str = "", tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
) -> Iterator[Found]:
    """The mails of a source. An unreadable mail has a ``problem``; iteration continues.

    ``source`` is a path, or ``imaps://user@host/FOLDER``; no mail is changed, moved or marked. ``tls`` makes the TLS
    context. Raises ``InputError`` for a path that is no mailbox, or a folder or file without mail (a Maildir and an mbox may
    be empty), ``ConfigurationError`` for a malformed IMAP URL, and ``TransportError`` if the server fails.
    """
    if source.startswith("imap"):
        return _imap(source, password, tls)
    path = Path(source)
    try:
        if (path / "cur").is_dir() and (path / "new").is_dir():
            return _maildir(path)
        if path.is_dir():
            mails = sorted(file for file in path.rglob("*") if file.suffix.lower() == ".eml")
            if not mails:
                raise InputError(f"{source}: no mail in it; expected .eml files, or a Maildir with the folders cur and new")
            return (_file(file, str(file.relative_to(path))) for file in mails)
        if path.is_file():
            with path.open("rb") as file:
                start = file.read(5)
            # An mbox without mails is an empty file (RFC 4155).
            return _mbox(path) if start in (b"From ", b"") else iter([_only(path, source)])
    except OSError as error:
        raise InputError(f"{source}: cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the name
        pass
    raise InputError(f"{source}: expected a Maildir, an mbox or .eml file, a folder, or imaps://user@host/FOLDER")


def _only(path: Path, source: str) -> Found:
    """The mail in the file that is the source."""
    found = _file(path, path.name)
    try:
        if not found.problem:
            read_mail(found.data)
    except Unreadable as problem:
        raise InputError(f"{source}: {problem}; expected an mbox or .eml file") from None
    return found


def _file(path: Path, where: str) -> Found:
    """The mail in a file. Links are not followed."""
    try:
        if path.is_symlink():
            return Found(where, problem="a symbolic link")
        if not path.is_file():
            return Found(where, problem="no regular file" if path.exists() else "no longer there")
        with path.open("rb") as file:
            return Found(where, file.read(MAX_BYTES))
    except FileNotFoundError:
        return Found(where, problem="no longer there")
    except OSError as error:
        return Found(where, problem=f"cannot be read: {error.strerror}")


def _mbox(path: Path) -> Iterator[Found]:
    """The mails of an mbox, as bytes."""
    try:
        with closing(mailbox.mbox(path, create=False)) as box:
            for number, key in enumerate(box.iterkeys(), start=1):
                with closing(box.get_file(key)) as file:
                    yield Found(f"mail {number}", file.read(MAX_BYTES))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def _maildir(path: Path) -> Iterator[Found]:
    seen: set[str] = set()
    for folder in ("new", "cur"):  # another reader moves mails from the first to the second
        try:
            files = sorted((path / folder).iterdir())
        except OSError as error:
            raise InputError(f"{path / folder}: cannot be read: {error.strerror}") from None
        for file in files:
            unique = file.name.partition(":")[0]
            if file.name.startswith(".") or unique in seen:
                continue
            found = _file(file, f"{folder}/{file.name}")
            if folder == "new" and found.problem == "no longer there":
                continue  # it is in ``cur`` now, which is listed after this
            seen.add(unique)
            yield found


def _imap(url: str, password: str, tls: Callable[[], ssl.SSLContext]) -> Iterator[Found]:
    from imapclient import IMAPClient

    try:
        parts = urlsplit(url)
        port = parts.port or 993
        (parts.hostname or "").encode("idna")
    except ValueError:
        raise ConfigurationError("the IMAP URL cannot be read; expected imaps://user@host/FOLDER") from None
    if parts.scheme != "imaps" or not parts.hostname or not parts.username or parts.password is not None:
        raise ConfigurationError("the IMAP URL cannot be read; expected imaps://user@host/FOLDER, the password not in it")
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
                yield from _fetched(client, group)
    except (OSError, IMAPClient.Error) as error:  # the server's text may contain an address
        hint = "; is its certificate trusted (--ca-file)?" if isinstance(error, ssl.SSLCertVerificationError) else ""
        reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        raise TransportError(f"IMAP {parts.hostname}: {step} failed{reason}{hint}") from None


def _fetched(client: Any, group: list[int]) -> Iterator[Found]:
    """The mails of a group, fetched one by one if the response for the group cannot be parsed."""
    from imapclient.exceptions import ProtocolError

    item = f"BODY.PEEK[]<0.{MAX_BYTES}>"
    try:
        answers: Mapping[int, Mapping[bytes, Any]] = client.fetch(group, [item])
    except (ProtocolError, ValueError):
        if len(group) == 1:
            yield Found(f"UID {group[0]}", problem="the server's answer cannot be read")
            return
        for number in group:
            yield from _fetched(client, [number])
        return
    for number in group:
        parts = answers.get(number, {})
        data = next((value for name, value in parts.items() if name.upper().startswith(b"BODY[]")), None)
        if isinstance(data, bytes):
            yield Found(f"UID {number}", data)
        else:
            yield Found(f"UID {number}", problem="no longer there" if not parts else "the server sends no content")


def _groups(sizes: Mapping[int, Mapping[bytes, Any]]) -> Iterator[list[int]]:
    """The numbers of the mails in groups of limited size."""
    group: list[int] = []
    room = MAX_BYTES
    for number, facts in sorted(sizes.items()):
        announced = facts.get(b"RFC822.SIZE")
        size = min(announced if isinstance(announced, int) else MAX_BYTES, MAX_BYTES)
        if size > room and group:
            yield group
            group, room = [], MAX_BYTES
        group.append(number)
        room -= size
    if group:
        yield group
