"""Which lines no rule about single texts can find anything in.

A message's values are mostly names, and a whole name rarely comes again. Its words do. So each rule may tell whether a *piece*
of a line, a text between two spaces, is plain: whether it has no part in a finding, whatever stands beside it
(``CheckRule.plain``). A line whose pieces are all plain is inert without asking the rule; each other line is asked of the
rule as a whole (``CheckRule.inert``). The answer is the rule's own in both cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from franking.check.rule import CheckRule

_REMEMBERED = 4096  # lines
_PIECES = 16384
_Inert = Callable[[str], bool]


class QuietLines:
    """The lines that all of some rules call inert."""

    def __init__(self, rules: Sequence[CheckRule]) -> None:
        self._known: dict[str, bool] = {}  # lines that were asked about
        self._quiet: set[str] = set()  # of these, those that are quiet
        self._never = any(rule.inert is None for rule in rules)
        by_answer = {rule.inert: rule.plain for rule in rules if rule.inert is not None}  # rules may share theirs
        self._plain = list(by_answer.values())
        self._inert = list(by_answer)
        self._pieces: dict[str, int] = {}  # a bit for each answer that a piece leaves open
        self._open: dict[int, list[_Inert]] = {}  # the answers, by their bits

    def holds(self, line: str) -> bool:
        """Whether a line is one of them."""
        known = self._known.get(line)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
                self._quiet.clear()
            known = self._known[line] = not self._never and self._asked(line)
            if known:
                self._quiet.add(line)
        return known

    def others(self, lines: Iterable[str]) -> set[str]:
        """Those of some lines that are not yet known to be quiet."""
        return set(lines).difference(self._quiet)

    def _asked(self, line: str) -> bool:
        bits = 0
        for piece in line.split(" "):
            known = self._pieces.get(piece)
            bits |= self._learn(piece) if known is None else known
        answers = self._open.get(bits)
        if answers is None:
            answers = self._open[bits] = [inert for at, inert in enumerate(self._inert) if bits >> at & 1]
        return all(inert(line) for inert in answers)

    def _learn(self, piece: str) -> int:
        if len(self._pieces) >= _PIECES:
            self._pieces.clear()
        bits = sum([1 << at for at, plain in enumerate(self._plain) if plain is None or not plain(piece)])
        self._pieces[piece] = bits
        return bits
