"""Fixes findings in MJML: takes out the attributes of components, the declarations and the theme's defaults that cause them.

The converter writes other HTML than the template has, so the fix of the HTML leads nowhere. What causes a finding is removed
instead, and the default attributes take effect. A fix is offered only if the message, rendered from a copy of the folders, no
longer has the rule's findings, has no others, and has the same texts, links and images.
"""

from __future__ import annotations

import re
import tomllib
from functools import partial
from pathlib import Path

from franking.batch.causes import Causes, draft_message
from franking.check import as_message, inspect
from franking.errors import FrankingError
from franking.model import Inlined
from franking.policy import Policy
from franking.preview.plans import Plan
from franking.preview.session import Choice, PreviewSession
from franking.preview.trial import copied
from franking.rendering import MjmlOrigins

_ROUNDS = 6  # each takes out one layer: an attribute, then the one in <mj-attributes> that it overrode
_HREF = re.compile(r'href="[^"]*"')


def mjml_plan(session: PreviewSession, choice: Choice, rule: str) -> Plan | None:
    """The changes that would fix a rule's findings on a message in MJML; None if nothing can be fixed with certainty."""
    first = session.compose(choice)
    with copied(session) as (trial, _):
        before = {path: path.read_bytes() for folder in (trial.catalog.templates, trial.catalog.themes)
                  for path in folder.rglob("*") if path.is_file()}  # fmt: skip
        now = trial.compose(choice)
        for _ in range(_ROUNDS):
            if not inspect(draft_message(now), session.policy, select=[rule]):
                break
            try:
                if not _taken_out(trial, choice, now, rule):
                    return None
                trial.forget()
                now = trial.compose(choice)
            except FrankingError:
                return None
        if not _better(first, now, rule, session.policy):
            return None
        changed = [path for path, data in before.items() if path.read_bytes() != data]
        homes = (session.catalog.templates, session.catalog.themes)
        copies = (trial.catalog.templates, trial.catalog.themes)
        pairs = [(home / path.relative_to(copy), path) for path in changed
                 for home, copy in zip(homes, copies, strict=True) if path.is_relative_to(copy)]  # fmt: skip
        return Plan(tuple((session.within(str(own)), before[path].decode(), path.read_bytes().decode()) for own, path in pairs))


def _taken_out(trial: PreviewSession, choice: Choice, now: Inlined, rule: str) -> bool:
    """Take out what causes the rule's findings in the files of the trial; whether anything was."""
    pipeline = trial.pipeline(choice.kind, choice.theme)
    origins = pipeline.origins(trial.order(choice), now.draft)
    if not isinstance(origins, MjmlOrigins):
        return False
    causes = Causes(now, trial.policy, lambda: origins, "")
    markup, html = origins.markup, origins.document.source
    edits: set[tuple[Path, int, str]] = set()
    for start, end in causes.written(rule):
        place = origins.within(start, end)
        if place is None or end <= start:
            return False
        given = origins.given(start, end)
        text = markup.marked.text[slice(*given)] if given is not None else html[start:end].strip()
        edits.add((Path(place.file), place.line, text))
    for path, line, text in sorted(edits, key=lambda edit: (str(edit[0]), -edit[1])):
        file = trial.within(str(path))
        old = file.read_bytes().decode("utf-8")
        new = _without_key(old, line) if file.name == "theme.toml" else _without(old, line, text)
        if new is None:
            return False
        file.write_bytes(new.encode("utf-8"))
    return bool(edits)


def _without(text: str, line: int, written: str) -> str | None:
    """The file without a declaration or attribute of a line, the white space before it and the semicolon behind it."""
    lines = text.split("\n")
    first = sum(len(each) + 1 for each in lines[: line - 1])
    last = first + len("\n".join(lines[line - 1 : line + written.count("\n")]))
    exact = re.escape(written)
    for form in (
        rf"(?<=[\s}}])style=([\"']){exact}\s*;?\s*\1",  # the only declaration of its attribute
        rf"(?<=[;\"'{{\s]){exact}\s*;",
        rf"(?<=[;\"'{{\s}}]){exact}",
    ):
        found = list(re.compile(form).finditer(text, first, last))
        if len(found) > 1:
            return None
        if found:
            start, end = found[0].span()
            return text[:start].rstrip() + text[end:]
    return None


def _without_key(text: str, line: int) -> str | None:
    """A TOML file without the key in a line."""
    lines = text.split("\n")
    changed = "\n".join([*lines[: line - 1], *lines[line:]])
    try:
        tomllib.loads(changed)
    except tomllib.TOMLDecodeError:
        return None
    return changed if "=" in lines[line - 1] else None


def _better(first: Inlined, now: Inlined, rule: str, policy: Policy) -> bool:
    rules = partial(inspect, policy=policy)
    before, after = ({f.rule for f in rules(as_message(one))} for one in (first, now))
    same = (first.text, first.draft.subject, set(first.draft.images), _HREF.findall(first.html)) == (
        now.text, now.draft.subject, set(now.draft.images), _HREF.findall(now.html)
    )  # fmt: skip
    return same and rule not in after and after <= before
