"""What a person has to decide after an import, with file and line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from franking.importing.tokens import Token

Subject = Literal[
    "unknown-syntax",
    "field",
    "loop",
    "condition",
    "image",
    "style",
    "comment",
    "value",
    "subject",
    "purpose",
    "brand",
    "finding",
    "file",
    "fix",
    "text",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the list: what was found, and what to do. A ``note`` needs no action."""

    subject: Subject
    file: str
    line: int
    message: str
    note: bool = False


@dataclass(slots=True)
class Decisions:
    """The list, in the order of its making; each entry once."""

    entries: list[Decision] = field(default_factory=list)

    def add(self, subject: Subject, where: Token | tuple[str, int], message: str, *, note: bool = False) -> None:
        """Add an entry."""
        file, line = (where.file, where.line) if isinstance(where, Token) else where
        entry = Decision(subject, file, line, message, note)
        if entry not in self.entries:
            self.entries.append(entry)

    def ordered(self) -> tuple[Decision, ...]:
        """By file and line, those that need action first."""
        return tuple(sorted(self.entries, key=lambda e: (e.note, e.file, e.line)))
