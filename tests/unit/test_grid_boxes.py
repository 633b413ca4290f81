"""Grid containers: the boxes are those of Chromium (``python -m tests.real.containers`` makes the numbers anew)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.frozen_boxes import cases, differences, undecided


@pytest.mark.parametrize("case", cases("grid"), ids=lambda case: case["name"])
def test_boxes_are_those_of_the_browser(case: dict[str, Any]) -> None:
    for width, boxes in case["boxes"].items():
        assert not differences(case["html"], int(width), boxes)


def test_nearly_all_are_decided() -> None:
    assert undecided("grid") <= 0.08 * len(cases("grid"))
