"""Estimated text widths, for boxes that shrink to fit their content.

The mailbox's own font is not known; widths are those of the metric twins of Times (the browsers' default) or, where the
author says so, of Arial and Courier. Their advances in 1/1000 em are the data files beside this module.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from franking.css.text_properties import PLAIN, TextProperties
from franking.files.packaged import packaged_text

if TYPE_CHECKING:
    from franking.css.computed_style import ComputedStyle

_FIRST = 32
_WORD = re.compile(r"[ \t\n\f\r]+")
_WIDE = r"[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦\U0001f300-\U0001faff\U00020000-\U0003fffd]"
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")


SERIF, SANS, MONO = "serif", "sans", "mono"
FACES = (SERIF, SANS, MONO)
_SPACES = {SERIF: 0.25, SANS: 0.278, MONO: 0.6}
# The families whose metrics are known, and the generic ones. Others are passed over, as where they are not installed.
_FACES = {
    "times": SERIF,
    "times new roman": SERIF,
    "serif": SERIF,
    "arial": SANS,
    "helvetica": SANS,
    "sans-serif": SANS,
    "courier": MONO,
    "courier new": MONO,
    "monospace": MONO,
}


@lru_cache(maxsize=1024)
def face_of(family: str) -> str:
    """Whose metrics a computed ``font-family`` has: ``SERIF``, ``SANS`` or ``MONO``."""
    names = (name.strip(" \"'").lower() for name in family.split(","))
    return next((_FACES[name] for name in names if name in _FACES), SERIF)


@cache
def _wide() -> re.Pattern[str]:
    """Ideographs and the like, one em wide. Compiled where it is first needed: that is dear, and most mails have none."""
    return re.compile(_WIDE)


@cache
def _breaks() -> re.Pattern[str]:
    return re.compile(rf"(?<=[-‐])|(?<={_WIDE})|(?={_WIDE})")


@cache
def _advances(face: str, bold: bool) -> list[int]:
    data = json.loads(packaged_text(__package__, f"{face}.json"))
    return list(data["bold" if bold else "regular"])


@lru_cache(maxsize=65536)
def _word_width(word: str, bold: bool, face: str) -> float:
    word = _INVISIBLE.sub("", word)
    if face == MONO:
        return sum(0.6 if c.isascii() or not _wide().match(c) else 1.0 for c in word)
    table = _advances(face, bold)
    last = _FIRST + len(table)
    total = 0
    for character in word:
        code = ord(character)
        if _FIRST <= code < last:
            total += table[code - _FIRST]
        else:
            total += 1000 if _wide().match(character) else 520
    return total / 1000.0


def text_width(text: str, size: float, *, bold: bool = False, face: str = SERIF) -> float:
    """The width of unbroken text in CSS px at a font size of ``size`` px."""
    return (
        _word_width(text, bold, face) * size
        if len(text) < 64
        else sum(_word_width(part, bold, face) for part in re.findall(".{1,63}", text, re.DOTALL)) * size
    )


def words(text: str) -> list[str]:
    """Text split at collapsible white space; an empty first or last word stands for leading or trailing space."""
    return _WORD.split(text)


def break_pieces(word: str) -> list[str]:
    """The pieces a line may be broken into inside a word: after hyphens, around ideographs."""
    if word.isascii():
        if "-" not in word:
            return [word]
        *pieces, last = word.split("-")
        return [f"{piece}-" for piece in pieces] + ([last] if last else [])
    return [p for p in _breaks().split(word) if p] or [word]


@dataclass(frozen=True, slots=True)
class Run:
    """A text that may wrap, as a line takes it: its unbreakable pieces and its width on one line, in CSS px."""

    leading: bool  # white space before the first word
    trailing: bool
    pieces: int
    first: float
    widest: float  # of the pieces between the first and the last
    last: float
    total: float


@lru_cache(maxsize=8192)
def run(text: str, size: float, bold: bool, face: str, anywhere: bool, wording: TextProperties | None = None) -> Run:
    """The measures of wrapping text. Cached: the texts of a batch's messages recur."""
    parts = words(text)
    space = _SPACES[face] * size
    wording = wording or PLAIN  # None is recognised without looking into it
    if wording is not PLAIN:
        parts = words(wording.written(text))
        space += wording.letter + wording.word
    pieces: list[float] = []
    total = 0.0
    for word in parts:
        if word:
            split = list(word) if anywhere else break_pieces(word)
            widths = [text_width(piece, size, bold=bold, face=face) for piece in split]
            total += (space if pieces else 0.0) + (
                widths[0] if len(split) == 1 else text_width(word, size, bold=bold, face=face)
            )
            if wording.letter or wording.word:
                widths = [width + _spaced(piece, wording) for width, piece in zip(widths, split, strict=True)]
                total += _spaced(word, wording)
            pieces += widths
    if not pieces:
        return Run(len(parts) > 1, False, 0, 0.0, 0.0, 0.0, 0.0)
    return Run(not parts[0], not parts[-1], len(pieces), pieces[0], max(pieces[1:-1], default=0.0), pieces[-1], total)


def _spaced(text: str, wording: TextProperties) -> float:
    """What spacing adds to the width of text, in px."""
    shown = len(_INVISIBLE.sub("", text))
    return wording.letter * shown + wording.word * (text.count(" ") + text.count("\xa0"))


def styled_width(text: str, style: ComputedStyle) -> float:
    """The width in px of unbroken text in the style of its element."""
    face, bold = face_of(style.font_family), style.font_weight >= 600
    wording = style.text_properties
    if wording is None:
        return text_width(text, style.font_size, bold=bold, face=face)
    text = wording.written(text)
    return text_width(text, style.font_size, bold=bold, face=face) + _spaced(text, wording)


def space_width(style: ComputedStyle) -> float:
    """The width in px of a space between boxes on a line."""
    wording = style.text_properties
    return _SPACES[face_of(style.font_family)] * style.font_size + (
        wording.letter + wording.word if wording is not None else 0.0
    )


def line_width(text: str, style: ComputedStyle) -> float:
    """The width in px of text on one line, its white space as the style has it."""
    if style.white_space in ("pre", "pre-wrap", "break-spaces"):
        return styled_width(text.rsplit("\n", 1)[-1], style)
    return styled_width(_WORD.sub(" ", text), style)
