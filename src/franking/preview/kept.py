"""Previews of an earlier run, so that a render of one kind does not take the others out of the gallery."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from franking.catalog import PARTS, Catalog
from franking.preview.gallery import MESSAGES, Entry


def kept_entries(catalog: Catalog, out: Path, made: Collection[str]) -> Iterator[Entry]:
    """The entries of previews below ``out`` that no folder of ``made`` replaces.

    A preview counts as long as its kind, theme, language and sample exist. Its verdict is ``outdated`` where one of the files
    that it was made from is newer. A preview whose own facts cannot be read is left out.
    """
    labels = {_label(name): name.partition(":")[0] for name in [*catalog.variants(), PARTS]}
    themes, languages = set(catalog.theme_names()), set(catalog.languages())

    @cache
    def changed(folder: Path) -> float:
        return max((p.stat().st_mtime for p in folder.rglob("*") if p.is_file()), default=0.0)

    for script in sorted(out.glob(f"*/*/*/{MESSAGES}")):
        label, theme, language = script.parent.relative_to(out).parts
        kind = labels.get(label)
        if kind is None or theme not in themes or language not in languages or f"{label}/{theme}/{language}" in made:
            continue
        catalogue = catalog.templates / "locales" / f"{language}.po"
        sources = catalog.templates / kind, catalog.templates / PARTS, catalog.themes / theme
        newest = max(*map(changed, sources), catalogue.stat().st_mtime if catalogue.is_file() else 0.0)
        for facts in sorted(script.parent.glob("*.json")):
            if (catalog.templates / kind / "samples" / facts.name).is_file():
                entry = _entry(facts, f"{label}/{theme}/{language}", outdated=facts.stat().st_mtime < newest)
                if entry is not None:
                    yield entry


def _label(name: str) -> str:
    kind, _, markup = name.partition(":")
    return kind if markup in ("", "html") else f"{kind}-{markup}"


def _entry(path: Path, folder: str, *, outdated: bool) -> Entry | None:
    try:
        facts = json.loads(path.read_text("utf-8"))
        errors = sum(f["severity"] == "error" for f in facts["findings"])
        verdict = "outdated" if outdated else str(facts["verdict"])
        titles = str(facts["title"]), str(facts["sample_title"]), str(facts["subject"])
        return Entry(folder, path.stem, *titles, int(facts["bytes"]), errors, len(facts["findings"]) - errors, verdict)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # written by another version, or cut off: the next render of its kind makes it again
