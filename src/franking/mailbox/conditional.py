"""Conditional comments, which only Outlook for Windows reads
(https://learn.microsoft.com/previous-versions/office/developer/office-2007/aa338201(v=office.12)).

``<!--[if mso]> … <![endif]-->`` is content for it alone; ``<!--[if !mso]><!--> … <!--<![endif]-->`` is content for all others.
"""

from __future__ import annotations

import operator
import re

VERSION = 16.0  # Outlook 2016 and newer
MARK = "data-franking"  # elements that the message has for Word alone
HIDDEN = "data-franking-hidden"
_FOR_WORD = re.compile(r"<!--\[if\s+([^\]]*)\]>(?!<!-->|-->)(.*?)<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_FOR_OTHERS = re.compile(r"(<!--\[if\s+([^\]]*)\]>(?:<!-->|-->))(.*?)(<!--<!\[endif\]-->)", re.DOTALL | re.IGNORECASE)
_START_TAG = re.compile(r"<([a-zA-Z][\w:-]*)")
_ROWS = re.compile(r"(<table\b[^>]*>\s*)(?=<tr\b)", re.IGNORECASE)
_SETTINGS = re.compile(r"<xml\b.*?</xml>", re.DOTALL | re.IGNORECASE)
_TERM = re.compile(r"(!?)\(?(?:(gte|gt|lte|lt)\s+)?(mso|ie|vml|true|false)(?:\s+(\d+(?:\.\d+)?))?\)?$", re.IGNORECASE)


_COMPARED = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt, "": operator.eq}


def applies(condition: str) -> bool:
    """Whether a condition is true for Word 16. Terms are joined by ``&`` and ``|``; one that is not understood is false."""
    text = condition.strip()
    if text.startswith("!(") and text.endswith(")"):
        return not applies(text[2:-1])
    if "|" in text:
        return any(applies(part.strip(" ()")) for part in text.split("|"))
    if "&" in text:
        return all(applies(part.strip(" ()")) for part in text.split("&"))
    match = _TERM.match(text)
    if match is None:
        return False
    negated, comparison, name, number = match.groups()
    return _holds(name.lower(), (comparison or "").lower(), number) != bool(negated)


def _holds(name: str, comparison: str, number: str | None) -> bool:
    if name != "mso" or number is None:
        return name in ("mso", "vml", "true")
    return bool(_COMPARED[comparison](VERSION, float(number)))


def revealed(html: str) -> str:
    """The HTML as Word reads it. Elements from comments have the attribute ``data-franking``, so that the others keep their
    number; elements that are for other programs have ``data-franking-hidden``."""
    html = _FOR_OTHERS.sub(lambda m: m[0] if applies(m[2]) else m[1] + _START_TAG.sub(rf"<\1 {HIDDEN}", m[3]) + m[4], html)
    return _FOR_WORD.sub(lambda m: _marked(m[2]) if applies(m[1]) else m[0], html)


def comments(html: str) -> list[str]:
    """The conditional comments of a message, as written."""
    return [match[0] for pattern in (_FOR_OTHERS, _FOR_WORD) for match in pattern.finditer(html)]


def _marked(content: str) -> str:
    """Content for Word, with the mark on each element, also on the ``<tbody>`` that the parser would add. Office's settings
    are no content: a browser would show them as text."""
    return _START_TAG.sub(rf"<\1 {MARK}", _ROWS.sub(r"\1<tbody>", _SETTINGS.sub("", content)))
