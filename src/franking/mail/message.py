"""A franked message as MIME bytes (RFC 5322, 2045, 2046, 2387): text and HTML as alternatives, images related.

The bytes are assembled directly, because ``EmailMessage`` takes twenty times as long. Every header value has a type that
cannot contain a line ending.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from franking.mail.address import Mailbox
from franking.mail.quoted import quoted_printable
from franking.mail.signing import Signer
from franking.mail.words import file_name, unstructured
from franking.model import _TOKEN, Asset, AttachedFile, Conditions, Draft, Franked, Key, OutgoingMessage, Thread
from franking.model.evidence import Facts

_CRLF = "\r\n"
_SUBJECT = len("Subject: ")


@dataclass(frozen=True, slots=True)
class Sender:
    """The seller account, the mailboxes of sender and replies, and the signer."""

    seller: str
    mailbox: Mailbox
    reply_to: Mailbox | None = None
    signer: Signer | None = None


def message_id(key: Key, domain: str) -> str:
    """The Message-ID of a ledger key. The same key always gives the same ID, so a server's log can settle an ambiguous
    message."""
    digest = hashlib.sha256("\x1f".join((key.seller, key.order_id, key.kind)).encode()).hexdigest()
    return f"<{digest[:32]}.franking@{domain}>"


def build_message(
    franked: Franked,
    sender: Sender,
    recipient: str,
    now: datetime,
    due_at: datetime | None = None,
    facts: Facts | None = None,
    conditions: Conditions | None = None,
) -> OutgoingMessage:
    """The wire form of a franked message, to leave at ``due_at`` or at once, under ``conditions``; ``facts`` are what is
    recorded of it. Times are aware; raises ``FrankingError`` for an impossible recipient."""
    draft = franked.inlined.draft
    key = Key(sender.seller, draft.order_id, draft.kind)
    to = Mailbox(recipient)
    identity = message_id(key, sender.mailbox.domain)
    content = _assemble(_headers(sender, to, draft, identity, now), franked, identity)
    if sender.signer is not None:
        content = sender.signer.sign(content)
    threaded = draft.thread is not None
    return OutgoingMessage(
        key, sender.mailbox.address, recipient, identity, content, _TOKEN, due_at, threaded, facts, conditions
    )


def _headers(sender: Sender, to: Mailbox, draft: Draft, identity: str, now: datetime) -> str:
    own = _own_headers(sender, now, draft.thread is not None)
    thread = _thread(draft.thread) if draft.thread is not None else ""
    subject = unstructured(draft.subject, _SUBJECT)
    return f"{own}To: {to.header()}{_CRLF}Subject: {subject}{_CRLF}Message-ID: {identity}{_CRLF}{thread}"


def _thread(thread: Thread) -> str:
    """The header fields of a reply (RFC 5322, section 3.6.4): In-Reply-To and References."""
    before = [identity for identity in thread.references if identity != thread.message_id]
    references = f"{_CRLF} ".join([*before, thread.message_id])
    return f"In-Reply-To: {thread.message_id}{_CRLF}References: {references}{_CRLF}"


@lru_cache(maxsize=16)
def _own_headers(sender: Sender, now: datetime, answers: bool) -> str:
    """The header fields that all messages of a batch share."""
    headers = [f"From: {sender.mailbox.header()}", f"Date: {format_datetime(now)}"]
    if sender.reply_to is not None:
        headers.append(f"Reply-To: {sender.reply_to.header()}")
    if not answers:
        headers.append("Auto-Submitted: auto-generated")  # RFC 3834, section 5: not for replies, which a person wrote
    headers += ["MIME-Version: 1.0", ""]
    return _CRLF.join(headers)


def _assemble(headers: str, franked: Franked, identity: str) -> bytes:
    inlined = franked.inlined
    boundary = identity[1:25]  # preceded by "=_", which occurs neither in quoted-printable nor in base64
    outer = f"=_a{boundary}"
    encoded = inlined.encoded
    html = _text_part("html", inlined.html, encoded.html if encoded is not None else None)
    text = _text_part("plain", inlined.text, encoded.text if encoded is not None else None)
    if inlined.draft.images:
        html = _related(html, inlined.draft.images, f"=_r{boundary}")
    # One list, joined once: a message has tens of kilobytes.
    parts = [
        f'Content-Type: multipart/alternative; boundary="{outer}"{_CRLF}{_CRLF}--{outer}{_CRLF}',
        *text,
        f"{_CRLF}--{outer}{_CRLF}",
        *html,
        f"{_CRLF}--{outer}--{_CRLF}",
    ]
    if inlined.draft.files:
        parts = _mixed(parts, inlined.draft.files, f"=_m{boundary}")
    return "".join([headers, *parts]).encode("ascii")


def _mixed(message: list[str], files: tuple[AttachedFile, ...], boundary: str) -> list[str]:
    """The message with attachments (RFC 2183). File names that are not ASCII are encoded by RFC 2231."""
    parts = [f'Content-Type: multipart/mixed; boundary="{boundary}"{_CRLF}{_CRLF}--{boundary}{_CRLF}', *message]
    parts += [
        f"{_CRLF}--{boundary}{_CRLF}Content-Type: {file.media_type}{_CRLF}Content-Transfer-Encoding: base64{_CRLF}"
        f"Content-Disposition: attachment;{_CRLF} {file_name(file.name)}{_CRLF}{_CRLF}{_encoded(file.content)}"
        for file in files
    ]
    parts.append(f"{_CRLF}--{boundary}--{_CRLF}")
    return parts


def _encoded(content: bytes) -> str:
    return base64.encodebytes(content).decode("ascii").replace("\n", _CRLF).rstrip()


def _text_part(subtype: str, text: str, encoded: str | None = None) -> list[str]:
    return [
        f'Content-Type: text/{subtype}; charset="utf-8"{_CRLF}Content-Transfer-Encoding: quoted-printable{_CRLF}{_CRLF}',
        quoted_printable(text) if encoded is None else encoded,
    ]


def _related(html: list[str], images: Mapping[str, Asset], boundary: str) -> list[str]:
    head = f'Content-Type: multipart/related; type="text/html"; boundary="{boundary}"{_CRLF}{_CRLF}--{boundary}{_CRLF}'
    parts = [head, *html]
    for cid, asset in images.items():
        parts += [f"{_CRLF}--{boundary}{_CRLF}", _image(cid, asset)]
    parts.append(f"{_CRLF}--{boundary}--{_CRLF}")
    return parts


@lru_cache(maxsize=64)
def _image(cid: str, asset: Asset) -> str:
    """The MIME part of an image. Cached, because every message has the few images of its theme."""
    name = asset.file.rsplit("/", 1)[-1]
    return (
        f"Content-Type: {asset.media_type}; {file_name(name, 'name')}{_CRLF}"
        f"Content-Transfer-Encoding: base64{_CRLF}Content-ID: <{cid}>{_CRLF}"
        f"Content-Disposition: inline; {file_name(name)}{_CRLF}{_CRLF}{_encoded(asset.content)}"
    )
