"""The frozen boxes of ``tests/unit/used_boxes`` are those of the installed Chromium."""

from __future__ import annotations

import pytest

from tests.real.judge import browser
from tests.real.used_boxes import boxes
from tests.unit.boxes_cases import cases, expected

pytestmark = pytest.mark.real


def test_chromium_still_puts_the_boxes_there() -> None:
    known = expected()
    with browser() as judge:
        found = {case.name: boxes(judge, case.html) for case in cases()}
    assert [name for name, one in found.items() if one != known[name]] == []
