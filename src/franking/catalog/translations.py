"""gettext catalogues of the templates, ``templates/locales/<language>.po``, compiled in memory."""

from __future__ import annotations

import io
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog as Messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations

from franking.errors import FrankingError

SOURCE_LANGUAGE = "en"  # the templates' own language


def languages(templates: Path) -> list[str]:
    """The languages that messages can be written in: English, and each with a catalogue."""
    return [SOURCE_LANGUAGE, *sorted(p.stem for p in (templates / "locales").glob("*.po") if p.stem != SOURCE_LANGUAGE)]


class Catalogue(Translations):
    """Translations that remember, in ``untranslated``, which texts they lack."""

    def gettext(self, message: str) -> str:
        """The translation, or the text itself."""
        self._note(message, message)
        return str(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The translation in the form for a number, or the text itself."""
        self._note(msgid1, (msgid1, self.plural(n)))
        return str(super().ngettext(msgid1, msgid2, n))

    # What Jinja2's i18n extension asks for first.
    ugettext = gettext
    ungettext = ngettext

    def _note(self, message: str, key: object) -> None:
        lost = untranslated.get()
        if lost is not None and key not in self._catalog and message:
            lost.append(message)


# Where a rendering in progress keeps the texts that its language lacks.
untranslated: ContextVar[list[str] | None] = ContextVar("untranslated", default=None)


def load_translations(templates: Path, language: str) -> NullTranslations:
    """The translations of a language. Raises ``FrankingError`` for a broken catalogue or one that does not exist."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    path = templates / "locales" / f"{language}.po"
    if language not in languages(templates):
        raise FrankingError(f"{path}: no such catalogue; languages here: {', '.join(languages(templates))}")
    return _read(path, language, path.stat().st_mtime_ns)


def read_catalogue(path: Path, language: str) -> Messages:
    """A gettext catalogue as it is. Raises ``FrankingError`` naming the line of what is none."""
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except PoFileError as error:
        what = str(error).rpartition(" on ")[0] or str(error)
        raise FrankingError(f"{path}:{int(error.lineno or 0) + 1}: no valid gettext catalogue: {what}") from None
    except UnicodeDecodeError:
        raise FrankingError(f"{path}: not UTF-8") from None


@lru_cache(maxsize=64)
def _read(path: Path, language: str, _changed: int) -> NullTranslations:
    catalog = read_catalogue(path, language)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)  # without what is fuzzy or empty: such texts count as not translated
    buffer.seek(0)
    return Catalogue(buffer)
