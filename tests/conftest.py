"""One Hypothesis profile for all tests: no deadlines, because a busy machine is no failure. No cache on disk outlives a test.
A new ledger, made once."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["FRANKING_CACHE"] = "off"  # tests of the cache on disk have one of their own

settings.register_profile("franking", deadline=None)
settings.load_profile("franking")


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new ledger, made once: making one runs every migration."""
    from franking.outbox import Ledger  # most tests need no database

    path = tmp_path_factory.mktemp("ledger") / "empty.db"
    Ledger(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def ledger_url(empty_ledger: Path, tmp_path: Path) -> str:
    """The URL of a new ledger of the test's own."""
    shutil.copy(empty_ledger, tmp_path / "l.db")
    return f"sqlite:///{tmp_path / 'l.db'}"
