"""``franking i18n``."""

from __future__ import annotations

import typer

from franking.batch.locales import known_languages
from franking.catalog.extract import Coverage, update
from franking.cli.columns import print_table
from franking.cli.terminal import out_json
from franking.config.settings import Settings
from franking.errors import FrankingError

_SHOWN = 3


def update_catalogues(settings: Settings, language: str, format: str) -> None:
    """Write the catalogues and print their coverage. Exits with 1 if a text is not translated."""
    if language and language not in known_languages():
        raise FrankingError(
            f"no marketplace uses the language {language[:10]!r}; expected one of: {', '.join(known_languages())}"
        )
    covered = update(settings.templates, settings.themes, language=language)
    if format == "json":
        out_json(
            {
                "schema": 1,
                "languages": [
                    {"language": c.language, "texts": c.texts, "translated": c.translated, "missing": list(c.missing)}
                    for c in covered
                ],
            }
        )
    else:
        _table(covered)
    if any(c.missing for c in covered):
        raise typer.Exit(1)


def _table(covered: list[Coverage]) -> None:
    rows: list[tuple[str, str, str]] = []
    for c in covered:
        first = "; ".join(text if len(text) <= 60 else text[:59] + "…" for text in c.missing[:_SHOWN])
        more = f" and {len(c.missing) - _SHOWN} more" if len(c.missing) > _SHOWN else ""
        rows.append((c.language, f"{c.translated} of {c.texts}", first + more))
    print_table(rows, ("language", "translated", "missing"))
