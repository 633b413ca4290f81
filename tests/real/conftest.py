"""Fixtures of several tests with real servers and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # not every machine has them
    from playwright.sync_api import Browser

    from tests.real.postgres import Postgres
    from tests.real.previewing import Preview

ROOT = Path(__file__).parents[2]


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the pages of one file."""
    from playwright.sync_api import expect, sync_playwright

    from tests.real.judge import CHROMIUM

    expect.set_options(timeout=120_000)  # a state of the page is waited for; how long that takes is the machine's
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def preview(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Preview]:
    """A live preview of all templates and themes, with an inbox to send to."""
    from franking.inbox import Inbox
    from tests.real.previewing import Preview, previewing

    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    inbox = Inbox(tmp_path / "inbox", 0)
    inbox.start()
    options = ("--sender", "shop@example.com", "--transport", f"smtp+plain://127.0.0.1:{inbox.port}")
    with previewing(tmp_path, *options, *getattr(request, "param", [])) as url:
        yield Preview(url, tmp_path, tmp_path / "inbox")
    inbox.stop()
