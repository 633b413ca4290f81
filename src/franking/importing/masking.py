"""Replaces the tokens of a template by markers: what remains is HTML that can be read, cleaned and fixed.

Fields in texts become visible private-use characters, blocks become comments. A token where no marker is possible, such as a
condition within a tag, is left out and reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from franking.errors import InputError
from franking.importing.decisions import Decisions
from franking.importing.tokens import Token

FIELD, FIELD_END, BLOCK, BLOCK_END = "\ue000", "\ue001", "\ue002", "\ue003"
MARK = re.compile(r"<!--\ue002(\d+)\ue003-->|[\ue000\ue002](\d+)[\ue001\ue003]")
SPOKEN = frozenset(["alt", "title", "aria-label"])  # attributes with text
_KEPT = SPOKEN | {"href", "src", "background"}  # attributes that may contain a value
_START = re.compile(r"<(?:(?P<comment>!--)|(?P<end>/)?(?P<name>[A-Za-z][^\s/>]*)|(?P<other>[!?]))")
_RAW = frozenset(["style", "script", "title", "textarea", "xmp"])
_NAME = re.compile(r"([^\s=<>\"'/]+)\s*=\s*\Z")
_STRUCTURE = frozenset(["if", "elif", "else", "each", "section", "with", "end"])


@dataclass(slots=True)
class _Position:
    """The place in the markup, tracked along the text."""

    state: str = "text"  # or tag, value, comment, condition (a conditional comment), raw
    quote: str = ""
    raw: str = ""
    tag: str = ""
    seen: str = ""  # the tag so far

    def read(self, data: str) -> None:
        at = 0
        while at < len(data):
            at = getattr(self, f"_{self.state}")(data, at)

    def _text(self, data: str, at: int) -> int:
        match = _START.search(data, at)
        if match is None:
            return len(data)
        self.seen = ""
        if match["comment"]:
            conditional = re.match(r"\s*\[if\b", data[match.end() : match.end() + 40]) is not None
            closed = data.startswith(("[if !mso]><!-->", "[if !mso]><!--"), match.end())
            self.state = "condition" if conditional and not closed else "comment"
            return match.end()
        self.state, self.tag = "tag", "" if match["end"] or match["other"] else (match["name"] or "").lower()
        return match.end()

    def _tag(self, data: str, at: int) -> int:
        for index in range(at, len(data)):
            if data[index] == ">":
                self.state, self.raw = ("raw", self.tag) if self.tag in _RAW else ("text", "")
                return index + 1
            if data[index] in "\"'" and self.seen.rstrip().endswith("="):
                self.state, self.quote = "value", data[index]
                return index + 1
            self.seen += data[index]
        return len(data)

    def _value(self, data: str, at: int) -> int:
        end = data.find(self.quote, at)
        if end < 0:
            return len(data)
        self.state, self.seen = "tag", ""
        return end + 1

    def _comment(self, data: str, at: int) -> int:
        end = data.find("-->", at)
        if end < 0:
            return len(data)
        self.state = "text"
        return end + 3

    _condition = _comment

    def _raw(self, data: str, at: int) -> int:
        match = re.compile(rf"</{self.raw}\b", re.IGNORECASE).search(data, at)
        if match is None:
            return len(data)
        self.state, self.tag = "tag", ""
        return match.end()

    @property
    def attribute(self) -> str:
        """The name of the attribute whose value this is; "" for a tag's other parts."""
        match = _NAME.search(self.seen)
        return match[1].lower() if match is not None else ""


@dataclass(slots=True)
class Masked:
    """HTML with markers, the tokens by their numbers, and the lines of the source by offsets in the HTML."""

    html: str
    tokens: Sequence[Token]
    starts: list[tuple[int, str, int]] = field(default_factory=list)  # offset, file, line


def mask(tokens: Sequence[Token], decisions: Decisions) -> Masked:
    """The HTML of a template. Raises ``InputError`` if the source has private-use characters of the markers."""
    position, parts, starts = _Position(), [], []
    length = 0
    for number, token in enumerate(tokens):
        if token.type == "text":
            if re.search("[\ue000-\ue003]", token.text):
                raise InputError(f"{token.file}:{token.line}: found a private-use character U+E000 to U+E003, expected text")
            position.read(token.text)
            piece = token.text
        else:
            piece = _marker(position, number, token, decisions)
        starts.append((length, token.file, token.line))
        parts.append(piece)
        length += len(piece)
    return Masked("".join(parts), tokens, starts)


def _marker(position: _Position, number: int, token: Token, decisions: Decisions) -> str:
    if token.type in ("comment", "note", "assign"):
        return f"<!--{BLOCK}{number}{BLOCK_END}-->" if token.type != "comment" and position.state == "text" else ""
    block = f"{BLOCK}{number}{BLOCK_END}"
    state = position.state
    if state == "text":
        return f"{FIELD}{number}{FIELD_END}" if token.type == "field" else f"<!--{block}-->"
    if state == "comment":
        return f"--><!--{block}--><!--" if token.type in _STRUCTURE else ""
    if state == "condition":
        return ""  # shown by no program but Outlook
    if state == "raw":
        return (
            f"{FIELD}{number}{FIELD_END}"
            if position.raw == "title" and token.type == "field"
            else _dropped(position, token, decisions)
        )
    if state == "value" and position.attribute in _KEPT:
        return f"{FIELD}{number}{FIELD_END}" if token.type == "field" else block
    if state == "value" and token.type == "field":
        decisions.add(
            "style",
            token,
            f"{token.source.strip()[:60]} in the attribute {position.attribute!r} is left out: write a fixed value",
        )
        return block
    return _dropped(position, token, decisions)


def _dropped(position: _Position, token: Token, decisions: Decisions) -> str:
    """A token where none is possible. In a style sheet, the marker shows which declaration to leave out."""
    where = f"<{position.raw}>" if position.state == "raw" else "a tag"
    if token.type in ("else", "elif", "end"):
        return ""
    done = "both branches are written" if token.type in _STRUCTURE else "it is left out"
    if token.type in ("field", "unknown"):
        decisions.add("style", token, f"{token.source.strip()[:60]} within {where}: {done}")
        return f"{BLOCK}0{BLOCK_END}" if position.raw == "style" and position.state == "raw" else ""
    decisions.add("style", token, f"{token.source.strip()[:60]} within {where}: {done}")
    return ""
