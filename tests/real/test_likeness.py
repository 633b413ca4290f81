"""The committed model is what ``make likeness`` makes of the committed sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.likeness import model

from franking.policy import likeness

pytestmark = pytest.mark.real


def test_the_model_is_trained_from_the_sentences() -> None:
    weights, limits = model()
    folder = Path(likeness.__file__).parent
    assert (folder / "limits.json").read_text("utf-8") == limits, "make likeness"
    assert (folder / "weights.bin").read_bytes() == weights, "make likeness"
