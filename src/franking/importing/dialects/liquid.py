"""Liquid, as Shopify and others write their messages in."""

from __future__ import annotations

import re

from franking.importing.dialects.tagged import Tagged, negated
from franking.importing.expressions import Style, read_expression
from franking.importing.tokens import Compare, Expression, Logic, Opaque, Reader


class Liquid(Tagged):
    """``{{ x | filter: a }}``, if, unless, case, for, assign, include and render."""

    name = "liquid"
    style: Style = "liquid"
    marks = (
        r"\{%-?\s*(?:elsif|unless|assign|capture|case|when|render|tablerow|layout)\b",
        r"\|\s*\w+\s*:\s+\S",
        r"\bcontains\b.*?%\}",
        r"\{%-?\s*for\s+\w+\s+in\s+\S+\s+(?:limit|offset|reversed)",
        r"!= (?:blank|empty|nil)\b",
        r"== (?:blank|empty|nil)\b",
        r"\{\{[^{}]*\|\s*(?:money|upcase|downcase|escape_once|img_url|size|times|plus|minus|divided_by|strip_html)\b",
    )
    notes = False

    def word(self, reader: Reader, source: str, offset: int, word: str, rest: str) -> bool:
        """Read a tag of Liquid."""
        if word == "unless":
            reader.open("endunless", reader.put("if", source, offset, negated(self.condition(rest), rest)), source, offset)
        elif word in ("endunless", "endcase", "endcapture"):
            reader.close(word, source, offset)
        elif word == "case":
            self._subject, self._first = rest, True
            reader.put("comment", source, offset)
            reader.open("endcase", reader.tokens[-1], source, offset)
        elif word == "when" and reader.inside() == "endcase":
            self._when(reader, source, offset, rest)
        elif word == "assign" and (match := re.match(r"(\w+)\s*=\s*(.+)\Z", rest)):
            value = read_expression(match[2], self.style)
            if isinstance(value, Opaque):
                reader.unknown(source, offset, "a computed value")
            else:
                reader.put("assign", source, offset, value, name=match[1])
        elif word in ("include", "render") and (match := re.match(r"[\"']([\w./-]+)[\"']\s*\Z", rest)):
            reader.put("include", source, offset, name=match[1])
        elif word == "capture":
            reader.unknown(source, offset, "captured text")
            reader.open("endcapture", None, source, offset)
        else:
            return False
        return True

    _subject = ""
    _first = True

    def _when(self, reader: Reader, source: str, offset: int, rest: str) -> None:
        condition: Expression | None = None
        for part in re.split(r",|\bor\b", rest):
            one = Compare("==", read_expression(self._subject, self.style), read_expression(part, self.style))
            condition = one if condition is None else Logic("or", condition, one)
        assert condition is not None
        if not self._first:
            reader.put("elif", source, offset, condition)
            return
        self._first = False
        reader.close("endcase", source, offset)
        reader.open("endcase", reader.put("if", source, offset, condition), source, offset)
