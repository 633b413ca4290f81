"""Translatable texts as formats: words, ``%(name)s`` for a value, ``%%`` for a percent sign, and nothing else.

Other syntax of Python's ``%`` operator (flags, widths, positions) is refused, because it would change the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

_PERCENT = re.compile(
    r"%(?:(?P<sign>%)|\((?P<name>[^\W\d]\w*)\)(?P<type>[sdi])|(?P<other>\([^)\s]*\)?[^\s\w]*\w?|.?))", re.DOTALL
)
_TAG = re.compile(
    r"<(?:(?P<comment>!--.*?-->)"
    r"|(?P<end>/)?(?P<name>[A-Za-z][^\s/>]*+)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>"
    r"|(?P<unfinished>[A-Za-z/!?]))",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_SPOKEN = frozenset(["alt", "aria-label", "title"])  # attributes with translatable values
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``%(name)s``, or ``%(name)d`` for a whole number."""

    name: str
    number: bool = False

    def __str__(self) -> str:
        return f"%({self.name}){'d' if self.number else 's'}"


def pieces(text: str) -> list[str | Placeholder]:
    """The words and the values of a text, in order. Raises ``ValueError`` with the invalid format and what to write
    instead."""
    found: list[str | Placeholder] = []
    words: list[str] = []
    end = 0
    for match in _PERCENT.finditer(text):
        words.append(text[end : match.start()])
        end = match.end()
        if match["sign"] is not None:
            words.append("%")
        elif match["name"] is not None:
            found += ["".join(words), Placeholder(match["name"], match["type"] != "s")]
            words = []
        elif match["other"].startswith("("):
            raise ValueError(f"found {match[0]!r}, expected %(name)s for a value")
        else:
            around = text[max(0, match.start() - 12) : match.start() + 12].strip()
            raise ValueError(f"found a bare % in {around!r}; expected %% for a percent sign, %(name)s for a value")
    words.append(text[end:])
    return [piece for piece in (*found, "".join(words)) if piece != ""]


def placeholders(text: str) -> dict[str, Placeholder]:
    """The values of a text by name. Raises ``ValueError`` like ``pieces``."""
    found: dict[str, Placeholder] = {}
    for piece in pieces(text):
        if isinstance(piece, Placeholder) and found.setdefault(piece.name, piece) != piece:
            raise ValueError(f"found both {found[piece.name]} and {piece}, expected one of them")
    return found


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, with translatable attribute values blanked, or a comment."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    end: bool = False

    def __str__(self) -> str:
        if self.name.startswith("<"):
            return self.name
        return f"</{self.name}>" if self.end else f"<{' '.join([self.name, *(f'{n}={v!r}' for n, v in self.attributes)])}>"


def tags(text: str) -> list[Tag]:
    """The tags of a text, in order. Raises ``ValueError`` for an unterminated tag."""
    found: list[Tag] = []
    for match in _TAG.finditer(text):
        if match["unfinished"] is not None:
            begun = text[match.start() : match.start() + 12]
            raise ValueError(f"found {begun!r}, a tag that does not end; expected &lt; for the sign <")
        if match["comment"] is not None:
            found.append(Tag(match[0]))
            continue
        attributes = sorted(
            (name.lower(), "" if name.lower() in _SPOKEN else unescape(value[1:-1] if value[:1] in "\"'" else value))
            for name, value in _ATTRIBUTE.findall(match["attributes"])
        )
        found.append(Tag(match["name"].lower(), () if match["end"] else tuple(attributes), match["end"] is not None))
    return found


def nested(found: list[Tag]) -> bool:
    """Whether all elements are closed and properly nested."""
    open_: list[str] = []
    for tag in found:
        if tag.name.startswith("<") or tag.name in _VOID:
            continue
        if not tag.end:
            open_.append(tag.name)
        elif not open_ or open_.pop() != tag.name:
            return False
    return not open_


def unlike_markup(source: str, translation: str) -> str | None:
    """The difference between the tags of a translation and its source; None if they are equal. Raises ``ValueError`` like
    ``tags``."""
    theirs, own = tags(source), tags(translation)
    missing, added = Counter(theirs) - Counter(own), Counter(own) - Counter(theirs)
    if missing:
        more = f", and {next(iter(added))} stands there instead" if added else ""
        return f"{next(iter(missing))} of the text is missing{more}"
    if added:
        return f"{next(iter(added))} is not in the text"
    if theirs != own and not (nested(theirs) and nested(own)):
        return "the tags are not nested as in the text"
    return None
