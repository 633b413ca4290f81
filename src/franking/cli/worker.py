"""``franking worker``."""

from __future__ import annotations

import asyncio

from franking.config.settings import Settings
from franking.config.workers import open_worker


def run_worker(settings: Settings, chunks: int, until_idle: bool, metrics: str | None) -> None:
    """Lease and send messages until stopped."""
    asyncio.run(open_worker(settings, chunks, until_idle=until_idle, metrics=metrics).run())
