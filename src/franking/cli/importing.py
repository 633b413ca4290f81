"""``franking import``: what it prints."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from franking.catalog import Catalog
from franking.catalog.example_brand import carries
from franking.cli.terminal import out as write
from franking.cli.terminal import out_json, painted, say
from franking.config.settings import load_settings
from franking.errors import FrankingError, InputError
from franking.importing.importer import Result, Wish, import_template, write_files
from franking.model.counted import counted
from franking.policy import load as load_policy
from franking.project.brand import brand_name


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command, as they were given."""

    path: Path
    kind: str
    theme: str
    dialect: str | None
    brand: str | None
    like: str | None
    fields: Path | None
    replace: bool
    out: Path | None
    dry_run: bool
    format: str
    policy: str | None
    templates: Path | None
    themes: Path | None


def import_message(options: Options) -> int:
    """Import a template and print the result; the exit code."""
    settings = load_settings(templates=options.templates, themes=options.themes, policy=options.policy)
    catalog = Catalog(settings.templates, settings.themes)
    if not options.path.exists():
        raise InputError(f"{options.path}: no such file or folder")
    brand = brand_name(options.brand) if options.brand is not None else _brand(catalog, settings.theme)
    target = options.out
    wish = Wish(
        options.path,
        options.kind,
        options.theme,
        brand,
        target / "templates" if target is not None else settings.templates,
        target / "themes" if target is not None else settings.themes,
        options.dialect,
        options.fields,
        catalog.kind(options.like) if options.like is not None else None,
        options.replace,
        _command(options, settings.templates),
    )
    result = import_template(wish, load_policy(settings.policy))
    if not options.dry_run:
        write_files(result, wish)
    (_json if options.format == "json" else _text)(result, options, write)
    return 0 if result.permitted else 1


def _brand(catalog: Catalog, theme: str) -> str:
    """The brand of the configured theme. Raises ``InputError`` if there is no theme, or it has the brand of the example."""
    try:
        found = catalog.theme(theme).brand
    except FrankingError:
        found = ""
    if not found or carries(found):
        raise InputError('import: brand name missing; expected --brand "Your brand", the name as buyers see it')
    return found


def _command(options: Options, templates: Path) -> str:
    """The command that imports again with the edited table."""
    words = ["franking", "import", str(options.path), "--kind", options.kind]
    for name, value in (
        ("--theme", options.theme if options.theme != options.kind else None),
        ("--from", options.dialect),
        ("--brand", options.brand),
        ("--like", options.like),
        ("--out", options.out),
    ):
        words += [name, str(value)] if value is not None else []
    folder = options.out / "templates" if options.out is not None else templates
    return shlex.join([*words, "--fields", str(folder / options.kind / "fields.toml"), "--replace"])


def _text(result: Result, options: Options, line: Callable[[str], None]) -> None:
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


def _json(result: Result, options: Options, _line: Callable[[str], None]) -> None:
    out_json(
        {
            "schema": 1,
            "dialect": result.dialect,
            "kind": options.kind,
            "theme": options.theme,
            "dry_run": options.dry_run,
            "verdict": "permitted" if result.permitted else "rejected",
            "rendered": result.rendered,
            "fixed": result.fixed,
            "files": [file.as_posix() for file in sorted(result.files)],
            "decisions": [
                {"subject": d.subject, "file": d.file, "line": d.line, "message": d.message, "note": d.note}
                for d in result.decisions
            ],
        }
    )
