"""Damaged text in orders, which must not reach a buyer, and descriptions of the damage that do not quote it."""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5

from franking.model.mojibake import is_double_encoded, is_plain

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_LAST_OF_PLANES = "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NO_CHARACTER = re.compile(f"[\ufdd0-\ufdef{_LAST_OF_PLANES}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENTITY = re.compile(r"&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_CUT_ENTITY = re.compile(r"&(?:#[xX]?[0-9]{0,6}$|(?:amp|quot|nbsp)(?![a-z])|#(?:[0-9]{2,3}|x[0-9a-fA-F]{2})(?![0-9a-fA-F]))")
_NAMES = frozenset(name.removesuffix(";").lower() for name in html5)
_ESCAPED = re.compile(
    r"\\u[0-9a-fA-F]{4}|=\?[A-Za-z0-9_-]+\?[bBqQ]\?[^?]+\?=|_x00[0-9a-fA-F]{2}_"
    r"|([%=])[C-Fc-f][0-9A-Fa-f]\1[89ABab][0-9A-Fa-f]"  # UTF-8 as in an address or a mail
)
_TAG = re.compile(r"</?(?:b|br|div|em|font|h[1-6]|i|li|ol|p|small|span|strong|sub|sup|u|ul)(?:\s[^<>]*|\s*/)?>", re.IGNORECASE)
# What spreadsheets show in place of a value, in any of their languages: #N/A, #NV, #REF!, #BEZUG!, #¿NOMBRE?, #DIV/0!, ####
_CELL_ERROR = re.compile(r"#[¡¿]?[A-ZÀ-Ý][A-ZÀ-Ý/0-9]{0,11}[!?]|#(?:N/?[ADV]|NV)|#{3,}")
_MISSING = frozenset(["nan", "NaN", "NaT", "<NA>", "None", "null", "NULL", "undefined"])
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff]{4}")
_SPACED_OUT = re.compile("[\u034f\u180e\u200b\u2060-\u2064\ufeff]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")  # of a country's part (UTS #51, section C.1.1)
_DIACRITICS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = re.compile(f"{_DIACRITICS}{{4}}")
_DIACRITIC = re.compile(_DIACRITICS)
_LOST = frozenset("? .,'-\t\u00a0\u3000")
_RARE = re.compile(
    f"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufffd{_LAST_OF_PLANES}"
    "\U000e0000-\U000e007f\U000f0000-\U0010fffd]|" + _DIACRITICS
)
A_TAG = "an HTML tag"
_NEVER = ((_PRIVATE, "a private-use character"), (_NO_CHARACTER, "a noncharacter"), (_SURROGATE, "half a character"))


@lru_cache(maxsize=8192)
def damage(text: str) -> str:
    """The damage of a text, in words that do not quote it; "" if there is none.

    Line endings and tabs are no damage.
    """
    if found := _CONTROL.search(text):
        return f"the control character U+{ord(found.group()):04X}"
    if "&" in text and (found := _entity(text)):
        return f"the HTML entity {found.group()}"
    if "<" in text and _TAG.search(text):
        return A_TAG
    if text[:1] == "#" and _CELL_ERROR.fullmatch(text):
        return "a spreadsheet's sign for an error"
    if _ESCAPED.search(text):
        return "a character written as an escape sequence"
    return "" if is_plain(text) else _beyond_ascii(text)


def missing(text: str) -> bool:
    """Whether the text is what a program writes for a missing value (pandas, JavaScript, a database)."""
    return text in _MISSING


def lost_name(text: str) -> bool:
    """Whether a name consists of question marks, written by a program that could not encode it."""
    return text.count("?") > 1 and _LOST.issuperset(text)


def _entity(text: str) -> re.Match[str] | None:
    for found in _ENTITY.finditer(text):
        if found[1].startswith("#") or found[1].lower() in _NAMES:
            return found
    return _CUT_ENTITY.search(text)


def _beyond_ascii(text: str) -> str:
    if _RARE.search(text) and (reason := _rare(text)):
        return reason
    return "text that is double-encoded" if is_double_encoded(text) else ""


def _rare(text: str) -> str:
    if "\ufffd" in text:
        return "U+FFFD, which stands for a lost character"
    for pattern, reason in (
        (_PRIVATE, "a private-use character"),
        (_NO_CHARACTER, "a noncharacter"),
        (_SURROGATE, "half a character"),
    ):
        if found := pattern.search(text):
            return f"{reason}, U+{ord(found.group()):04X}"
    if _BIDI.search(text) and (reason := _bidi(text)):
        return reason
    if _TAGS.search(text) and _TAGS.search(_FLAG.sub("", text)):
        return "invisible tag characters"
    invisible = len(_SPACED_OUT.findall(text))
    if _INVISIBLE.search(text) or (invisible > 7 and invisible * 5 > len(text) * 2):
        return "a flood of invisible characters"
    marks = len(_DIACRITIC.findall(text))
    return "a flood of combining marks" if _PILED.search(text) or (marks > 7 and marks * 2 > len(text)) else ""


def _bidi(text: str) -> str:
    """The error in the embeddings, overrides and isolates of a text (UAX #9, section 3.3.2); "" if they balance."""
    opened: list[str] = []
    for found in _BIDI.finditer(text):
        char = found.group()
        if char in "\u202c\u2069":
            openers = "\u202a\u202b\u202d\u202e" if char == "\u202c" else "\u2066\u2067\u2068"
            if not opened or opened.pop() not in openers:
                return f"the direction control U+{ord(char):04X} that closes nothing"
        else:
            opened.append(char)
    if opened:
        return f"the direction control U+{ord(opened[0]):04X} left open"
    return ""
