"""The verdict on a received mail, as ``franking check`` gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from franking.batch.check import Options, check_message, with_facts
from franking.errors import FrankingError, InputError
from franking.mail.reading import read_message
from franking.model import Finding
from franking.report import said, verdict

_ALONE = "Checked without its kind: links, numbers and files that a kind allows count as findings."


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` is ``permitted``, ``rejected`` or ``unread``. ``findings`` are severity, rule, message, place and hint of each
    finding. ``note`` says what the verdict does not take into account, or why there is none."""

    word: str
    findings: tuple[tuple[str, str, str, str, str], ...]
    note: str


def judged(path: Path, policy: str, facts: Mapping[str, object] | None = None) -> Verdict:
    """Check a stored mail. ``facts`` are the fields of ``Message`` that are known besides its file; without them, the links,
    phone numbers and files that its kind allows are unknown."""
    try:
        found = check_message(with_facts(read_message(path), facts or {}), Options(policy=policy))
    except InputError as error:
        return Verdict("unread", (), str(error).removeprefix(str(path)).lstrip(":1 "))
    except FrankingError as error:
        return Verdict("unread", (), str(error))
    note = _ALONE if facts is None and found else ""
    return Verdict(verdict(found), tuple(map(_row, found)), note)


def _row(finding: Finding) -> tuple[str, str, str, str, str]:
    at = f"at {finding.width} px" if finding.width else f"line {finding.line}" if finding.part == "html" else finding.part
    return finding.severity, finding.rule, said(finding), at, finding.hint
