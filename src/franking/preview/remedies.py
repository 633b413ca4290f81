"""What a person may do where no fix exists: add a word to the theme's vocabulary, or allow a host or a phone number.

A remedy is planned like a fix: its diff is shown first, and it is offered only if a dry run succeeds: the file parses to
the same values and the new one, and the message no longer has the finding.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from franking.check import as_message, inspect
from franking.errors import FrankingError
from franking.preview.fix import Plan, tried
from franking.preview.session import Choice, PreviewSession

_REASON = "write why the kind needs it"  # stands for the reason until a person gives it
_VOCABULARY = re.compile(r"^(vocabulary[ \t]*=[ \t]*\[)(.*?)(,?\s*)\]", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"[+(]?\d[\d\s()/.\u2011-]{5,}\d")
_WORD = re.compile("“([^”]+)”")
_LONGEST = 200  # characters of a reason
# What a rule's finding is answered with: the label of the button, and whether a reason is asked for.
REMEDIES = {
    "spelling": ("Add the word to the theme …", False),
    "external-link": ("Allow this host …", True),
    "phone-number": ("Allow this number …", True),
}


def remedies(session: PreviewSession, choice: Choice, findings: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The label of the remedy for each finding (by its number as text), and whether it needs a reason; only those whose dry
    run succeeds."""
    found: dict[str, list[Any]] = {}
    for number, finding in enumerate(findings):
        rule = str(finding.get("rule", ""))
        if rule not in REMEDIES:
            continue
        try:
            remedy(session, choice, finding, _REASON)
        except (FrankingError, OSError):
            continue
        found[str(number)] = list(REMEDIES[rule])
    return found


def remedy(session: PreviewSession, choice: Choice, finding: dict[str, Any], reason: str) -> Plan:
    """The change that answers a finding. Writes nothing. Raises ``FrankingError`` if there is none, or no reason is given."""
    rule, measured = str(finding.get("rule", "")), str(finding.get("measured", "") or "")
    pipeline = session.pipeline(choice.kind, choice.theme)
    reason = " ".join(reason.split())[:_LONGEST]
    if REMEDIES.get(rule, ("", False))[1] and not reason:
        raise FrankingError("a reason is needed: why does this kind of message need it?")
    word = _WORD.match(str(finding.get("message", "")))
    if rule == "spelling" and word is not None:
        path = Path(pipeline.theme.path) / "theme.toml"
        edit, expected = _vocabulary(word[1])
    elif rule == "external-link" and (host := _host(measured)):
        path = Path(pipeline.kind.path) / "kind.toml"
        edit, expected = _allowed("links", host, reason)
    elif rule == "phone-number" and (number := _phone(str(finding.get("snippet", "")))):
        path = Path(pipeline.kind.path) / "kind.toml"
        edit, expected = _allowed("phones", number, reason)
    else:
        raise FrankingError(f"{rule}: nothing can be allowed here")
    path = session.within(str(path))
    before = path.read_bytes().decode("utf-8")
    after = edit(before)
    wanted = tomllib.loads(before)
    expected(wanted)
    try:
        parsed = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        parsed = {}
    if parsed != wanted:
        raise FrankingError(f"{path}:1: cannot be changed with certainty; please change it by hand")
    message = as_message(tried(session, choice, {path: after}))
    same = (rule, str(finding.get("message", "")).partition(",")[0])
    if any((f.rule, f.message.partition(",")[0]) == same for f in inspect(message, session.policy, select=[rule])):
        raise FrankingError(f"{rule}: the finding stays; please change the text")
    return Plan(((path, before, after),))


Edit = tuple[Callable[[str], str], Callable[[dict[str, Any]], None]]


def _vocabulary(word: str) -> Edit:
    written = json.dumps(word, ensure_ascii=False)

    def edit(text: str) -> str:
        if _VOCABULARY.search(text) is None:
            return f"vocabulary = [{written}]\n{text}"
        return _VOCABULARY.sub(
            lambda m: f"{m[1]}{m[2]}{', ' if m[2].strip() else ''}{written}{m[3].lstrip(',')}]", text, count=1
        )

    def expected(data: dict[str, Any]) -> None:
        data.setdefault("vocabulary", []).append(word)

    return edit, expected


def _allowed(table: str, key: str, reason: str) -> Edit:
    line = f"{json.dumps(key, ensure_ascii=False)} = {json.dumps(reason, ensure_ascii=False)}"
    header = re.compile(rf"^\[{table}\.allowed\][^\n]*\n", re.MULTILINE)

    def edit(text: str) -> str:
        if header.search(text) is not None:
            return header.sub(lambda m: f"{m[0]}{line}\n", text, count=1)
        return f"{text.rstrip()}\n\n[{table}.allowed]\n{line}\n"

    def expected(data: dict[str, Any]) -> None:
        data.setdefault(table, {}).setdefault("allowed", {})[key] = reason

    return edit, expected


def _host(href: str) -> str:
    try:
        return (urlsplit(href).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _phone(text: str) -> str:
    found = _NUMBER.search(text)
    return found[0].strip() if found is not None else ""
