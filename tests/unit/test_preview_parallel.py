"""Previews made in several processes are those that one process makes."""

from __future__ import annotations

from pathlib import Path

from franking.catalog import Catalog
from franking.policy import load
from franking.preview.build import _made_all
from franking.preview.gallery import Entry
from franking.preview.parallel import Selection, make_in_processes

ROOT = Path(__file__).parents[2]
CATALOG = Catalog(ROOT / "templates", ROOT / "themes")
LANGUAGES = ("ja", "ar")  # without dictionaries, which take long to load
CHOSEN = (("reply", "plain"), ("reply:mjml", "plain"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shown(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (e.folder, e.sample))


def test_files_entries_and_verdicts_are_the_same(tmp_path: Path) -> None:
    one, many = tmp_path / "one", tmp_path / "many"
    seen: list[int] = []
    selections = [
        Selection(CATALOG.templates, CATALOG.themes, CHOSEN, load(), "css-inline", out, _made_all) for out in (one, many)
    ]
    previews, entries = _made_all(selections[0].pipelines(), LANGUAGES, load(), one, lambda: None)
    others, listed = make_in_processes(selections[1], LANGUAGES, 2, seen.append)
    assert len(previews) >= 4
    assert files(one) == files(many)
    assert shown(entries) == shown(listed)
    key = lambda p: (p.folder, p.sample.name)  # noqa: E731
    for first, second in zip(sorted(previews, key=key), sorted(others, key=key), strict=True):
        assert (first.folder, first.verdict, first.subject, first.size) == (
            second.folder,
            second.verdict,
            second.subject,
            second.size,
        )
    assert seen == sorted(seen) and seen[-1] == len(previews)
