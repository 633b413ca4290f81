"""What changes the width of text besides its font (CSS Text 3): spacing, case and the indent of first lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from franking.css.lengths import Length, Token, parse_length
from franking.css.values import Parser, Value, Wide, keyword, keywords

_NONE = Length()
NAMES = frozenset(["letter-spacing", "word-spacing", "text-transform", "text-indent"])


@dataclass(frozen=True, slots=True)
class TextProperties:
    """The used values of an element, in CSS px where they are lengths."""

    letter: float = 0.0  # between characters: behind each
    word: float = 0.0  # on top of each space
    case: str = "none"
    indent: Length = _NONE

    def written(self, text: str) -> str:
        """The text as ``text-transform`` shows it."""
        if self.case == "uppercase":
            return text.upper()
        if self.case == "lowercase":
            return text.lower()
        return _capitalized(text) if self.case == "capitalize" else text

    def times(self, factor: float) -> TextProperties:
        """The same under ``zoom``."""
        indent = self.indent
        if indent.function is None:
            indent = Length(indent.px * factor, indent.percent)
        return replace(self, letter=self.letter * factor, word=self.word * factor, indent=indent)


PLAIN = TextProperties()


def _capitalized(text: str) -> str:
    shown: list[str] = []
    inside = False
    for character in text:
        letter = character.isalnum() or (inside and character in "'’")
        shown.append(character.upper() if letter and not inside else character)
        inside = letter
    return "".join(shown)


def _spacing(tokens: Sequence[Token], quirks: bool) -> Value | None:
    if len(tokens) != 1:
        return None
    return Length() if keyword(tokens[0]) == "normal" else parse_length(tokens[0], percent=False, unitless=quirks)


def _indent(tokens: Sequence[Token], quirks: bool) -> Value | None:
    return parse_length(tokens[0], unitless=quirks) if len(tokens) == 1 else None


PARSERS: dict[str, Parser] = {
    "letter-spacing": _spacing,
    "word-spacing": _spacing,
    "text-transform": keywords("none", "uppercase", "lowercase", "capitalize"),
    "text-indent": _indent,
}


def inherited(
    wording: TextProperties | None, winning: Mapping[str, Value], computed: Mapping[str, Value]
) -> TextProperties | None:
    """The wording of an element from its parent's, the values that win and what they are computed to; None where nothing
    is changed."""
    base = wording or PLAIN
    for name in NAMES & winning.keys():
        cascaded_value = winning[name]
        if isinstance(cascaded_value, Wide):
            source = PLAIN if cascaded_value == "initial" else wording or PLAIN
            base = replace(base, **{_FIELDS[name]: getattr(source, _FIELDS[name])})
            continue
        value = computed[name]
        if name in ("letter-spacing", "word-spacing"):
            value = value.resolve(0.0)
        base = replace(base, **{_FIELDS[name]: value})
    return None if base == PLAIN else base


_FIELDS = {"letter-spacing": "letter", "word-spacing": "word", "text-transform": "case", "text-indent": "indent"}
