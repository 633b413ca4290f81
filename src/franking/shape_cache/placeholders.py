"""What values look like in finished texts: read from a message with placeholders in their places.

A placeholder contains every character that a parser or writer might write differently. The text between its marks in the result
shows how each is written there. What has no placeholder is the same in all messages of a shape.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from franking.html.visible import INVISIBLE
from franking.shape_cache.fences import CLOSE, OPEN
from franking.shape_cache.patterns import Pattern, Slot
from franking.shape_cache.slot_positions import CLOSING, OPENING
from franking.shape_cache.value_proof import Unproven

_BREAK = "\u2e30"
_SPACES = "\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
_SPECIAL = "&<>\"'" + _SPACES  # what parsers, writers and the text part may write differently
_IS_SPECIAL = re.compile(f"[{_SPECIAL}]")
_PLACEHOLDER = re.compile(f"{OPENING}(\\d+){_BREAK}([^{OPENING}{CLOSING}]*){CLOSING}")
# Letters and signs with single spaces between them: nothing that collapses, turns the line or is not seen.
_SIGN = rf"[^{INVISIBLE}\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff{OPENING}{CLOSING}{_BREAK}]"
_PLAIN = re.compile(rf"{_SIGN}+(?:[ {_SPACES}]{_SIGN}+)*")
_FENCED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_LONGEST = 2000  # characters of a value
_UNFINISHED = re.compile(r"(?:<|&#?[0-9A-Za-z]*)\Z")


def taken_apart(markup: str) -> tuple[list[str], list[str]]:
    """The texts between the values of a fenced rendering, and the values, escaped. Fences that do not pair stay in the
    texts."""
    first, *pieces = markup.split(OPEN)
    statics, values = [first], []
    for piece in pieces:
        value, fence, static = piece.partition(CLOSE)
        if not fence or CLOSE in static:
            found = _FENCED.split(markup)
            return found[::2], found[1::2]
        values.append(value)
        statics.append(static)
    return statics, values


def placeholder(number: int) -> str:
    """What stands for value ``number`` in a message with placeholders."""
    return f"{OPENING}{number}{_BREAK}{_BREAK.join(_SPECIAL)}{_BREAK} {CLOSING}"  # a space ends an attribute without quotes


def is_unfinished(static: str) -> bool:
    """Whether a text of the template ends with the start of a tag or character reference, which a value could complete."""
    return _UNFINISHED.search(static) is not None


def mark(number: int) -> str:
    """What stands for it in a message with marks."""
    return f"{OPENING}{number}{CLOSING}"


@lru_cache(maxsize=16384)
def traits(value: str) -> tuple[str | None, bool]:
    """A value, None where its characters are not plain, and whether some are written in another form."""
    plain = not value or (len(value) <= _LONGEST and "://" not in value and _PLAIN.fullmatch(value) is not None)
    return value if plain else None, _IS_SPECIAL.search(value) is not None


def lossy(html: str) -> frozenset[int]:
    """The slots where reading the HTML again gives other characters than the value has."""
    return frozenset(
        int(match[1]) for match in _PLACEHOLDER.finditer(html) if unescape(match[2]).split(_BREAK) != [*_SPECIAL, " "]
    )


def pattern(text: str) -> Pattern:
    """A finished text with slots for its placeholders, which show how special characters are written in each place."""
    texts: list[str] = []
    slots: list[Slot] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        *forms, space = match[2].split(_BREAK)
        if len(forms) != len(_SPECIAL):
            raise Unproven("special characters are joined")
        if space != " ":
            raise Unproven("a space ends a value, as in an attribute without quotes")
        written = {ord(character): form for character, form in zip(_SPECIAL, forms, strict=True) if form != character}
        texts.append(text[end : match.start()])
        slots.append(Slot(int(match[1]), written))
        end = match.end()
    texts.append(text[end:])
    if any(sign in part for part in texts for sign in (OPENING, CLOSING, _BREAK)):
        raise Unproven("a value is cut or changed")
    return Pattern(texts, slots)
