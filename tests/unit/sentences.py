"""How often the text rules are right on sentences: ``python -m tests.unit.sentences`` prints the table of docs/checker.md.

``tests/data/sentences/<rule>.yml`` holds sentences of seller mails in parts (``seen``, ``unseen``, ``fresh``), by language, and
for each language those that the rule must permit and those that it must reject. A sentence is judged as a message marked
with its language. ``tests/data/unseen/<part>/<language>.yml`` holds parts of which the rules had not seen a sentence when
they were written.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from franking.check import inspect
from franking.model import Message
from franking.policy import load

FOLDER = Path(__file__).parents[1] / "data" / "sentences"
UNSEEN = FOLDER.parent / "unseen"
HALVES = ("seen", "unseen", "fresh", "check")
VERDICTS = ("permitted", "rejected")


class Group(NamedTuple):
    """The sentences of one part in one language: those permitted, and those rejected."""

    rule: str
    half: str
    language: str
    permitted: tuple[str, ...]
    rejected: tuple[str, ...]


class Tally(NamedTuple):
    """What a rule made of sentences: how many it rejected rightly, and where it was wrong."""

    right: int
    false: tuple[str, ...]  # permitted sentences that it rejected
    missed: tuple[str, ...]  # rejected sentences that it permitted
    permitted: int
    rejected: int

    @property
    def precision(self) -> float:
        """Of the sentences that were rejected, the share that had to be."""
        return self.right / (self.right + len(self.false)) if self.right + len(self.false) else 1.0

    @property
    def recall(self) -> float:
        """Of the sentences that had to be rejected, the share that was."""
        return self.right / self.rejected if self.rejected else 1.0


def groups() -> Iterator[Group]:
    """All sentences, by rule, part and language."""
    for path in sorted(FOLDER.glob("*.yml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        for half in HALVES:
            for language, verdicts in data.get(half, {}).items():
                permitted, rejected = (tuple(verdicts[verdict].splitlines()) for verdict in VERDICTS)
                yield Group(path.stem, half, language, permitted, rejected)
    for path in sorted(UNSEEN.glob("*/*.yml")):
        for rule, verdicts in yaml.safe_load(path.read_text("utf-8")).items():
            permitted, rejected = (tuple(verdicts[verdict].splitlines()) for verdict in VERDICTS)
            yield Group(rule, path.parent.name, path.stem, permitted, rejected)


def rejects(rule: str, language: str, sentence: str) -> bool:
    """Whether a rule finds something in a sentence."""
    page = f'<!DOCTYPE html><html lang="{language}"><p>{html.escape(sentence)}</p></html>'
    return bool(inspect(Message("sentence", page), load(), select=[rule]))


def judged(group: Group) -> Tally:
    """What the rule makes of a group."""
    false = tuple(text for text in group.permitted if rejects(group.rule, group.language, text))
    missed = tuple(text for text in group.rejected if not rejects(group.rule, group.language, text))
    right = len(group.rejected) - len(missed)
    return Tally(right, false, missed, len(group.permitted), len(group.rejected))


def _summed(tallies: list[Tally]) -> Tally:
    false, missed = (tuple(text for tally in tallies for text in getattr(tally, name)) for name in ("false", "missed"))
    return Tally(
        sum(t.right for t in tallies), false, missed, sum(t.permitted for t in tallies), sum(t.rejected for t in tallies)
    )


def _table() -> Iterator[str]:
    """The lines of the table: a row for each rule and part, with a column for each language."""
    tallies = {(group.rule, group.half, group.language): judged(group) for group in groups()}
    languages = list(dict.fromkeys(language for _, _, language in tallies))
    yield f"| rule | part | permitted, rejected | precision, recall | {' | '.join(languages)} |"
    yield "|" + "---|" * (4 + len(languages))
    for rule, half in sorted(dict.fromkeys((rule, half) for rule, half, _ in tallies)):
        row = [tallies.get((rule, half, language)) for language in languages]
        whole = _summed([tally for tally in row if tally is not None])
        cells = ["–" if t is None else f"{t.precision:.0%}, {t.recall:.0%}" for t in row]
        sizes, shares = f"{whole.permitted}, {whole.rejected}", f"{whole.precision:.1%}, {whole.recall:.1%}"
        yield f"| `{rule}` | {half} | {sizes} | {shares} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join([*_table(), ""]))
