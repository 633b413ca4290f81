"""Translated texts with values, for ``_()`` and ``{% trans %}``.

A text is parsed once (``catalog.wording``) into words, ``%(name)s`` and percent signs, so Python's ``%`` operator is never
applied to a translator's text. In right-to-left languages, each value is isolated from the surrounding words (Unicode UAX
9): by ``<span dir="auto">`` in HTML, by U+2068 and U+2069 in plain text. ``<bdi>`` would say the same, but six of seven mail
programs drop its tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from jinja2 import TemplateRuntimeError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from franking.catalog import untranslated
from franking.catalog.wording import Placeholder, pieces

FUNCTIONS = ("gettext", "ngettext", "pgettext", "npgettext")
ISOLATE, END = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE
SPAN, SPAN_END = '<span dir="auto">', "</span>"  # isolated by the browser (HTML, 15.3.5)
_WITHIN_TAG = re.compile(r"<[A-Za-z/!][^>]*\Z")
_new = str.__new__  # of Markup: its own method would check the text for markup


@dataclass(frozen=True, slots=True)
class _Format:
    """A parsed text to fill with values: ``markup`` in HTML, ``plain`` elsewhere."""

    markup: str
    plain: str
    names: tuple[str, ...]
    numbers: frozenset[str]  # names of values that must be whole numbers

    def values(self, variables: Mapping[str, Any], put: Callable[[Any], str]) -> dict[str, str]:
        """The texts to fill in. Raises ``TemplateRuntimeError`` for a missing value, or one of the wrong type."""
        try:
            for name in self.numbers:
                if type(variables[name]) is not int:
                    raise TemplateRuntimeError(
                        f"%({name})d in a text to translate accepts only a whole number; expected %({name})s"
                    )
            return {name: put(variables[name]) for name in self.names}
        except KeyError as error:
            raise TemplateRuntimeError(f"a text to translate needs a value for {error.args[0]!r}, and none is given") from None


@lru_cache(maxsize=4096)
def _format(text: str, isolated: bool) -> _Format:
    try:
        found = pieces(text)
    except ValueError:
        # The error omits the text, because a template may have put order data into it.
        raise TemplateRuntimeError(
            "a text to translate is not a format string: write a percent sign as %% and a value as %(name)s"
        ) from None
    markup = plain = ""
    names: dict[str, Placeholder] = {}
    for piece in found:
        if isinstance(piece, str):
            words = piece.replace("%", "%%")
            markup, plain = markup + words, plain + words
            continue
        names[piece.name] = piece
        value = f"%({piece.name})s"
        plain += f"{ISOLATE}{value}{END}" if isolated else value
        markup += f"{SPAN}{value}{SPAN_END}" if isolated and _WITHIN_TAG.search(markup) is None else value
    return _Format(markup, plain, tuple(names), frozenset(name for name, piece in names.items() if piece.number))


def translators(
    translations: NullTranslations, put: Callable[[Any], str], *, isolated: bool, unusable: Callable[[str], None] | None = None
) -> dict[str, Callable[..., str]]:
    """``gettext``, ``ngettext``, ``pgettext`` and ``npgettext`` of templates. ``put`` escapes a value for HTML;
    ``unusable`` raises for texts that cannot be used."""
    return {
        name: _translator(getattr(translations, name), put, isolated, unusable, numbered=name.startswith("n"))
        for name in FUNCTIONS
    }


def _translator(
    look_up: Callable[..., str],
    put: Callable[[Any], str],
    isolated: bool,
    unusable: Callable[[str], None] | None,
    *,
    numbered: bool,
) -> Callable[..., str]:
    formats: dict[str, _Format] = {}
    found: dict[tuple[Any, ...], str] = {}  # translations without plural forms

    @pass_context
    def translate(context: Context, *texts: Any, **variables: Any) -> str:
        text = found.get(texts) if not numbered else None
        if text is None:
            lost = untranslated.get()
            before = len(lost) if lost is not None else 0
            text = look_up(*texts)
            if not numbered and (lost is None or len(lost) == before):  # missing texts are recorded each time
                found[texts] = text
        known = formats.get(text)
        if known is None:
            if unusable is not None:
                unusable(text)
            known = formats[text] = _format(text, isolated)
        if numbered:
            variables.setdefault("num", texts[-1])
        if not context.eval_ctx.autoescape:
            return known.plain % known.values(variables, str)
        return _new(Markup, known.markup % known.values(variables, put))

    return translate
