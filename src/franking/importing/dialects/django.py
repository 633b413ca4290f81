"""Django's template language, and Klaviyo's, which is Django's with tags of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from franking.importing.dialects.tagged import Tagged, text_of
from franking.importing.expressions import Style, read_expression
from franking.importing.tokens import Filtered, Opaque, Path, Reader

_SILENT = frozenset(["load", "spaceless", "endspaceless", "autoescape", "endautoescape", "localize", "endlocalize"])
_LOOKUP = re.compile(r"([\w.]+)\|lookup:(?:'([^']*)'|\"([^\"]*)\")(.*)\Z", re.DOTALL)


class Django(Tagged):
    """``{{ x|filter:"a" }}``, if, for, with, include, extends, block, trans and blocktrans."""

    name = "django"
    style: Style = "django"
    marks: Sequence[str] = (
        r"\{%-?\s*(?:load|blocktrans|blocktranslate|ifequal|ifnotequal|url|static|csrf_token|now|widthratio|autoescape|localize)\b",
        r"\{[{%][^{}]*\|\w+:[\"'\w]",
        r"forloop\.counter",
        r"\{%\s*(?:trans|translate)\s+[\"']",
        r"\{%\s*include\s+[^%]*\bwith\b",
        r"\{%\s*empty\s*%\}",
        r"\{%\s*with\s+\w+=",
    )

    def word(self, reader: Reader, source: str, offset: int, word: str, rest: str) -> bool:
        """Read a tag of Django."""
        if word in _SILENT:
            reader.put("comment", source, offset)
        elif (
            word in ("trans", "translate")
            and (text := text_of(re.sub(r"\s+(?:noop|context\s+\S+)\s*\Z", "", rest))) is not None
        ):
            reader.put("text", source, offset, text=text)
        elif word in ("blocktrans", "blocktranslate"):
            if rest not in ("", "trimmed"):
                reader.put("note", source, offset, name="names of values in blocktrans are read as names of fields")
            reader.open(f"end{word}", reader.put("comment", source, offset), source, offset)
        elif word in ("endblocktrans", "endblocktranslate", "endwith"):
            reader.close(word, source, offset)
        elif word in ("block", "endblock"):
            reader.put("comment", source, offset, name=f"{word} {rest}".strip())
        elif word in ("include", "extends") and (match := re.match(r"[\"']([\w./-]+)[\"']\s*\Z", rest)):
            reader.put("include", source, offset, name=match[1], text=word)
        elif word == "with" and (pairs := re.findall(r"(\w+)=(\S+)", rest)):
            self._names(reader, source, offset, pairs)
        elif word == "empty" and reader.inside() == "endfor" and reader.understood():
            reader.put("else", source, offset)
        elif word == "static" and (text := text_of(rest)) is not None:
            reader.put("text", source, offset, text=text)
        else:
            return False
        return True

    def _names(self, reader: Reader, source: str, offset: int, pairs: list[tuple[str, str]]) -> None:
        for name, code in pairs:
            value = read_expression(code, self.style)
            if isinstance(value, Opaque):
                reader.unknown(source, offset, "a computed value")
            else:
                reader.put("assign", source, offset, value, name=name)
        reader.open("endwith", reader.tokens[-1], source, offset)


class Klaviyo(Django):
    """Django with ``{{ person|lookup:'x' }}``, ``{% unsubscribe %}``, ``{% currency_format %}``."""

    name = "klaviyo"
    marks = (
        r"\{%\s*(?:unsubscribe|unsubscribe_link|manage_preferences|manage_preferences_link|web_view|current_year|today|catalog)\b",
        r"\|\s*lookup:",
        r"\bperson\.|\bperson\|",
        r"\bevent\.extra\b",
        r"\borganization\.",
    )

    def field(self, reader: Reader, source: str, offset: int, code: str) -> None:
        """A value, perhaps looked up by a name with spaces."""
        match = _LOOKUP.match(code)
        if match is None:
            super().field(reader, source, offset, code)
            return
        found = read_expression(f"x{match[4]}", self.style)
        path = Path((*match[1].split("."), re.sub(r"\W+", "_", (match[2] or match[3] or "").strip())))
        if isinstance(found, Filtered):
            reader.put("field", source, offset, Filtered(path, found.name, found.arguments))
        elif isinstance(found, Path):
            reader.put("field", source, offset, path)
        else:
            reader.unknown(source, offset, "an expression that is not understood")

    def word(self, reader: Reader, source: str, offset: int, word: str, rest: str) -> bool:
        """Read a tag of Klaviyo."""
        if word in ("unsubscribe_link", "manage_preferences_link", "web_view", "current_year", "today") and not rest:
            reader.put("field", source, offset, Path((word,)))
            return True
        if word == "currency_format":
            value = read_expression(rest, self.style)
            if isinstance(value, Path | Filtered):
                reader.put("field", source, offset, Filtered(value, "money"))
                return True
        return super().word(reader, source, offset, word, rest)
