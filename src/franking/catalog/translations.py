"""gettext catalogues of the templates, ``templates/locales/<language>.po``, as translations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations

from franking.catalog.catalogue import examine
from franking.catalog.pofile import Entry
from franking.errors import TemplateError

SOURCE_LANGUAGE = "en"  # the templates' own language


def languages(templates: Path) -> list[str]:
    """The languages of messages: English, and each language with a catalogue."""
    return [SOURCE_LANGUAGE, *sorted(p.stem for p in (templates / "locales").glob("*.po") if p.stem != SOURCE_LANGUAGE)]


class Catalogue(NullTranslations):
    """Translations that record missing texts in ``untranslated``: texts without an entry, with a fuzzy entry, or with an
    empty form."""

    def __init__(self, entries: Iterable[Entry] = (), choose: Callable[[int], int] = lambda n: int(n != 1)) -> None:
        super().__init__()
        self._choose = choose
        self._known = {
            (entry.context, entry.id): tuple(text for _, text in entry.strings)
            for entry in entries
            if not entry.fuzzy and all(text.strip() or not entry.id.strip() for _, text in entry.strings)
        }

    def gettext(self, message: str) -> str:
        """The translation, or the text itself."""
        return self._found(None, message, message, 1)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The translation in the form for a number, or the text itself."""
        return self._found(None, msgid1, msgid1 if n == 1 else msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        """The translation of a text in a context, or the text itself."""
        return self._found(context, message, message, 1)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        """The translation in a context and in the form for a number, or the text itself."""
        return self._found(context, singular, singular if num == 1 else plural, num)

    # The names that Jinja2's i18n extension looks up first.
    ugettext = gettext
    ungettext = ngettext

    def _found(self, context: str | None, message: str, instead: str, n: int) -> str:
        forms = self._known.get((context, message))
        if forms is not None:
            return forms[self._choose(n)] if len(forms) > 1 else forms[0]
        lost = untranslated.get()
        if lost is not None and message:
            lost.append(message)
        return instead


# Collects the missing texts of a rendering in progress.
untranslated: ContextVar[list[str] | None] = ContextVar("untranslated", default=None)


def load_translations(templates: Path, language: str) -> NullTranslations:
    """The translations of a language. Raises ``TemplateError`` for an invalid or missing catalogue."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    path = templates / "locales" / f"{language}.po"
    if language not in languages(templates):
        raise TemplateError(f"{path}: no such catalogue; languages here: {', '.join(languages(templates))}")
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror}") from None
    found = _read(path, language, changed)
    if isinstance(found, str):
        raise TemplateError(found)
    return found


@lru_cache(maxsize=64)
def _read(path: Path, language: str, _changed: int) -> Catalogue | str:
    """The translations, or their error. Cached, because each message of a batch needs them."""
    try:
        examined = examine(path, language)
        examined.demand()
    except TemplateError as error:
        return str(error)
    return Catalogue(examined.entries, examined.plurals.choose)
