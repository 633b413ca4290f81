"""Header values: plain ASCII or encoded words (RFC 2047), and file name parameters (RFC 2231)."""

from __future__ import annotations

import re
from binascii import b2a_base64
from urllib.parse import quote

_CRLF = "\r\n"
_LINE = 76  # characters, including the field name
_WORD = 39  # bytes per encoded word: 64 characters, which leaves room for the field name
_SHORT = 30  # characters of a name, which leaves room for an address
_NAME = len("Reply-To: ")
_PIECE = 60  # characters of a parameter's value on a line
# Texts that a reader would change: those that look like encoded words, outer and repeated spaces.
_ENCODED = re.compile(r"=\?|[^ -~]")
_ODD = re.compile(r"=\?|\A[ \t]|[ \t]\Z|[ \t]{2}|[^ -~]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._ -]{1,60}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")  # of a display name without quotes


def unstructured(text: str, used: int) -> str:
    """A folded field value; field name and colon take ``used`` characters. Plain if the text is ASCII, survives reading and
    has no word longer than a line; else encoded words."""
    if _ODD.search(text) is None:
        if len(text) <= _LINE - used:
            return text
        lines = _folded(text, used)
        if lines is not None:
            return f"{_CRLF} ".join(lines)
    return f"{_CRLF} ".join(encoded_words(text))


def encoded_words(text: str) -> list[str]:
    """A text as encoded words of at most 75 characters, each with whole characters."""
    data = text.encode("utf-8", "replace")
    words: list[str] = []
    while data:
        cut = min(_WORD, len(data))
        while cut < len(data) and data[cut] & 0xC0 == 0x80:  # within a character
            cut -= 1
        words.append(f"=?utf-8?b?{b2a_base64(data[:cut], newline=False).decode()}?=")
        data = data[cut:]
    return words


def phrase(name: str) -> str:
    """A folded display name before an address (RFC 5322, section 3.4), with the separator."""
    if not name:
        return ""
    if _ENCODED.search(name) is None:
        bare = _ATOMS.fullmatch(name) is not None and _ODD.search(name) is None
        written = name if bare else '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
        lines = [written] if len(written) <= _SHORT else _folded(written, _NAME) if _ODD.search(name) is None else None
        if lines is not None:
            return f"{_CRLF} ".join(lines) + (" " if len(written) <= _SHORT else f"{_CRLF} ")
    words = encoded_words(name)
    between = " " if len(words) == 1 and len(words[0]) < _SHORT else f"{_CRLF} "
    return f"{_CRLF} ".join(words) + between


def file_name(name: str, parameter: str = "filename") -> str:
    """A file name as a parameter: plain if it is short ASCII, else percent-encoded on separate lines (RFC 2231)."""
    name = _CONTROL.sub("_", name) or "_"
    if _PLAIN_NAME.fullmatch(name) is not None and not name.startswith(" ") and not name.endswith(" "):
        return f'{parameter}="{name}"'
    encoded = quote(name, safe="")
    if len(encoded) <= _PIECE:
        return f"{parameter}*=utf-8''{encoded}"
    pieces = re.findall(rf"(?:%[0-9A-F]{{2}}|[^%]){{1,{_PIECE // 3 - 2}}}", encoded)
    pieces[0] = f"utf-8''{pieces[0]}"
    return f";{_CRLF} ".join(f"{parameter}*{number}*={piece}" for number, piece in enumerate(pieces))


def _folded(text: str, used: int) -> list[str] | None:
    """An ASCII text folded at spaces; None if a word is longer than a line."""
    lines: list[str] = []
    line, room = "", _LINE - used
    for word in text.split(" "):
        if len(word) > _LINE - 1:
            return None
        if not line:
            line = word
        elif len(line) + 1 + len(word) <= room:
            line += f" {word}"
        else:
            lines.append(line)
            line, room = word, _LINE - 1
    lines.append(line)
    return None if len(lines[0]) > _LINE - used else lines
