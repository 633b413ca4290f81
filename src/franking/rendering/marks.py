"""List markers and quotation marks as text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from franking.html.document import Element

_INTEGER = re.compile(r"[ \t\n\f\r]*([+-]?[0-9]{1,9})")  # HTML, section 2.3.4.1: the rest is ignored
_BULLET = "- "
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
# Outer and inner quotation marks by language (CLDR).
_QUOTES = {
    "de": (("„", "“"), ("‚", "‘")), "fr": (("« ", " »"), ("“", "”")), "it": (("«", "»"), ("“", "”")),
    "es": (("«", "»"), ("“", "”")), "sv": (("”", "”"), ("’", "’")), "pl": (("„", "”"), ("«", "»")),
    "ja": (("「", "」"), ("『", "』")), "ar": (("”", "“"), ("’", "‘")),
}  # fmt: skip
_ENGLISH = (("“", "”"), ("‘", "’"))


def quotes(language: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The quotation marks of a language (BCP 47): the outer ones, and those inside them."""
    return _QUOTES.get(language.replace("_", "-").partition("-")[0].lower(), _ENGLISH)


def mark(item: Element, rendered: Sequence[bool]) -> str:
    """The marker of a list item: a bullet, or its ordinal value (HTML, section 4.4.8) in the form of ``type``. ``rendered``
    says for each element whether it generates a box; other items are not counted.
    """
    owner = next((e for e in item.ancestors() if e.tag in ("ol", "ul", "menu", "dir")), None)
    if owner is None or owner.tag != "ol":
        return _BULLET
    items = [i for i in _owned(owner) if rendered[i.index]]
    backwards = "reversed" in owner.attrs
    start = _integer(owner.attrs.get("start", ""))
    value = start if start is not None else len(items) if backwards else 1
    for each in items:
        given = _integer(each.attrs.get("value", ""))
        value = value if given is None else given
        if each is item:
            break
        value += -1 if backwards else 1
    return f"{_numeral(value, item.attrs.get('type') or owner.attrs.get('type') or '1')}. "


def _owned(owner: Element) -> list[Element]:
    """The items of a list, without those of nested lists."""
    found: list[Element] = []
    stack = [c for c in reversed(owner.children) if isinstance(c, Element)]
    while stack:
        element = stack.pop()
        if element.tag == "li":
            found.append(element)
        if element.tag not in ("ol", "ul", "menu", "dir"):
            stack += [c for c in reversed(element.children) if isinstance(c, Element)]
    return found


def _integer(text: str) -> int | None:
    match = _INTEGER.match(text)
    return int(match[1]) if match is not None else None


def _numeral(value: int, form: str) -> str:
    """An ordinal in one of HTML's forms; decimal if the form cannot write it (CSS Counter Styles 3, section 6)."""
    if form.lower() == "a" and value > 0:
        letters = ""
        while value:
            value, digit = divmod(value - 1, 26)
            letters = chr(ord(form) + digit) + letters
        return letters
    if form.lower() == "i" and 0 < value < 4000:
        text = ""
        for number, letters in _ROMAN:
            while value >= number:
                text += letters
                value -= number
        return text.upper() if form == "I" else text
    return str(value)
