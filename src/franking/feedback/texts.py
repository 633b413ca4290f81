"""Bounces in plain text, in formats that flufl.bounce knows: qmail, Exim, Exchange, Yahoo, Gmail and others.

The input is adapted to flufl.bounce 6.0. It returns two sets of addresses as bytes, temporary and permanent; a detector
that cannot distinguish them returns permanent, also for a full mailbox. So *permanent* means failed, and only a status code
in the text means that an address is dead. It does not decode bodies, reads the returned message too, and matches some forty
patterns on every line, quadratic in the length of a word. So it gets only the decoded texts, limited in size, without very
long words.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator, Sequence
from email.message import Message

from franking.feedback.mime import Part
from franking.feedback.report import Report
from franking.feedback.status import decided
from franking.feedback.structured import without_comments

_MOST = 48 << 10  # characters of all texts; the server's text is at the start
_WORD = re.compile(r"\S{320,}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_QUOTED_ID = re.compile(r"(?im)^[> \t|]{0,20}message-id:[ \t]*(?:\r?\n[>| \t]+)?(<[^<>\s]{3,250}>)")
_END = re.compile(r"(?m)^(?:-{3,}|[> ]*(?:received|return-path|message-id):)", re.IGNORECASE)
_STILL_TRYING = re.compile(
    r"not yet been delivered|attempts will continue|will be retried|will (?:keep|continue) (?:on )?trying|"
    r"just a warning|warning message only|no action is required on your part|has been delayed|do not need to resend|"
    r"wird weiterhin versucht|noch nicht zugestellt",
    re.IGNORECASE,
)
_SPAN = 1500  # characters after an address that refer to it
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs for each detector


def words_of(leaves: Sequence[Part]) -> str:
    """The text of a mail's text parts, HTML without markup; at most 48,000 characters, lines end with ``\\n``."""
    texts: list[str] = []
    room = _MOST
    plain = [leaf for leaf in leaves if leaf.kind == "text/plain"]
    for leaf in plain or [leaf for leaf in leaves if leaf.kind == "text/html"]:
        if room <= 0:
            break
        text = leaf.text()[: 4 * _MOST].replace("\r\n", "\n").replace("\r", "\n")
        if leaf.kind == "text/html":
            text = _plain(text)
        texts.append(text[:room])
        room -= len(texts[-1])
    return "\n".join(texts)


def _plain(markup: str) -> str:
    """The approximate text of HTML, a line per block."""
    kept: list[str] = []
    lowered, place = markup.lower(), 0
    for name in ("style", "script"):
        while (start := lowered.find(f"<{name}", place)) >= 0:
            kept.append(markup[place:start])
            end = lowered.find(f"</{name}", start)
            place = end if end >= 0 else len(markup)
        markup, place = "".join([*kept, markup[place:]]), 0
        lowered, kept = markup.lower(), []
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", markup)))


def quoted_id(leaves: Sequence[Part]) -> str:
    """The only Message-ID of a returned message in the text; "" for none or several."""
    found: set[str] = set()
    for leaf in leaves:
        if leaf.kind in ("text/plain", "text/html"):
            text = leaf.text()[: 1 << 20]
            found.update(_QUOTED_ID.findall(html.unescape(_BREAK.sub("\n", text)) if leaf.kind == "text/html" else text))
    return found.pop() if len(found) == 1 else ""


def text_bounce(mail: Part, leaves: Sequence[Part], identity: str) -> Iterator[Report]:
    """The reports of a plain-text bounce; none if no format matches."""
    from flufl.bounce import all_failures

    text = words_of(leaves)
    try:
        temporary, permanent = all_failures(_bounded(mail, leaves, text))
    except Exception:  # an exception in a detector says nothing about the mail
        return
    passing = _STILL_TRYING.search(text) is not None
    addresses = sorted(address.decode("ascii", "replace") for address in {*temporary, *permanent} if b"@" in address)
    lowered = text.lower()
    places = {address: lowered.find(address.lower()) for address in addresses}
    for address in addresses:
        event = "delayed" if passing or address.encode() in temporary else "failed"
        code, hard = decided("", _about(text, places, address))
        if event == "failed":
            yield Report("failed", identity, "", code, hard and code[:1] == "5", (address,))
        else:
            yield Report("delayed", identity, "", code, recipients=(address,))


def _about(text: str, places: dict[str, int], address: str) -> str:
    """The text about an address: up to the next address, the returned message, or a number of lines."""
    start = places[address]
    if start < 0:
        return text[:_SPAN] if len(places) == 1 else ""
    later = [place for place in places.values() if place > start]
    about = text[start : min([start + _SPAN, *later])]
    end = _END.search(about)
    return about[: end.start()] if end is not None else about


def _bounded(mail: Part, leaves: Sequence[Part], text: str) -> Message:
    """The mail for flufl.bounce: its own fields, and its decoded texts as parts."""
    message = Message()
    for name in ("from", "subject", "x-failed-recipients"):
        for value in mail.fields.every(name)[:20]:
            message[name] = "".join(c if c.isprintable() else " " for c in without_comments(value))
    body = "\n".join("" if _WORD.search(line) else line[:800] for line in text.split("\n"))
    kind = mail.kind if mail.kind in ("multipart/mixed", "multipart/report") else "text/plain"
    message["Content-Type"] = kind
    if kind == "text/plain":
        message.set_payload(body)
        return message
    notice = Message()
    notice["Content-Type"] = "text/plain"
    described = [leaf for leaf in leaves if leaf.kind == "text/plain" and leaf.fields.first("content-description")]
    if described:
        notice["Content-Description"] = described[0].fields.first("content-description")[:100].strip()
    notice.set_payload(body.encode("ascii", "replace").decode())
    message.set_payload([notice])
    return message
