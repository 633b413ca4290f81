"""The allow list of a project, with reasons and dates.

An allow list is written by hand. It names rules and files; each entry has a reason and may expire.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Any

from franking.check.registry import check_rules
from franking.errors import FrankingError
from franking.model import Finding


@dataclass(frozen=True, slots=True)
class _Allowed:
    rule: str
    files: str
    reason: str
    until: date | None
    line: int
    contains: str = ""

    def covers(self, source: str, finding: Finding) -> bool:
        return (
            finding.rule == self.rule
            and self.contains in finding.message
            and (fnmatchcase(source, self.files) or fnmatchcase(PurePath(source).name, self.files))
        )


@dataclass(slots=True)
class AllowList:
    """Rules that are ignored for some files, with reasons."""

    path: Path
    entries: list[_Allowed]
    expired: list[_Allowed]
    used: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path, today: date) -> AllowList:
        """Read an allow list. Raises ``FrankingError`` with the line of an entry without reason, or of an unknown rule.

        The file contains ``[[allow]]`` tables: ``rule``, ``files`` (a shell pattern on path or name), ``reason``, and
        optionally ``contains`` (a part of the finding's text) and ``until`` (the last valid day).
        """
        try:
            text = path.read_text("utf-8")
            data = tomllib.loads(text)
        except OSError as error:
            raise FrankingError(f"{path}: cannot be read: {error.strerror}") from None
        except (ValueError, RecursionError) as error:
            line = re.search(r"line (\d+)", str(error))
            raise FrankingError(f"{path}:{line[1] if line else 1}: no valid TOML; expected [[allow]] tables") from None
        starts = [number for number, row in enumerate(text.splitlines(), start=1) if re.match(r"\s*\[\[\s*allow\s*\]\]", row)]
        tables = data.get("allow")
        if not isinstance(tables, list) or set(data) != {"allow"} or len(starts) != len(tables):
            raise FrankingError(f"{path}:1: expected [[allow]] tables and nothing else")
        found = [_entry(path, line, table) for line, table in zip(starts, tables, strict=True)]
        valid = [entry for entry in found if entry.until is None or entry.until >= today]
        return cls(path, valid, [entry for entry in found if entry not in valid])

    def without_allowed(self, source: str, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that no entry covers."""
        kept: list[Finding] = []
        for finding in findings:
            entry = next((e for e in self.entries if e.covers(PurePath(source).as_posix(), finding)), None)
            if entry is None:
                kept.append(finding)
            else:
                self.used.add(entry.line)
        return kept

    def remarks(self) -> list[str]:
        """Warnings for the maintainer of the file: expired entries, and entries that match nothing."""
        ended = [f"{self.path}:{e.line}: the entry for {e.rule} ended on {e.until}" for e in self.expired]
        idle = [f"{self.path}:{e.line}: the entry for {e.rule} covers nothing" for e in self.entries if e.line not in self.used]
        return ended + idle


def _entry(path: Path, line: int, table: Any) -> _Allowed:
    where = f"{path}:{line}"
    fields = {"rule": str, "files": str, "reason": str, "contains": str, "until": date}
    for name, value in table.items():
        if name not in fields:
            raise FrankingError(f"{where}: unknown key {name[:40]!r}; expected one of: {', '.join(fields)}")
        if not isinstance(value, fields[name]):
            raise FrankingError(f"{where}: {name}: expected {'a date such as 2027-01-31' if name == 'until' else 'text'}")
    for name in ("rule", "files", "reason"):
        if not str(table.get(name, "")).strip():
            raise FrankingError(f"{where}: {name} is missing; every entry names its rule, files and reason")
    known = {entry.rule.slug for entry in check_rules()}
    if table["rule"] not in known:
        raise FrankingError(f"{where}: unknown rule {table['rule'][:40]!r}; expected one of: {', '.join(sorted(known))}")
    return _Allowed(table["rule"], table["files"], table["reason"], table.get("until"), line, table.get("contains", ""))
