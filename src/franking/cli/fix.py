"""``franking check --fix`` and ``--diff``."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from franking.batch.check import Options, Scope
from franking.batch.fix import fix_files, write_fixed
from franking.check.fix import Fixed
from franking.cli.check import configured
from franking.cli.checktext import printable
from franking.cli.terminal import out, painted, progress, say
from franking.errors import FrankingError
from franking.mail.reading import Unread, find_messages
from franking.model.counted import counted


def fix_messages(paths: Sequence[str], scope: Scope, options: Options, *, diff: bool) -> None:
    """Fix every HTML file in place, or with ``diff`` show the changes. Exits with 1 if ``diff`` shows changes, with 2 if a
    file could not be read."""
    options.check()  # raises for unknown names before anything is read
    facts = configured(scope).facts()
    files, unread = find_messages(paths)
    if None in files:
        raise FrankingError("--fix and --diff change files; expected paths, not - (standard input)")
    changed = 0
    with progress("fixing", len(files), quiet=len(files) < 3) as advance:
        for made in fix_files(files, facts, options):
            advance(1)
            if isinstance(made, Unread):
                unread.append(made)
            elif isinstance(made, str):
                say(made)
            else:
                path, html, encoding, fixed = made
                _tell_withheld(path, fixed)
                if fixed.html == html:
                    continue
                changed += 1
                if diff:
                    _show(path, html, fixed.html)
                else:
                    write_fixed(path, fixed.html.encode(encoding))
                    _tell(path, fixed)
    if diff:  # otherwise the following check reports them
        for _, what in unread:
            say(f"franking: {printable(what)}")
        if unread or changed:
            raise typer.Exit(2 if unread else 1)
    if not changed:
        say("nothing to fix")


def _tell(path: Path, fixed: Fixed) -> None:
    by_rule = Counter(change.rule for change in fixed.changes)
    counts = ", ".join(f"{rule} {number}" for rule, number in by_rule.most_common())
    say(f"{path}: {counted(len(fixed.changes), 'change')}: {counts}")


def _tell_withheld(path: Path, fixed: Fixed) -> None:
    if fixed.withheld:
        rules = ", ".join(fixed.withheld)
        say(f"{path}: left as it is for {rules}: a fix would lose a word, picture or link, or break another rule")


def _show(path: Path, before: str, after: str) -> None:
    name = path.as_posix()
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    for line in lines:
        head = line.startswith(("+++", "---"))
        style = "bold" if head else {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        out(painted(printable(line), style) if style else printable(line))
