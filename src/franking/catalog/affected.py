"""The messages that a file of the designers affects. A hook renders these and no others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from franking.catalog import Catalog
from franking.errors import InputError

_A_FILE = re.compile(r"[/\\.]")  # never in the name of a kind


@dataclass(frozen=True, slots=True)
class Selection:
    """Names of kinds, themes and languages; an empty tuple means all."""

    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def selected(catalog: Catalog, words: Sequence[str]) -> Selection:
    """The selection for names of kinds and files in the designers' folders.

    A file of a kind selects the kind, a file of a theme all kinds in it, a catalogue all messages in its language, any
    other file everything. Files of several sorts select everything. Raises ``InputError`` for a file outside the folders.
    """
    files = [word for word in words if _A_FILE.search(word)]
    names = [word for word in words if word not in files]
    if not files:
        return Selection(tuple(names))
    parts = [_part(catalog, file) for file in files] + [Selection((name,)) for name in names]
    sorts = {(bool(part.kinds), bool(part.themes), bool(part.languages)) for part in parts}
    if len(sorts) > 1:
        return Selection()
    return Selection(
        tuple(dict.fromkeys(kind for part in parts for kind in part.kinds)),
        tuple(dict.fromkeys(theme for part in parts for theme in part.themes)),
        tuple(dict.fromkeys(language for part in parts for language in part.languages)),
    )


def _part(catalog: Catalog, file: str) -> Selection:
    path = Path(file).resolve()
    themes = catalog.themes.resolve()
    if path.is_relative_to(themes):
        name = path.relative_to(themes).parts[0]
        return Selection(themes=(name,)) if name in catalog.theme_names() else Selection()
    templates = catalog.templates.resolve()
    if not path.is_relative_to(templates) or path == templates:
        raise InputError(f"{file}: expected a kind, or a file in {catalog.templates} or {catalog.themes}")
    first, *rest = path.relative_to(templates).parts
    if first in catalog.kinds():
        names = [name for name in catalog.variants() if name.partition(":")[0] == first]
        if len(names) > 1 and path.name.startswith("message."):
            names = [name for name in names if name.endswith(":mjml") == path.name.startswith("message.mjml.")]
        return Selection(tuple(names))
    if first == "locales" and len(rest) == 1 and path.suffix == ".po" and path.stem in catalog.languages():
        return Selection(languages=(path.stem,))
    return Selection()
