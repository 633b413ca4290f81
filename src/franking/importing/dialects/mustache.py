"""Mustache (the specification, without lambdas and set delimiters)."""

from __future__ import annotations

import re

from franking.importing.tokens import Not, Path, Reader, Token

TAG = re.compile(r"\{\{(?:!(?P<comment>.*?)\}\}|\{(?P<raw>[^{}]*)\}\}\}|(?P<code>[^{}]*)\}\})", re.DOTALL)
NAME = re.compile(r"(?:\.|[\w-]+(?:\.[\w-]+)*)\Z")


class Mustache:
    """``{{x}}``, ``{{{x}}}``, ``{{#x}}``, ``{{^x}}``, ``{{> partial}}``, ``{{! comment}}``."""

    name = "mustache"
    marks: tuple[str, ...] = (r"\{\{=[^{}]*=\}\}",)

    def read(self, source: str, file: str) -> list[Token]:
        """The tokens of a source."""
        reader = Reader(source, file)
        end = 0
        for match in TAG.finditer(source):
            reader.text(end, match.start())
            end = match.end()
            if match["comment"] is not None:
                reader.put("comment", match[0], match.start())
            elif match["raw"] is not None:
                field(reader, match[0], match.start(), match["raw"].strip(), raw=True)
            else:
                self.tag(reader, match[0], match.start(), match["code"].strip())
        reader.text(end, len(source))
        return reader.finish()

    def tag(self, reader: Reader, source: str, offset: int, code: str) -> None:
        """Read one tag."""
        sign, rest = code[:1], code[1:].strip()
        if sign in ("#", "^") and NAME.match(rest):
            token = (
                reader.put("section", source, offset, path(rest))
                if sign == "#"
                else reader.put("if", source, offset, Not(path(rest)))
            )
            reader.open(rest, token, source, offset)
        elif sign in ("#", "^"):
            reader.unknown(source, offset, "a section whose name is no name of a value")
            reader.open(rest.split()[0] if rest.split() else "", None, source, offset)
        elif sign == "/":
            reader.close(rest, source, offset)
        elif sign == ">":
            reader.put("include", source, offset, name=rest)
        elif sign == "&":
            field(reader, source, offset, rest, raw=True)
        elif sign == "=":
            reader.unknown(source, offset, "other delimiters")
        else:
            field(reader, source, offset, code)


def field(reader: Reader, source: str, offset: int, code: str, *, raw: bool = False) -> None:
    """A value, or an unknown tag."""
    if NAME.match(code) and code != "else":
        reader.put("field", source, offset, path(code), raw=raw)
    else:
        reader.unknown(source, offset, "no name of a value")


def path(code: str) -> Path:
    """The path of a name; ``.`` is the current value."""
    return Path(() if code == "." else tuple(code.split(".")))
