"""``make mutations N=2000``: real mails with one thing changed, the checker's verdicts against the browser's.

The mails come from public packages (``packaged.py``), the changes from ``mutate.py``, the browser's verdicts from ``verdicts.js``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.real.judge import browser
from tests.real.mutate import Mutator, source
from tests.real.oracle import POLICY, Score, compare
from tests.real.packaged import collected


@dataclass
class Outcome:
    """What a run found: each disagreement with the mail and the mutation that it came from."""

    mails: int = 0
    mutations: int = 0
    score: Score = field(default_factory=Score)
    missed: list[tuple[str, int, str, str, Any]] = field(default_factory=list)
    false: list[tuple[str, int, str, str, Any]] = field(default_factory=list)


def run(number: int, start: int) -> Outcome:
    """Judge ``number`` mutations at both widths."""
    sources = [source(path.stem, path.read_text("utf-8")) for path in collected()]
    outcome = Outcome(len(sources))
    score = outcome.score
    with browser() as judge:
        mutator = Mutator(judge, sources)
        for seed in range(start, start + number):
            origin, html, what = mutator.mutated(seed)
            outcome.mutations += 1
            for width in POLICY.widths:
                known = len(score.disagreements)
                compare(judge, html, width, score)
                for _, _, rule, ours, theirs in score.disagreements[known:]:
                    row = (f"{seed} {origin.name}: {what}", width, rule, html, theirs)
                    (outcome.false if ours else outcome.missed).append(row)
    return outcome


def main() -> int:
    """Run from the command line; exit code 1 where the two disagree anywhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=500)
    parser.add_argument("--seed", type=int, default=0, help="of the first mutation; each has a number of its own")
    parser.add_argument("--show", type=int, default=60)
    parser.add_argument("--html", action="store_true", help="print the mutated mails, too")
    options = parser.parse_args()
    outcome = run(options.number, options.seed)
    score = outcome.score
    total = max(1, score.verdicts)
    sys.stdout.write(
        f"{outcome.mutations} mutations of {outcome.mails} mails, {score.verdicts} verdicts: {len(outcome.missed)} missed, "
        f"{len(outcome.false)} false ({len(outcome.false) / total:.3%}), {score.undecided} undecided ({score.undecided / total:.2%})\n"
    )
    for title, rows in (("missed", outcome.missed), ("false", outcome.false)):
        for what, width, rule, html, theirs in rows[: options.show]:
            sys.stdout.write(f"  {title} {rule} at {width}: {what} ({str(theirs)[:80]})\n")
            if options.html:
                sys.stdout.write(f"{html}\n")
    reasons = Counter(score.reasons)
    sys.stdout.write(f"  undecided because of: {', '.join(f'{n} {c}' for n, c in reasons.most_common(40))}\n")
    return 1 if outcome.missed or outcome.false else 0


if __name__ == "__main__":
    sys.exit(main())
