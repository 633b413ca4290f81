"""What Liquid, Django and Jinja2 have in common: ``{{ value }}``, ``{% tag %}``, ``{# comment #}``, if and for."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from franking.importing.expressions import Style, read_expression
from franking.importing.tokens import Expression, Not, Opaque, Path, Reader, Token

_TAG = re.compile(
    r"\{%-?\s*(?P<raw>raw|verbatim)\s*-?%\}(?P<kept>.*?)\{%-?\s*end(?P=raw)\s*-?%\}"
    r"|\{%-?\s*(?P<out>comment)\b[^%]*-?%\}.*?\{%-?\s*endcomment\s*-?%\}"
    r"|\{\{-?(?P<value>.*?)-?\}\}|\{%-?(?P<tag>.*?)-?%\}|(?P<note>\{#.*?#\})",
    re.DOTALL,
)
_FOR = re.compile(r"(\w+)\s+in\s+(\S+)\s*(.*)\Z", re.DOTALL)
RAW = frozenset(["safe", "raw", "escapejs", "safeseq"])


class Tagged:
    """The part of the three languages that they share. ``word`` reads the tags of one language."""

    name = ""
    style: Style = "jinja"
    marks: Sequence[str] = ()
    notes = True  # whether {# … #} is a comment

    def read(self, source: str, file: str) -> list[Token]:
        """The tokens of a source."""
        reader = Reader(source, file)
        end = 0
        for match in _TAG.finditer(source):
            if match["note"] is not None and not self.notes:
                continue
            reader.text(end, match.start())
            end = match.end()
            if match["kept"] is not None:
                reader.put("text", match[0], match.start(), text=match["kept"])
            elif match["out"] is not None or match["note"] is not None:
                reader.put("comment", match[0], match.start())
            elif match["value"] is not None:
                self.field(reader, match[0], match.start(), match["value"].strip())
            else:
                self._tag(reader, match[0], match.start(), match["tag"].strip())
        reader.text(end, len(source))
        return reader.finish()

    def field(self, reader: Reader, source: str, offset: int, code: str) -> None:
        """A value that is written."""
        found = read_expression(code, self.style)
        if isinstance(found, Opaque):
            reader.unknown(source, offset, "an expression that is not understood")
        else:
            reader.put("field", source, offset, found, raw=any(f"|{f}" in code.replace(" ", "") for f in RAW))

    def _tag(self, reader: Reader, source: str, offset: int, code: str) -> None:
        word, _, rest = re.sub(r"\s+", " ", code).partition(" ")
        rest = rest.strip()
        if word == "if":
            reader.open("endif", reader.put("if", source, offset, self.condition(rest)), source, offset)
        elif word in ("elif", "elsif") and reader.inside() == "endif" and reader.understood():
            reader.put("elif", source, offset, self.condition(rest))
        elif word == "else" and reader.understood():
            reader.put("else", source, offset)
        elif word == "for":
            self._loop(reader, source, offset, rest)
        elif word in ("endif", "endfor"):
            reader.close(word, source, offset)
        elif not self.word(reader, source, offset, word, rest):
            reader.unknown(source, offset, f"the tag {word[:40]!r}")

    def _loop(self, reader: Reader, source: str, offset: int, rest: str) -> None:
        match = _FOR.match(rest)
        over = read_expression(match[2], self.style) if match is not None else None
        if match is None or not isinstance(over, Path) or match[3]:
            reader.unknown(source, offset, "a loop with options, or over something that is computed")
            reader.open("endfor", None, source, offset)
            return
        reader.open("endfor", reader.put("each", source, offset, over, name=match[1]), source, offset)

    def condition(self, code: str) -> Expression:
        """The meaning of a condition."""
        return read_expression(code, self.style)

    def word(self, reader: Reader, source: str, offset: int, word: str, rest: str) -> bool:
        """Read a tag that only this language has; False if it has no such tag."""
        return False


def text_of(code: str) -> str | None:
    """A text in quotes as HTML; None for anything else."""
    match = re.match(r"(\"[^\"]*\"|'[^']*')\s*\Z", code)
    return html.escape(match[1][1:-1], quote=False) if match is not None else None


def negated(condition: Expression, source: str) -> Expression:
    """The opposite of a condition; one that is not understood keeps its source."""
    return Opaque(f"not {source}") if isinstance(condition, Opaque) else Not(condition)
