"""Jinja2, and Twig and Nunjucks as far as they agree with it."""

from __future__ import annotations

import re

from franking.importing.dialects.tagged import Tagged, text_of
from franking.importing.expressions import Style, read_expression
from franking.importing.tokens import Filtered, Opaque, Reader

_TRANSLATED = re.compile(r"(?:_|gettext)\(\s*(\"[^\"]*\"|'[^']*')\s*\)\Z")


class Jinja(Tagged):
    """``{{ x|filter("a") }}``, if, for, set, include, extends, block, trans."""

    name = "jinja"
    style: Style = "jinja"
    marks = (
        r"\|\s*\w+\(",
        r"\{%-?\s*(?:set|macro|import|from|call|filter)\b",
        r"\bis\s+(?:not\s+)?(?:defined|none)\b",
        r"\bloop\.\w",
        r"\{\{-?\s*_\(",
    )

    def field(self, reader: Reader, source: str, offset: int, code: str) -> None:
        """A value, or a text to translate."""
        match = _TRANSLATED.match(code)
        text = text_of(match[1]) if match is not None else None
        if text is not None:
            reader.put("text", source, offset, text=text)
        else:
            super().field(reader, source, offset, code)

    def word(self, reader: Reader, source: str, offset: int, word: str, rest: str) -> bool:
        """Read a tag of Jinja2."""
        if word == "set" and (match := re.match(r"(\w+)\s*=\s*(.+)\Z", rest)):
            value = read_expression(match[2], self.style)
            if isinstance(value, Opaque | Filtered):
                reader.unknown(source, offset, "a computed value")
            else:
                reader.put("assign", source, offset, value, name=match[1])
        elif word == "trans" and rest in ("", "trimmed"):
            reader.open("endtrans", reader.put("comment", source, offset), source, offset)
        elif word == "autoescape":
            reader.open("endautoescape", reader.put("comment", source, offset), source, offset)
        elif word in ("endtrans", "endautoescape"):
            reader.close(word, source, offset)
        elif word in ("block", "endblock"):
            reader.put("comment", source, offset, name=f"{word} {rest}".strip())
        elif word in ("include", "extends") and (match := re.match(r"[\"']([\w./-]+)[\"']\s*\Z", rest)):
            reader.put("include", source, offset, name=match[1], text=word)
        else:
            return False
        return True
