"""The frozen boxes and the mutations of real mails, held against the installed browser."""

from __future__ import annotations

import random

import pytest

from tests.real.boxes import case, frozen, laid_out
from tests.real.cases import CONTEXTS
from tests.real.judge import browser
from tests.real.mutations import run

pytestmark = pytest.mark.real
SAMPLE = 25  # of each context
MUTATIONS = 60


def test_frozen_boxes_are_what_the_browser_lays_out_today() -> None:
    draw = random.Random()  # another sample in each run: the message of a failure names the case
    with browser() as judge:
        for context in CONTEXTS:
            rows = draw.sample(frozen(context), SAMPLE)
            today = laid_out(judge.page, [row[0] for row in rows])
            for (html, *kept), boxes in zip(rows, today, strict=True):
                assert boxes == kept, f"{context}: {html}"


def test_frozen_messages_are_those_of_the_generator() -> None:
    for context in CONTEXTS:
        made = {case(context, number) for number in range(200)}
        assert len(made & {row[0] for row in frozen(context)}) == len(made), context


def test_mutated_real_mails_are_judged_as_the_browser_does() -> None:
    start = random.Random().randrange(10**6)
    outcome = run(MUTATIONS, start)
    assert outcome.mails >= 60
    assert (outcome.missed, outcome.false) == ([], []), f"python -m tests.real.mutations {MUTATIONS} --seed {start}"
    assert outcome.score.undecided <= 0.06 * outcome.score.verdicts
