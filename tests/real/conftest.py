"""What several of the tests against real servers stand on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.real.postgres import Postgres


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server for the tests of one file."""
    from tests.real.postgres import running  # only where it is installed

    with running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def postgres(started: Postgres) -> Postgres:
    """The same with an empty database."""
    from tests.real.postgres import empty

    empty(started.url)
    return started
