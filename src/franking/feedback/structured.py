"""Structured field values: comments, quoted strings, message identifiers, addresses (RFC 5322, section 3.2; RFC 6533)."""

from __future__ import annotations

import re

LONGEST = 2000  # characters parsed of a value
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{3,250}>")
_HEXADECIMAL = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_MAILBOX = re.compile(
    r'(?:"(?:[^"\\]|\\.)*"|[^"<>,;:]*|[^"<>@]*)\s*<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@",;:]+@[^<>\s@",;:]+)'
)  # a display name and an address, or an address alone
_XTEXT = re.compile(r"\+([0-9A-F]{2})")


def uncommented(value: str) -> tuple[str, bool]:
    """A value with a space in place of each comment, and whether all of its comments and quoted strings are closed. Comments
    nest, quoted strings contain none, a backslash escapes. An unclosed comment runs to the end."""
    kept: list[str] = []
    closed = True
    depth, quoted, escaped = 0, False, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
            depth += 1
            continue
        elif character == ")" and depth:
            depth -= 1
            if not depth:
                kept.append(" ")
            continue
        elif character == ")" and not quoted:
            closed = False
        if not depth:
            kept.append(character)
    return "".join(kept), closed and not depth and not quoted


def without_comments(value: str) -> str:
    """The first characters of a value without comments (see ``uncommented``) and outer spaces."""
    return uncommented(value[:LONGEST])[0].strip()


def keyword(value: str) -> str:
    """The only word of a value, in lower case: ``failed`` of ``Failed (user unknown)``. "" if there is none."""
    words = without_comments(value).strip(" \t;").lower().split()
    return words[0] if words else ""


def message_ids(value: str) -> list[str]:
    """The message identifiers in a value, each once."""
    return list(dict.fromkeys(_MESSAGE_ID.findall(without_comments(value))))


def recipient(value: str) -> str:
    """The address of a recipient field (RFC 3464, section 2.3.1: type; address), "" if it holds none.

    The encodings of RFC 3461 (xtext) and RFC 6533 (utf-8-addr-xtext) are undone; some servers omit the type or add
    brackets.
    """
    kind, semicolon, address = without_comments(value).partition(";")
    if not semicolon:
        kind, address = "rfc822", kind
    kind, address = kind.strip().lower(), address.strip().strip("<>").strip()
    if kind == "utf-8":
        address = _HEXADECIMAL.sub(_character, address)
    elif kind not in ("rfc822", "smtp", "internet", ""):
        return ""
    if "@" not in address and "+40" in address:
        address = _XTEXT.sub(lambda found: chr(int(found[1], 16)), address)
    return address if "@" in address and " " not in address else ""


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\ufffd"


def sender(values: list[str]) -> str:
    """The only address of the only From field; "" if there are none or several, or if it is ambiguous. (``email.utils``
    recurses for each nested comment and may return a wrong address.)"""
    found = _MAILBOX.fullmatch(without_comments(values[0])) if len(values) == 1 else None
    return (found[1] or found[2]) if found is not None else ""


def sender_domain(values: list[str]) -> str:
    """The domain of that address in lower case; "" if there is none."""
    return sender(values).rpartition("@")[2].lower().rstrip(".")
