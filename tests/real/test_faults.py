"""A short run of the fault harness: ``make faults`` is the long one."""

from __future__ import annotations

import pytest

from tests.real.faults import run

pytestmark = pytest.mark.real


def test_nothing_is_lost_and_nobody_written_to_twice() -> None:
    for verdict in run(points=8, seed=3):
        assert verdict.problems == [], verdict.name
        assert verdict.states["sent"] > 0, verdict.name
        assert verdict.states["queued"] + verdict.states["sending"] == 0, verdict.name
