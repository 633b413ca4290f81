"""Inlining against the browser: what it computes for a message is what it computes for the inlined one, at both widths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from franking.rendering.sheets import family
from tests.real.judge import Judge, browser
from tests.real.sheets import Vocabulary, one

pytestmark = pytest.mark.real
SHEETS = 320
LONGHANDS = """names => names.map(name => {
  const style = document.createElement('p').style; style.setProperty(name, 'inherit'); return [name, [...style]];
})"""


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with browser() as opened:
        yield opened


def test_generated_sheets_are_computed_the_same_after_inlining(judge: Judge) -> None:
    vocabulary = Vocabulary.of(judge)
    assert len(vocabulary.values) > 500
    refused: Counter[str] = Counter()
    found = {}
    for seed in range(SHEETS):
        differing, html = one(judge, vocabulary, seed, refused)
        if differing:
            found[seed] = (differing[:3], html)
    assert found == {}
    assert sum(refused.values()) <= SHEETS // 50, refused


def test_a_property_s_longhands_are_of_its_family(judge: Judge) -> None:
    """Which properties set each other's longhands is the browser's to say."""
    judge.page.goto("about:blank")
    names = [name for name in Vocabulary.of(judge).values if name != "all"]
    strange = {
        (name, longhand) for name, longhands in judge.page.evaluate(LONGHANDS, names) for longhand in longhands
        if family(name) != family(longhand)
    }  # fmt: skip
    assert strange == set()
