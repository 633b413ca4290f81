"""Fixtures of several files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from franking.preview.session import PreviewSession

ROOT = Path(__file__).parents[2]


@pytest.fixture
def session(tmp_path: Path) -> PreviewSession:
    """A preview session on a copy of one kind and one theme."""
    for name in ("order_confirmation", "_parts", "locales"):
        shutil.copytree(ROOT / "templates" / name, tmp_path / "templates" / name)
    shutil.copytree(ROOT / "themes" / "plain", tmp_path / "themes" / "plain")
    from franking.catalog import Catalog  # most tests need no preview
    from franking.policy import load
    from franking.preview.session import PreviewSession

    return PreviewSession(Catalog(tmp_path / "templates", tmp_path / "themes"), load())
