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


def test_what_can_be_judged_is_counted_for_the_message() -> None:
    cells = "</td></tr><tr><td>".join(f"030 {901820 + 7 * i}" for i in range(3000))
    findings = _found(f"<table><tr><td>{cells}</td></tr></table>")
    assert [f.undecided for f in findings].count(True) == 1
    assert findings[-1].undecided
    assert len(findings) > 100


def test_a_number_that_recurs_is_judged_once() -> None:
    findings = _found("</p><p>".join(["call +49 30 901820 today"] * 3000))
    assert len(findings) == 3000
    assert not any(f.undecided for f in findings)
