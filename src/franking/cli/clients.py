"""``franking check --clients``: what mail programs drop of a message. Information, and never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from franking.cli.checktext import printable
from franking.cli.terminal import out, out_json, say
from franking.errors import InputError
from franking.html.document import Document
from franking.mail.reading import Unread, find_messages, read_message
from franking.mailbox.as_json import support_json
from franking.mailbox.data import support_data
from franking.mailbox.notes import Use
from franking.mailbox.support import lacks

_MOST_LINES = 6
_WORDS = {"no": "not supported", "partial": "partly supported"}


def list_support(paths: Sequence[str], format: str) -> int:
    """Print it for every message, as text or JSON. Returns the exit code: 2 if a message could not be read, else 0. Raises
    ``InputError`` for another format."""
    if format not in ("text", "json"):
        raise InputError(f"--clients --format {format}: expected text or json, because these are no findings")
    files, unread = find_messages(paths)
    messages: list[dict[str, Any]] = []
    for path in files:
        try:
            message = read_message(path)
        except InputError as error:
            unread.append(Unread(str(path or "-"), str(error)))
            continue
        messages.append({"source": str(path or "-"), **_support(message.html or "")})
    if format == "json":
        out_json({"schema": 1, "messages": messages, "errors": [{"source": s, "message": m} for s, m in unread]})
    else:
        for one in messages:
            _print(one)
        out(f"caniemail, {support_data().updated}: information, not a verdict")
    for _, reason in unread:
        say(f"franking: {printable(reason)}")
    return 2 if unread else 0


def _support(html: str) -> dict[str, Any]:
    document = Document(html)

    def place(use: Use) -> dict[str, Any]:
        at = document.place(use.offset)
        return {"line": at.line, "column": at.column}

    return support_json(lacks(html), place)


def _print(message: dict[str, Any]) -> None:
    out(printable(message["source"]))
    for feature in message["features"]:
        lines = [str(line) for line in dict.fromkeys(place["line"] for place in feature["places"])]
        rest = " …" if len(lines) > _MOST_LINES else ""
        out(f"  {feature['title']} (line {', '.join(lines[:_MOST_LINES])}{rest})")
        for support, word in _WORDS.items():
            names = [c["title"] for c in feature["clients"] if c["support"] == support]
            if names:
                out(f"    {word}: {', '.join(names)}")
        for note in dict.fromkeys(note for c in feature["clients"] for note in c["notes"]):
            out(f"    {printable(note)}")
    if not message["features"]:
        out("  nothing that a mail program is known to drop")
