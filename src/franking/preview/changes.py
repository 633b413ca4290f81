"""The messages whose verdicts a change of files affects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from franking.catalog import Catalog
from franking.catalog.affected import selected
from franking.errors import FrankingError


def affected_by(catalog: Catalog, files: Sequence[str]) -> Callable[[str], bool]:
    """Whether the files affect a message (``kind/theme/language/sample``); all are affected where that is not certain."""
    try:
        selections = [selected(catalog, [str(Path(file).resolve())]) for file in files]
    except (FrankingError, OSError):
        return lambda _name: True
    if any(not (s.kinds or s.themes or s.languages) for s in selections):
        return lambda _name: True
    kinds = {kind for selection in selections for kind in selection.kinds}
    if any(_is_used_elsewhere(catalog, kind.partition(":")[0]) for kind in kinds):
        return lambda _name: True

    def affected(name: str) -> bool:
        kind, theme, language, _ = name.split("/", 3)
        return any(
            (not s.kinds or kind in s.kinds)
            and (not s.themes or theme in s.themes)
            and (not s.languages or language in s.languages)
            for s in selections
        )

    return affected


def _is_used_elsewhere(catalog: Catalog, kind: str) -> bool:
    """Whether a template outside a kind's folder names a file in it."""
    own = (catalog.templates / kind).resolve()
    for root in (catalog.templates, catalog.themes):
        for path in Path(root).resolve().rglob("*.j2"):
            try:
                if not path.is_relative_to(own) and f"{kind}/" in path.read_text("utf-8"):
                    return True
            except (OSError, ValueError):
                return True
    return False
