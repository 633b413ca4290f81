"""``--browser``: what the checker cannot decide, an installed browser does."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from franking.browser.session import NoAnswer, Session
from franking.check.browser_decision import decide, is_open
from franking.cli.terminal import say
from franking.model import Finding, Message
from franking.policy import Policy


class Asking:
    """A browser, and what it said so far. A context manager. Raises ``ConfigurationError`` where Playwright or a browser is
    missing."""

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
        """Start the browser now. Raises ``ConfigurationError`` where that fails."""
        self._session.start()

    def decided(self, message: Message, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, those that were open decided; as they are where the browser gives no answer. Raises
        ``ConfigurationError`` where it does not start."""
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

    def tell(self) -> None:
        """Say how many findings were decided, and which messages the browser gave no answer on."""
        say(
            f"{self._session.name} decided {self._confirmed + self._cleared} undecided findings: {self._confirmed} confirmed, "
            f"{self._cleared} cleared; {self._left} stay undecided"
        )
        if self._failures:
            more = f" (and on {len(self._failures) - 1} more messages)" if len(self._failures) > 1 else ""
            say(f"franking: the browser gave no answer on {self._failures[0]}{more}; the findings stay undecided")
