"""The tables with which the gallery shows a message as mail programs do: a file for each theme, loaded when one is chosen."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from franking.mailbox.clients import CLIENTS
from franking.mailbox.tables import Parts, edition, merged, tables


def programs() -> list[dict[str, str]]:
    """The mail programs for the page's list."""
    return [{"name": c.name, "title": c.title, "about": c.about, "dark": c.dark_mode} for c in CLIENTS]


def tables_file(out: Path, theme: str) -> Path:
    """The script with a theme's tables. No kind's folder has such a name."""
    return out / f"programs-{theme}.js"


def write_tables(made: Collection[str], kept: Collection[str], out: Path) -> None:
    """Write the tables of the themes in ``made``. Both are folders of previews; the parts of ``kept``, those of earlier runs,
    stay in the tables."""
    themes = {folder.split("/")[1] for folder in kept}
    by_theme: dict[str, list[str]] = {}
    for folder in made:
        by_theme.setdefault(folder.split("/")[1], []).append(folder)
    for theme, folders in sorted(by_theme.items()):
        parts = Parts()
        for path in sorted(path for folder in folders for path in (out / folder).glob("*.html")):
            parts.add(path.read_text("utf-8"))
        path = tables_file(out, theme)
        found = merged(_read(path), tables(parts)) if theme in themes else tables(parts)
        text = json.dumps({"edition": edition(), "views": found}, ensure_ascii=False, separators=(",", ":"))
        path.write_text(f"frankingPrograms({json.dumps(theme)}, {text});\n", "utf-8")


def _read(path: Path) -> dict[str, Any]:
    """The tables of an earlier run; none if they are of other data or cannot be read."""
    try:
        read = json.loads(path.read_text("utf-8").partition(", ")[2].rstrip().removesuffix(");"))
        return dict(read["views"]) if read["edition"] == edition() else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
