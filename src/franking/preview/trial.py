"""A copy of the designers' folders, in which a change is tried."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from franking.catalog import Catalog
from franking.preview.session import PreviewSession


@contextlib.contextmanager
def copied(session: PreviewSession) -> Iterator[tuple[PreviewSession, Callable[[Path], Path]]]:
    """A session on a copy of the folders, and where a file's copy is."""
    catalog = session.catalog
    with tempfile.TemporaryDirectory(prefix="franking-") as work:
        copies = {
            folder.resolve(): Path(work) / name
            for folder, name in ((catalog.templates, "templates"), (catalog.themes, "themes"))
        }
        for folder, copy in copies.items():
            shutil.copytree(folder, copy)

        def copy_of(path: Path) -> Path:
            home = next(folder for folder in copies if path.resolve().is_relative_to(folder))
            return copies[home] / path.resolve().relative_to(home)

        yield PreviewSession(Catalog(*copies.values()), session.policy, session.inliner), copy_of
