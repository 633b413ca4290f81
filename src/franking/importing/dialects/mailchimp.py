"""Mailchimp's merge tags: ``*|FNAME|*``, ``*|IF:X|*``, ``*|ELSE:|*``, ``*|END:IF|*``."""

from __future__ import annotations

import re
from decimal import Decimal

from franking.importing.tokens import Compare, Constant, Expression, Filtered, Not, Opaque, Path, Reader, Token

_TAG = re.compile(r"\*\|([^|*<>\n]*(?:[<>]=?[^|*\n]*)?)\|\*")
_COMPARISON = re.compile(r"(\w+)\s*(>=|<=|!=|=|<|>)\s*(.+)\Z")
_PLAIN = re.compile(r"\w+\Z")
_TAKEN = frozenset(["LIST", "MC", "USER", "ARCHIVE", "COUPON_CODE", "HTML"])  # namespaces of single values
_CASES = frozenset(["UPPER", "LOWER", "TITLE"])  # they change the case of a value


class Mailchimp:
    """Merge tags and conditional blocks."""

    name = "mailchimp"
    marks = (r"\*\|[A-Z0-9_]+(?::[^|\n]*)?\|\*",)

    def read(self, source: str, file: str) -> list[Token]:
        """The tokens of a source."""
        reader = Reader(source, file)
        end = 0
        for match in _TAG.finditer(source):
            reader.text(end, match.start())
            end = match.end()
            self._tag(reader, match[0], match.start(), match[1].strip())
        reader.text(end, len(source))
        return reader.finish()

    def _tag(self, reader: Reader, source: str, offset: int, code: str) -> None:
        word, colon, rest = code.partition(":")
        word, rest = word.upper(), rest.strip()
        if word in ("IF", "IFNOT") and rest:
            condition = _condition(rest)
            value: Expression = Not(condition) if word == "IFNOT" else condition
            reader.open("IF", reader.put("if", source, offset, value), source, offset)
        elif word == "ELSEIF" and rest and reader.understood():
            reader.put("elif", source, offset, _condition(rest))
        elif word == "ELSE" and reader.understood():
            reader.put("else", source, offset)
        elif word == "END":
            reader.close(rest, source, offset)
        elif word in ("RSSITEMS", "FEEDITEMS", "FEEDBLOCK", "RSS", "INTERESTED") and colon:
            reader.unknown(source, offset, "a loop over a feed, or a group of readers")
            if word != "RSS":
                reader.open(word, None, source, offset)
        elif word == "DATE":
            reader.put("field", source, offset, Filtered(Path(("DATE",)), "date", (Constant(rest),)))
        elif not colon and _PLAIN.match(word):
            reader.put("field", source, offset, Path((word,)))
        elif word in _CASES and _PLAIN.match(rest):
            reader.put("field", source, offset, Filtered(Path((rest.upper(),)), word.lower()))
        elif word in _TAKEN and re.fullmatch(r"\w+", rest):
            reader.put("field", source, offset, Path((word, rest)))
        else:
            reader.unknown(source, offset, "a merge tag with options")


def _condition(code: str) -> Expression:
    match = _COMPARISON.match(code)
    if match is None:
        return Path((code.upper(),)) if _PLAIN.match(code) else Opaque(code)
    text = match[3].strip().strip("\"'")
    number = re.fullmatch(r"-?\d+(\.\d+)?", text)
    operator = {"=": "=="}.get(match[2], match[2])
    value = (
        Constant(Decimal(text) if "." in text else int(text)) if number and operator in "<= >= < >".split() else Constant(text)
    )
    return Compare(operator, Path((match[1].upper(),)), value)
