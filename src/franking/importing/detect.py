"""Which dialect a template is written in: the only one that has its marks, or all that read it alike."""

from __future__ import annotations

import re
from collections.abc import Mapping

from franking.errors import InputError
from franking.importing.dialects.django import Django, Klaviyo
from franking.importing.dialects.handlebars import Handlebars
from franking.importing.dialects.jinja import Jinja
from franking.importing.dialects.liquid import Liquid
from franking.importing.dialects.mailchimp import Mailchimp
from franking.importing.dialects.mustache import Mustache
from franking.importing.dialects.mustachio import Mustachio
from franking.importing.tokens import Dialect, Token

ALL: tuple[Dialect, ...] = (Mailchimp(), Handlebars(), Mustache(), Mustachio(), Liquid(), Django(), Klaviyo(), Jinja())
SAME = {"sendgrid": "handlebars", "nunjucks": "jinja", "twig": "jinja", "html": "html"}
NAMES = tuple(dialect.name for dialect in ALL) + tuple(SAME)
SYNTAX = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\*\|[A-Z][^|\n]*\|\*")
_WIDER = {"klaviyo": "django"}  # the first contains the second


def dialect_named(name: str) -> Dialect:
    """A dialect by the name of ``--from``. Raises ``InputError`` for an unknown one."""
    for dialect in ALL:
        if dialect.name == SAME.get(name, name):
            return dialect
    raise InputError(f"--from {name[:30]}: expected one of: {', '.join(NAMES)}")


def detect(sources: Mapping[str, str]) -> Dialect | None:
    """The dialect of a message and its partials (text by file); None for plain HTML.

    Raises ``InputError`` with the candidates if several dialects read it in different ways.
    """
    text = "\n".join(sources.values())
    if not re.search(r"\{\{|\{%|\*\|[A-Z]", text):
        return None
    marked = [dialect for dialect in ALL if any(re.search(mark, text) for mark in dialect.marks)]
    names = {dialect.name for dialect in marked}
    marked = [dialect for dialect in marked if not any(_WIDER.get(name) == dialect.name for name in names)]
    if len(marked) == 1:
        return marked[0]
    readings: dict[str, list[Token]] = {}
    problems: list[str] = []
    for dialect in marked or ALL:
        try:
            tokens = [token for file, source in sources.items() for token in dialect.read(source, file)]
        except InputError as problem:
            problems.append(str(problem))
            continue
        if any(token.type != "text" for token in tokens) and not any(_foreign(token) for token in tokens):
            readings[dialect.name] = tokens
    if readings and all(tokens == next(iter(readings.values())) for tokens in readings.values()):
        return dialect_named(next(iter(readings)))
    if not readings and len(problems) == 1 and len(marked or ALL) == 1:
        raise InputError(problems[0])
    candidates = list(readings) or [dialect.name for dialect in marked or ALL]
    raise InputError(
        f"{next(iter(sources))}:1: found the syntax of more than one template language, or none that reads all of it; "
        f"expected --from with one of: {', '.join(candidates)}"
    )


def _foreign(token: Token) -> bool:
    """Whether a token is not understood, or is text that another dialect would read as a tag."""
    return token.type == "unknown" or foreign_syntax(token) is not None


def foreign_syntax(token: Token) -> re.Match[str] | None:
    """Syntax of a template language in a token that the dialect reads as text; not in what the dialect itself keeps as text."""
    return SYNTAX.search(token.text) if token.type == "text" and token.text == token.source else None
