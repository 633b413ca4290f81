"""``franking import``: what it prints."""

from __future__ import annotations

from collections.abc import Callable

from franking.cli.terminal import out as write
from franking.cli.terminal import out_json, painted, say
from franking.config.importing import Import, import_json, import_message
from franking.config.settings import Settings
from franking.importing.importer import Result
from franking.model.counted import counted


def import_and_print(settings: Settings, options: Import, format: str) -> int:
    """Import a template and print the result; the exit code."""
    result = import_message(settings, options)
    if format == "json":
        out_json(import_json(result, options))
    else:
        _text(result, options, write)
    return 0 if result.permitted else 1


def _text(result: Result, options: Import, line: Callable[[str], None]) -> None:
    for file in sorted(result.files):
        line(f"{'would write' if options.dry_run else 'wrote'} {file}")
    if result.fixed:
        line(f"fixed: {', '.join(f'{rule} {number}' for rule, number in sorted(result.fixed.items()))}")
    for one in result.decisions:
        label = painted("note", "cyan") if one.note else painted("decide", "red")
        line(f"{one.file}:{one.line}: {label}: {one.message}")
    open_ = sum(not one.note for one in result.decisions)
    verdict = "permitted" if result.permitted else "rejected" if result.rendered else "not rendered"
    line(f"{result.dialect} template, {counted(open_, 'decision')}, sample message {verdict}")
    if not options.dry_run:
        say(f"next: edit the files, then franking render {options.kind} --theme {options.theme}")
