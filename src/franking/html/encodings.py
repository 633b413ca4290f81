"""The encoding of external texts: labels by the Encoding Standard, decoded strictly.

In the order of HTML, section 13.2.3.2: byte order mark, the label of the transport (a mail part's ``charset``), ``<meta>``
in HTML, UTF-8 if the bytes are UTF-8. Labels mean what the Encoding Standard states (``iso-8859-1`` is windows-1252,
``gb2312`` is gbk, ``utf-16`` in a ``<meta>`` is UTF-8). A browser shows an invalid byte as U+FFFD. Here it is an error, and
so is a text that decodes differently without its label, because a garbled text cannot be judged.
"""

from __future__ import annotations

import codecs
import re

import webencodings

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_SEVERAL_BYTES = frozenset(["gbk", "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr"])
_WIDE = frozenset(["utf-16le", "utf-16be"])
_SWITCHED = re.compile(rb"2022|hz-gb|replacement", re.IGNORECASE)  # labels under which ASCII bytes are not ASCII text
_CONTROLS = re.compile("[\x00\x0e\x0f\x1b]")  # never in a text: bytes of other encodings, and escape sequences between them
_QUESTION_MARKS = bytes(range(128)) + b"?" * 128
_LEAST_SEVERAL = "\u0800"  # from here on, UTF-8 uses three bytes; several such sequences are no coincidence


class Undecodable(Exception):
    """Bytes that are no text: the reason, and the offset of the first invalid byte."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.offset = offset


def decode(data: bytes, label: str = "", *, html: bool, fallback: str = "") -> tuple[str, str]:
    """Bytes as text, and Python's name of the encoding that reads them. A byte order mark stays in the text.

    ``label`` is the transport's; ``fallback`` is the encoding of unlabelled bytes that are no UTF-8. Raises
    ``Undecodable``.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _read(data, webencodings.lookup(name), "by its byte order mark")
    plain = data.isascii()
    if label:
        encoding = webencodings.lookup(label)
        if encoding is None:
            return _unknown(data, label), "ascii"
        return _read(data, encoding, "as declared")
    if html and not (plain and _SWITCHED.search(data) is None) and (declared := declared_in(data)):
        return _read(data, webencodings.lookup(declared), "as its <meta> declares")
    if fallback and not is_utf8(data):
        return _read(data, webencodings.lookup(fallback), "and declares no charset")
    return _read(data, webencodings.UTF8, "and declares no charset")


def declared_in(data: bytes) -> str:
    """The encoding that a document's own ``<meta>`` declares, as a browser reads it; "" for none."""
    from franking.html.parser import declared_encoding  # the catalogues of translations need no parser

    return declared_encoding(data.translate(_QUESTION_MARKS))


def _read(data: bytes, encoding: webencodings.Encoding | None, how: str) -> tuple[str, str]:
    assert encoding is not None
    name: str = encoding.name
    if name == "replacement":
        raise Undecodable("its charset is one that browsers do not read; expected for example utf-8", 0)
    codec = "gb18030" if name == "gbk" else encoding.codec_info.name  # gbk is decoded as gb18030
    try:
        # Python does not know x-user-defined by its name.
        text = encoding.codec_info.decode(data, "strict")[0] if name == "x-user-defined" else data.decode(codec)
    except UnicodeDecodeError as error:
        found = f"found 0x{data[error.start]:02X}" if error.start < len(data) else "it ends within a character"
        raise Undecodable(f"{found}, expected {name} {how}", error.start) from None
    if name != "utf-8" and how != _MARKED and _reads_as_utf8(data, name):
        raise Undecodable(f"found UTF-8, expected {name} {how}: it reads in two ways; declare charset=utf-8", _first_high(data))
    control = _CONTROLS.search(text)
    if control is not None:
        offset = len(text[: control.start()].encode(codec, "replace")) if codec != "x-user-defined" else control.start()
        raise Undecodable(f"found the control character U+{ord(control.group()):04X}, expected {name} text", offset)
    return text, codec


_MARKED = "by its byte order mark"


def _reads_as_utf8(data: bytes, name: str) -> bool:
    """Whether bytes with another label are certainly UTF-8."""
    if data.isascii():
        return name in _WIDE and b"\0" not in data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if name in _WIDE:
        return "\0" not in text
    return name not in _SEVERAL_BYTES or any(c >= _LEAST_SEVERAL for c in text)


def is_utf8(data: bytes) -> bool:
    """Whether bytes are valid UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _first_high(data: bytes) -> int:
    return next((i for i, byte in enumerate(data) if byte >= 0x80), 0)


def _unknown(data: bytes, label: str) -> str:
    """A text with an unknown label: ASCII if no known encoding decodes it differently."""
    shown = "".join(c if c.isprintable() else "?" for c in label[:40])
    why = f"the charset {shown!r} is not known; expected for example utf-8"
    if not data.isascii():
        raise Undecodable(why, _first_high(data))
    text = data.decode("ascii")
    try:
        read = codecs.decode(data, label)
    except (LookupError, ValueError, AttributeError, TypeError):
        read = text  # unknown label
    control = _CONTROLS.search(text)
    if read != text or control is not None:
        raise Undecodable(why, control.start() if control is not None else 0)
    return text
