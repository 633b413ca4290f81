"""The changes of a fix, and how they are shown."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CONTEXT = 2  # lines around a change


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of a fix: each file with its text before and after."""

    changes: tuple[tuple[Path, str, str], ...]

    @property
    def digest(self) -> str:
        """A digest that identifies this plan."""
        hasher = hashlib.sha256()
        for path, before, after in self.changes:
            for part in (str(path), before, after):
                hasher.update(hashlib.sha256(part.encode()).digest())
        return hasher.hexdigest()

    def shown(self) -> list[dict[str, Any]]:
        """A unified diff of each file: ``file`` and ``lines``, each a sign (``@``, `` ``, ``-``, ``+``), its number in the old
        and in the new file (0: none), and its text."""
        return [{"file": str(path), "lines": list(_diff(before, after))} for path, before, after in self.changes]


def _diff(before: str, after: str) -> Iterable[tuple[str, int, int, str]]:
    """The lines of a unified diff, with their numbers."""
    old, new = before.splitlines(), after.splitlines()
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        yield "@", group[0][1] + 1, group[0][3] + 1, ""
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from ((" ", a + i + 1, c + i + 1, old[a + i]) for i in range(b - a))
                continue
            yield from (("-", number + 1, 0, old[number]) for number in range(a, b))
            yield from (("+", 0, number + 1, new[number]) for number in range(c, d))
