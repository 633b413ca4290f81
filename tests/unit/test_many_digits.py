"""Telephone numbers among very many digits: found, or said not to be decided, never passed over."""

from __future__ import annotations

from franking.check.engine import inspect
from franking.model import Finding, Message
from franking.policy import load


def _found(text: str) -> list[Finding]:
    return inspect(Message("case.html", f"<p>{text}</p>"), load(), select=["phone-number"])


def test_a_number_behind_hundreds_of_groups_that_are_none_is_found() -> None:
    filler = "part 11111 11111 of the set, " * 300
    assert [f.undecided for f in _found(filler + "call +49 30 901820 today")] == [False]


def test_more_digits_than_can_be_judged_are_undecided() -> None:
    text = " ".join(f"{i % 7}{i:06}" for i in range(4000))
    findings = _found(text)
    assert findings[-1].undecided
    assert findings[-1].severity == "error"


def test_one_digit_repeated_is_no_number() -> None:
    assert _found("1 " * 20_000) == []
