"""GitHub workflow commands: findings as annotations on the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from franking.model import Finding
from franking.report.as_json import said


def check_github(results: Sequence[tuple[str, Sequence[Finding]]], unread: Sequence[tuple[str, str]] = ()) -> Iterator[str]:
    """One annotation per finding, and one per source that could not be read. Values are escaped, so they cannot start
    another command."""
    for source, message in unread:
        yield f"::error file={_property(source)},line=1,title=not read::{_data(message)}"
    for source, findings in results:
        for finding in findings:
            in_file = finding.part == "html" and not finding.mime_part
            place = f"line={finding.line},col={finding.column}" if in_file else "line=1"
            level = "error" if finding.severity == "error" else "warning"
            text = _data(f"{said(finding)}. {finding.hint}")
            yield f"::{level} file={_property(source)},{place},title={_property(finding.rule)}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
