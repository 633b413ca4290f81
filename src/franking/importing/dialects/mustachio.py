"""Mustachio, the language of Postmark's templates: Mustache with ``{{#each}}`` and layouts."""

from __future__ import annotations

from franking.importing.dialects.mustache import NAME, Mustache, path
from franking.importing.tokens import Path, Reader


class Mustachio(Mustache):
    """``{{#each xs}}``, ``{{#x}}``, ``{{^x}}``, ``{{x}}``, ``{{{@content}}}``."""

    name = "postmark"
    marks = (r"\{\{\{?\s*@content", r"\{\{\{?\s*pm:")

    def tag(self, reader: Reader, source: str, offset: int, code: str) -> None:
        """Read one tag."""
        over = code.removeprefix("#each ").strip()
        if code.startswith("#each ") and NAME.match(over):
            reader.open("each", reader.put("each", source, offset, path(over)), source, offset)
        elif code.startswith("pm:"):
            reader.put("field", source, offset, Path((code.replace(":", "_"),)))
        else:
            super().tag(reader, source, offset, code)
