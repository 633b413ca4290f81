"""Undecided findings, decided by an installed browser (``--browser``)."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from franking.browser.session import NoAnswer, Session
from franking.check.browser_decision import decide, is_open
from franking.model import Finding, Message
from franking.model.counted import counted
from franking.policy import Policy


class BrowserDecisions:
    """A browser session that decides findings, with counts of its decisions. A context manager.

    Raises ``ConfigurationError`` if Playwright or a browser is missing.
    """

    def __init__(self, policy: Policy, widths: tuple[int, ...], session: Session | None = None) -> None:
        self._policy = policy
        self._widths = widths
        self._session = session or Session()
        self._confirmed = self._cleared = self._left = 0
        self._failures: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._session.__exit__(kind, error, trace)

    def start(self) -> None:
        """Start the browser now. Raises ``ConfigurationError`` if that fails."""
        self._session.start()

    def decided(self, message: Message, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, with the browser's decision on each undecided one. Unchanged if the browser gives no answer.

        Raises ``ConfigurationError`` if the browser does not start.
        """
        number = sum(1 for finding in findings if is_open(finding))
        if not number:
            return list(findings)
        try:
            found = decide(message, findings, self._policy, self._widths, self._session.read, lambda: self._session.name)
        except NoAnswer as failure:
            self._left += number
            self._failures.append(f"{message.source}: {failure}")
            return list(findings)
        self._confirmed += found.confirmed
        self._cleared += found.cleared
        self._left += found.left
        return found.findings

    def report(self) -> list[str]:
        """Lines for the user: how many findings were decided, and for which messages the browser gave no answer."""
        lines = [
            f"{self._session.name} decided {counted(self._confirmed + self._cleared, 'undecided finding')}: "
            f"{self._confirmed} confirmed, {self._cleared} cleared; {self._left} stay undecided"
        ]
        if self._failures:
            more = f" (and on {counted(len(self._failures) - 1, 'more message')})" if len(self._failures) > 1 else ""
            lines.append(f"franking: the browser gave no answer on {self._failures[0]}{more}; the findings stay undecided")
        return lines
