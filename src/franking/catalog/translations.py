"""gettext catalogues of the templates, ``templates/locales/<language>.po``, compiled in memory."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations

from franking.model import FrankingError

SOURCE_LANGUAGE = "en"  # the templates' own language


def languages(templates: Path) -> list[str]:
    """The languages that messages can be written in: English, and each with a catalogue."""
    return [SOURCE_LANGUAGE, *sorted(p.stem for p in (templates / "locales").glob("*.po") if p.stem != SOURCE_LANGUAGE)]


def load_translations(templates: Path, language: str) -> NullTranslations:
    """The translations of a language. Raises ``FrankingError`` for a broken catalogue or one that does not exist."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    path = templates / "locales" / f"{language}.po"
    if language not in languages(templates):
        raise FrankingError(f"{path}: no such catalogue; languages here: {', '.join(languages(templates))}")
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
    except PoFileError as error:
        raise FrankingError(f"{path}:{getattr(error, 'lineno', 1)}: no valid gettext catalogue: {error}") from None
    except UnicodeDecodeError:
        raise FrankingError(f"{path}: not UTF-8") from None
    missing = [m for m in catalog if m.id and (not m.string or m.fuzzy or (isinstance(m.string, tuple) and not all(m.string)))]
    if missing:
        raise FrankingError(
            f"{path}:{missing[0].lineno or 1}: {len(missing)} messages are not translated; translate or remove them"
        )
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    buffer.seek(0)
    return Translations(buffer)
