"""``check --fix`` on real mails and mutations of them: nothing that a reader sees is lost, and Chromium agrees afterwards."""

from __future__ import annotations

import sys

import pytest

from tests.real.fixing import report, run

pytestmark = pytest.mark.real


def test_a_fix_loses_nothing_and_the_browser_agrees() -> None:
    outcome = run(40, 0, largest=9_000)  # the small ones: make fixing takes them all
    sys.stderr.write(f"\n{report(outcome)}\n")
    assert outcome.mails >= 50
    assert outcome.changed >= 40
    assert outcome.problems == []
