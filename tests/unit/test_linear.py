"""Time grows in proportion to the input: each rule by itself, and reading, on families of texts and markup."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from franking.check import engine
from franking.check.registry import check_rules
from franking.check.rule_context import RuleContext
from franking.model import Message
from franking.policy import load
from tests.unit.growing.markup import MARKUP
from tests.unit.growing.measure import alone, assert_linear, repetitions, warmed
from tests.unit.growing.sheets import SHEETS
from tests.unit.growing.texts import TEXTS

POLICY = load()
ORDER = "302-1234567-1234567"
FACTS = ("Lamp with a long title", "Berlin")
TEXT_CHARACTERS = 4000  # of the smallest input
# Texts with a finding in every few characters: what each costs beside the text's length shows in long ones only.
FULL_OF_FINDINGS = ("offensive", "promo", "optout", "review", "cancel", "undefined", "nl", "null lines", "promo settled")
FINDINGS_CHARACTERS = 16_000
MARKUP_CHARACTERS = 3000


def _stages(message: Message) -> Iterator[tuple[str, float]]:
    """The CPU seconds of reading a message, and of each rule on it."""
    started = time.process_time()
    context = RuleContext(message, POLICY, POLICY.widths)
    _ = context.document, context.pages, context.segments, context.prose, context.links
    yield "reading", time.process_time() - started
    for entry in check_rules():
        started = time.process_time()
        engine._findings(context, (entry.rule.slug,), ())
        yield entry.rule.slug, time.process_time() - started


def _checked(html: str | None, text: str | None) -> dict[str, float]:
    message = Message("case.html", html, text, f"Order {ORDER}", ORDER, facts=FACTS, names=("Anna Berg",))
    return alone(lambda: dict(_stages(message)))


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Load tables, libraries and patterns before anything is measured."""
    _ = engine.inspect(Message("case.html", "<p>x</p>"), POLICY)
    _checked("<style>@media (min-width:1px){p{color:red}}</style><p>😀 call +49 30 901820 a@b.example {{ x }}</p>", None)
    _checked(None, "discount :-)")
    warmed()


@pytest.mark.parametrize("name", TEXTS)
def test_rules_take_time_in_proportion_to_a_text(name: str) -> None:
    family = TEXTS[name]
    characters = FINDINGS_CHARACTERS if name in FULL_OF_FINDINGS else TEXT_CHARACTERS
    assert_linear(lambda n: _checked(None, family(n)), repetitions(family, characters))


@pytest.mark.parametrize("name", MARKUP)
def test_rules_take_time_in_proportion_to_markup(name: str) -> None:
    family = MARKUP[name]
    assert_linear(lambda n: _checked(family(n), None), repetitions(family, MARKUP_CHARACTERS))


@pytest.mark.parametrize("name", SHEETS)
def test_rules_take_time_in_proportion_to_a_style_sheet(name: str) -> None:
    family = SHEETS[name]
    assert_linear(lambda n: _checked(family(n), None), repetitions(family, MARKUP_CHARACTERS))
