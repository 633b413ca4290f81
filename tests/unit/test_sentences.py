"""The text rules on sentences of seller mails in eleven languages, near misses among them."""

from __future__ import annotations

from functools import cache

import pytest

from tests.unit.sentences import UNSEEN, Group, groups
from tests.unit.sentences import judged as look

judged = cache(look)

LEAST = 0.99
# The parts that the frames were not written with: what they reached there must not get lost.
REACHED = {"first": 0.96, "second": 0.77}
# Parts that are written for the model to learn from measure nothing: precision and recall that they must keep.
TRAINING = {
    "training-promotion-reviews": (0.89, 0.85),
    "training-cancel-opt-out": (0.98, 0.95),
    "training-offensive": (0.96, 0.96),
    "training-replies": (0.70, 0.80),
    "training-hints": (0.80, 0.75),
    "training-strangers": (0.80, 0.75),
}
# Of the later parts each sentence that is still misjudged is named.
NAMED = (
    "third", "fourth", "fifth", "sixth", "seventh", "eighth", "kinds", "moves", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth",
)  # fmt: skip
KNOWN = frozenset((UNSEEN / "known.txt").read_text("utf-8").splitlines())


@pytest.mark.parametrize("group", list(groups()), ids=lambda group: f"{group.rule} {group.half} {group.language}")
def test_a_rule_is_right_on_sentences(group: Group) -> None:
    tally = judged(group)
    wrong = [f"rejected: {text}" for text in tally.false] + [f"permitted: {text}" for text in tally.missed]
    if group.half in NAMED:
        assert {*tally.false, *tally.missed} <= KNOWN, wrong
        return
    if group.half in TRAINING:
        precision, recall = TRAINING[group.half]
        assert tally.precision >= precision, wrong
        assert tally.recall >= recall, wrong
        return
    assert tally.precision >= (0.96 if group.half in REACHED else LEAST), wrong
    assert tally.recall >= REACHED.get(group.half, LEAST), wrong


def test_a_known_mistake_is_one() -> None:
    wrong = {
        text for group in groups() if group.half in NAMED for tally in [judged(group)] for text in (*tally.false, *tally.missed)
    }
    assert KNOWN - wrong == frozenset(), "take them out of known.txt"


def test_the_parts_share_no_sentence() -> None:
    parts: dict[tuple[str, str], set[str]] = {}
    for group in groups():
        for text in group.permitted + group.rejected:
            parts.setdefault((group.rule, text), set()).add(group.half)
    assert [key for key, found in parts.items() if len(found) > 1] == []
