"""Each fault of the harness in short: ``make faults`` is the long run."""

from __future__ import annotations

import pytest

from tests.real.faults import quick

pytestmark = pytest.mark.real


def test_nothing_is_lost_and_nobody_written_to_twice() -> None:
    for verdict in quick(seed=3):
        assert verdict.problems == [], verdict.name
        assert verdict.states["sent"] > 0, verdict.name
        assert verdict.states["queued"] + verdict.states["sending"] == 0, verdict.name
