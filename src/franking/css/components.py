"""Values of several components that the engine reads: alignments, opacities, generated content, images.

Each parser takes what it can say for certain. What it does not take is dropped or reported as undecided by
``css.property_support``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from franking.css.lengths import Token, parse_length, parse_number
from franking.css.values import Parser, Unmodelled, keyword

_POSITIONS = frozenset("center start end flex-start flex-end".split())
_SELF = _POSITIONS | {"self-start", "self-end"}
_SPREAD = frozenset("space-between space-around space-evenly stretch".split())
_Color = Callable[[Sequence[Token], bool], str | None]


def alignment(alone: str, positions: frozenset[str], *, baseline: bool) -> Parser:
    """A value of CSS Box Alignment 3: words that stand ``alone``, positions with ``safe`` or ``unsafe`` before, baselines."""
    single = frozenset(alone.split()) | positions | ({"baseline"} if baseline else frozenset())

    def parse(tokens: Sequence[Token], _quirks: bool) -> str | Unmodelled | None:
        words = [keyword(t) or "" for t in tokens]
        if len(words) == 1:
            return words[0] if words[0] in single else None
        if len(words) != 2:
            return None
        first, second = words
        if first in ("safe", "unsafe") and second in positions:
            return f"{first} {second}"
        if baseline and second == "baseline" and first in ("first", "last"):
            return f"{first} baseline"
        if "legacy" in single and "legacy" in words and {"left", "right", "center"} & set(words):
            return Unmodelled(" ".join(words))  # it is inherited
        return None

    return parse


LATERAL = frozenset(["left", "right"])
ALIGNMENTS: dict[str, Parser] = {
    "justify-content": alignment(f"normal {' '.join(_SPREAD)}", _POSITIONS | LATERAL, baseline=False),
    "align-content": alignment(f"normal {' '.join(_SPREAD)}", _POSITIONS, baseline=True),
    "justify-items": alignment("normal stretch anchor-center legacy", _SELF | LATERAL, baseline=False),
    "justify-self": alignment("auto normal stretch anchor-center", _SELF | LATERAL, baseline=False),
    "align-items": alignment("normal stretch anchor-center", _SELF, baseline=True),
    "align-self": alignment("auto normal stretch anchor-center", _SELF, baseline=True),
}


def opacity(tokens: Sequence[Token], _quirks: bool) -> list[Token] | None:
    """``<number>`` or ``<percentage>``, as its token."""
    if len(tokens) == 1 and (tokens[0].type == "percentage" or parse_number(tokens[0]) is not None):
        return list(tokens)
    return None


_CONTAIN = frozenset(["none", "style", "layout", "paint", "content"])


def contain(tokens: Sequence[Token], _quirks: bool) -> str | None:
    """``contain`` without containment of sizes: ``apart`` where it makes a formatting context, else ``none``."""
    words = [keyword(token) or "" for token in tokens]
    if not words or len(set(words)) < len(words) or not _CONTAIN.issuperset(words):
        return None
    if len(words) > 1 and not {"none", "content"}.isdisjoint(words):
        return None
    return "apart" if {"layout", "paint", "content"} & set(words) else "none"


def aspect_ratio(tokens: Sequence[Token], _quirks: bool) -> tuple[bool, float | None] | None:
    """``auto || <ratio>``: whether ``auto`` is named, and the ratio, None if there is none or it is degenerate (CSS
    Sizing 4, section 4)."""
    rest = [token for token in tokens if keyword(token) != "auto"]
    auto = len(tokens) - len(rest)
    if auto > 1 or (auto and rest and "auto" not in (keyword(tokens[0]), keyword(tokens[-1]))):
        return None
    if not rest:
        return (True, None) if auto else None
    numbers = [parse_number(token, negative=False) for token in rest[::2]]
    if len(rest) > 3 or len(rest) == 2 or None in numbers or (len(rest) == 3 and rest[1] != "/"):
        return None
    width, height = numbers[0], numbers[-1] if len(rest) == 3 else 1.0
    return (bool(auto), width / height if width and height else None)


_QUOTES = frozenset("open-quote close-quote no-open-quote no-close-quote".split())


def content(tokens: Sequence[Token], _quirks: bool) -> list[Token] | None:
    """``normal``, ``none``, or strings, quotes, images, attributes and counters (CSS Content 3, section 2)."""
    if len(tokens) == 1 and keyword(tokens[0]) in ("normal", "none"):
        return list(tokens)
    parts = split(tokens, "/")
    if not tokens or len(parts) > 2 or not all(parts):
        return None
    return list(tokens) if all(_is_content(token, alt=at > 0) for at, part in enumerate(parts) for token in part) else None


def _is_content(token: Token, *, alt: bool) -> bool:
    if token.type == "string":
        return True
    if token.type == "function" and token.lower_name == "attr":
        return len(token.arguments) == 1 and token.arguments[0].type == "ident"
    if token.type == "function" and token.lower_name == "counter":
        return len(token.arguments) == 1 and token.arguments[0].type == "ident"
    return not alt and (keyword(token) in _QUOTES or token.type == "url" or is_read_url(token))


def is_read_url(token: Token) -> bool:
    """Whether a token is ``url("…")``."""
    return bool(token.type == "function" and token.lower_name == "url" and [t.type for t in token.arguments] == ["string"])


def _bare(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.type not in ("whitespace", "comment")]


def split(tokens: Sequence[Token], at: str) -> list[list[Token]]:
    """Tokens in groups between a literal."""
    groups: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == at:
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def is_read_image(token: Token, color: _Color) -> bool:
    """Whether a token is an image that browsers take for certain: a URL, a gradient of two or more plain stops, a set."""
    if token.type == "url" or is_read_url(token):
        return True
    if token.type != "function":
        return False
    name, parts = token.lower_name, [_bare(part) for part in split(token.arguments, ",")]
    if name == "-webkit-gradient":
        return len(parts) > 3 and keyword(parts[0][0] if parts[0] else token) in ("linear", "radial")
    if name.endswith("-gradient"):
        stops = [part for part in parts if part and color(part[:1], False) is not None and len(part) < 4]
        return len(stops) > 1 and all(parts) and len(stops) >= len(parts) - 1 and parts[-1] is stops[-1]
    if name in ("image-set", "-webkit-image-set"):
        return all(len(part) == 2 and part[0].type in ("string", "url") and part[1].type == "dimension" for part in parts)
    return False


_SIDES = {"left": "x", "right": "x", "top": "y", "bottom": "y", "center": "c"}


def _is_position(parts: Sequence[Token]) -> bool:
    """``<bg-position>`` (CSS Backgrounds 3, section 2.6)."""
    kinds = "".join(_SIDES.get(keyword(t) or "", "l" if keyword(t) is None else "?") for t in parts)
    if "?" in kinds or not kinds:
        return False
    if len(kinds) <= 2:
        return kinds not in ("xx", "yy", "yl", "lx")
    offsets = ("xly", "ylx", "xyl", "yxl", "xlc", "ylc", "cxl", "cyl", "xlyl", "ylxl")
    return kinds in offsets


_LAYER_WORDS = (
    frozenset("repeat-x repeat-y repeat no-repeat space round".split()),
    frozenset("scroll fixed local".split()),
    frozenset("border-box padding-box content-box".split()),
)


@dataclass(slots=True)
class _Layer:
    """What has been read of one layer of ``background``: how many of each kind of component."""

    images: int = 0
    nones: int = 0
    color: str | None = None
    words: list[int] = field(default_factory=lambda: [0] * len(_LAYER_WORDS))
    position: list[Token] = field(default_factory=list)

    def is_valid(self) -> bool:
        """Whether no component comes too often (CSS Backgrounds 3, section 2.10)."""
        repeat, attachment, box = self.words
        return (
            self.images + self.nones <= 1
            and repeat <= 1
            and attachment <= 1
            and box <= 2
            and (not self.position or _is_position(self.position))
        )


def layer(tokens: Sequence[Token], color: _Color, *, last: bool, quirks: bool) -> tuple[bool, str | None] | None:
    """One layer of ``background``: whether it has an image, and its colour; None if it is not read."""
    found = _Layer()
    rest = list(tokens)
    while rest:
        token = rest.pop(0)
        word = keyword(token)
        which = next((at for at, words in enumerate(_LAYER_WORDS) if word in words), None)
        if is_read_image(token, color):
            found.images += 1
        elif word == "none":
            found.nones += 1
        elif which is not None:
            found.words[which] += 1
            if which == 0 and rest and _is_second_repeat(word, keyword(rest[0])):
                rest.pop(0)
        elif _is_offset(token, quirks):
            if found.position or not _read_position(token, rest, found.position, quirks):
                return None
        elif last and found.color is None and (hue := color([token], quirks)) is not None:
            found.color = hue
        else:
            return None
    return (bool(found.images), found.color) if tokens and found.is_valid() else None


def _is_second_repeat(first: str | None, second: str | None) -> bool:
    """Whether two words are one ``<repeat-style>``: one for each axis."""
    return second in _LAYER_WORDS[0] and not {first, second} & {"repeat-x", "repeat-y"}


def _is_offset(token: Token, quirks: bool) -> bool:
    return keyword(token) in _SIDES or parse_length(token, unitless=quirks) is not None


def _read_position(first: Token, rest: list[Token], position: list[Token], quirks: bool) -> bool:
    """Take ``<bg-position>`` with ``/ <bg-size>`` off ``rest``; False if the size is none."""
    position.append(first)
    while rest and _is_offset(rest[0], quirks):
        position.append(rest.pop(0))
    if not rest or rest[0].type != "literal" or rest[0].value != "/":
        return True
    behind = _after_size(rest[1:], quirks)
    if not behind:
        return False
    rest[:] = behind[1:]
    return True


def _after_size(rest: list[Token], quirks: bool) -> list[Token] | None:
    """What follows ``<bg-size>``, behind one token that marks that there was one."""
    if not rest:
        return None
    if keyword(rest[0]) in ("cover", "contain"):
        return rest
    taken = 0
    while taken < min(2, len(rest)) and (
        keyword(rest[taken]) == "auto" or parse_length(rest[taken], unitless=quirks, negative=False) is not None
    ):
        taken += 1
    return rest[taken - 1 :] if taken else None
