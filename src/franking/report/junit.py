"""JUnit XML, which CI services show as tests. One test case per message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from franking.model import Finding
from franking.model.counted import counted
from franking.report.as_json import said, verdict

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_junit(results: Sequence[tuple[str, Sequence[Finding]]], unread: Sequence[tuple[str, str]] = ()) -> str:
    """A test suite; a rejected message is a failure that lists its findings, warnings go to the output. A source that could
    not be read is an error."""
    counts = f'tests="{len(results) + len(unread)}"'
    failures = sum(verdict(findings) == "rejected" for _, findings in results)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="franking" {counts} failures="{failures}" errors="{len(unread)}">',
        f'  <testsuite name="franking check" {counts} failures="{failures}" errors="{len(unread)}">',
    ]
    for source, findings in results:
        lines.append(f'    <testcase classname="franking" name={_attribute(source)}>')
        entries = (f"{f.mime_part or f.part} {f.line}:{f.column} {f.rule}: {said(f)}. {f.hint}" for f in findings)
        text = _text("\n".join(entries))
        if verdict(findings) == "rejected":
            lines.append(f'      <failure message="{counted(len(findings), "finding")}">{text}</failure>')
        elif findings:
            lines.append(f"      <system-out>{text}</system-out>")
        lines.append("    </testcase>")
    for source, message in unread:
        lines.append(f'    <testcase classname="franking" name={_attribute(source)}>')
        lines.append(f"      <error message={_attribute(message)}/>")
        lines.append("    </testcase>")
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"])


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", value))


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", value))
