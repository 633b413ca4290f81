"""A style sheet as rules and declarations with their places, so that each can be dropped or rewritten by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tinycss2

_LINES = re.compile("\r\n|[\n\r\f]")  # CSS Syntax 3, section 3.3
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)
_WITH_RULES = frozenset(("media", "supports", "layer", "container", "document", "scope", "starting-style"))


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration. ``name`` and ``value`` are in lower case, ``written`` is the value as it is written, without
    ``!important``; ``text`` the whole declaration. The offsets are those in the CSS."""

    name: str
    value: str
    written: str
    text: str
    important: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A rule: a style rule, with ``at`` empty and its selector list as ``prelude``, or an at-rule. The offsets are those in
    the CSS, from its first character to behind its last."""

    at: str
    prelude: str
    start: int
    end: int
    prelude_start: int
    declarations: tuple[Declared, ...]
    blocks: tuple[Block, ...]


class _Reader:
    def __init__(self, css: str) -> None:
        self.css = css
        self._lines = [0, *(match.end() for match in _LINES.finditer(css))]

    def at(self, node: Any) -> int:
        line, column = int(node.source_line), int(node.source_column)
        return self._lines[line - 1] + column - 1

    def content(self, nodes: Sequence[Any], end: int) -> tuple[tuple[Declared, ...], tuple[Block, ...]]:
        declared: list[Declared] = []
        blocks: list[Block] = []
        for number, node in enumerate(nodes):
            following = self.at(nodes[number + 1]) if number + 1 < len(nodes) else end
            if node.type == "declaration":
                declared.append(self._declaration(node, following))
            elif node.type in ("qualified-rule", "at-rule"):
                blocks.append(self._block(node, following))
        return tuple(declared), tuple(blocks)

    def _declaration(self, node: Any, following: int) -> Declared:
        start = self.at(node)
        text = self.css[start:following].rstrip().removesuffix(";").rstrip()
        written = _IMPORTANT.sub("", text.partition(":")[2]).strip()
        value = re.sub(r"/\*.*?\*/", " ", written, flags=re.DOTALL).strip().lower()
        return Declared(node.lower_name, value, written, text, bool(node.important), start, start + len(text))

    def _block(self, node: Any, following: int) -> Block:
        start = self.at(node)
        end = start + len(self.css[start:following].rstrip())
        at = node.lower_at_keyword if node.type == "at-rule" else ""
        prelude_start = start + (len(node.at_keyword) + 1 if at else 0)
        prelude = tinycss2.serialize(node.prelude).strip()
        if node.content is None:
            return Block(at, prelude, start, end, prelude_start, (), ())
        closing = self.css.rfind("}", start, end)
        inner = (tinycss2.parse_rule_list if at in _WITH_RULES or "keyframes" in at else tinycss2.parse_blocks_contents)(
            node.content, skip_comments=False
        )
        declared, blocks = self.content(inner, closing if closing >= 0 else end)
        return Block(at, prelude, start, end, prelude_start, declared, blocks)


def blocks_of(css: str) -> tuple[Block, ...]:
    """The rules of a style sheet (CSS Syntax 3, section 5.3.3)."""
    return _Reader(css).content(tinycss2.parse_stylesheet(css), len(css))[1]


def declarations_of(css: str) -> tuple[Declared, ...]:
    """The declarations of a ``style`` attribute (section 5.3.8)."""
    return _Reader(css).content(tinycss2.parse_blocks_contents(css), len(css))[0]
