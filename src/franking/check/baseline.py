"""The baseline of a project: findings that are accepted.

A baseline introduces the checker to existing templates: listed findings are hidden, new ones are shown. A finding is
identified by message, rule, element path and text, not by line, so edits elsewhere do not affect it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from franking.errors import FrankingError, InputError
from franking.files.strict_json import BadJson, fault_of, read_json
from franking.model import Finding

Fingerprint = tuple[str, str, str, str]  # source, rule, element path, message without its figures


def _fingerprint(source: str, finding: Finding) -> Fingerprint:
    place = re.sub(r":nth-of-type\(\d+\)", "", finding.path)  # sibling numbers change
    return PurePath(source).as_posix(), finding.rule, f"{finding.part}:{place}", re.sub(r"\d+(?:\.\d+)?", "#", finding.message)


class Baseline:
    """Accepted findings, each with its count."""

    def __init__(self, known: Counter[Fingerprint]) -> None:
        self._known = known

    @classmethod
    def of(cls, results: Iterable[tuple[str, Sequence[Finding]]]) -> Baseline:
        """The baseline that accepts all of these findings."""
        return cls(Counter(_fingerprint(source, f) for source, findings in results for f in findings))

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Read a baseline. Raises ``FrankingError`` for a file that is none."""
        from pydantic import ValidationError

        from franking.check.baseline_file import BaselineFile

        expected = "expected a file written by --write-baseline"
        try:
            file = BaselineFile.model_validate(read_json(path.read_bytes()))
        except OSError as error:
            raise FrankingError(f"{path}: cannot be read: {error.strerror}; --write-baseline makes it") from None
        except BadJson as error:
            raise FrankingError(f"{path}:{error.line}: not valid JSON: {error.reason}; {expected}") from None
        except ValidationError as error:
            raise FrankingError(f"{path}: not a baseline: {fault_of(error)}; {expected}") from None
        known: Counter[Fingerprint] = Counter()
        for entry in file.findings:
            known[entry.source, entry.rule, entry.path, entry.message] += entry.count
        return cls(known)

    def write(self, path: Path) -> int:
        """Write the baseline, sorted for version control; returns the number of findings. Raises ``InputError`` if the file
        cannot be written."""
        rows = [
            {"source": source, "rule": rule, "path": place, "message": message, "count": count}
            for (source, rule, place, message), count in sorted(self._known.items())
        ]
        try:
            path.write_text(json.dumps({"schema": 1, "findings": rows}, indent=1) + "\n", "utf-8")
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from None
        return sum(self._known.values())

    def without_known(self, source: str, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that are not in the baseline."""
        left = Counter(self._known)
        new: list[Finding] = []
        for finding in findings:
            key = _fingerprint(source, finding)
            if left[key] > 0:
                left[key] -= 1
            else:
                new.append(finding)
        return new
