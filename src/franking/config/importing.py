"""What ``franking import`` does, for the command and for the page of the live preview."""

from __future__ import annotations

import os
import shlex
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from franking.catalog import Catalog
from franking.catalog.example_brand import carries
from franking.config.settings import Settings
from franking.errors import FrankingError, InputError
from franking.importing.importer import Result, Wish, import_template, write_files
from franking.policy import load as load_policy
from franking.preview.incoming import Incoming
from franking.project.brand import brand_name


@dataclass(frozen=True, slots=True)
class Import:
    """The options of the command. ``named`` is the path in the command that repeats the import; None for ``path``."""

    path: Path
    kind: str
    theme: str
    dialect: str | None = None
    brand: str | None = None
    like: str | None = None
    fields: Path | None = None
    replace: bool = False
    out: Path | None = None
    dry_run: bool = False
    named: Path | None = None


def import_message(settings: Settings, options: Import) -> Result:
    """Import a template, and write its files unless it is a dry run. Raises ``FrankingError`` as ``import_template`` and
    ``write_files`` do, and for a path that does not exist, an unknown kind and a missing brand."""
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
    return result


def import_json(result: Result, options: Import) -> dict[str, Any]:
    """What ``--format json`` prints."""
    return {
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


def page_importer(settings: Settings) -> Callable[[Incoming], dict[str, Any]]:
    """Imports files that the live preview's page takes in. A file is alone in a temporary folder meanwhile: no partial and
    no image beside it is read, and no text names that folder."""

    def import_file(incoming: Incoming) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            prefix = f"{folder}{os.sep}"
            path = Path(folder, incoming.name)
            path.write_bytes(incoming.content)
            options = Import(
                path,
                incoming.kind,
                incoming.theme or incoming.kind,
                incoming.dialect or None,
                incoming.brand or None,
                incoming.like or None,
                replace=incoming.replace,
                dry_run=incoming.dry_run,
                named=Path(incoming.name),
            )
            try:
                result = import_message(settings, options)
            except FrankingError as error:
                raise InputError(str(error).replace(prefix, "")) from None
        found = import_json(result, options)
        for decision in found["decisions"]:
            decision["file"], decision["message"] = (decision[key].replace(prefix, "") for key in ("file", "message"))
        table = next(content for file, content in result.files.items() if file.name == "fields.toml")
        return found | {"fields": tomllib.loads(table.decode())["fields"]}

    return import_file


def _brand(catalog: Catalog, theme: str) -> str:
    """The brand of the configured theme. Raises ``InputError`` if there is no theme, or it has the brand of the example."""
    try:
        found = catalog.theme(theme).brand
    except FrankingError:
        found = ""
    if not found or carries(found):
        raise InputError('import: brand name missing; expected --brand "Your brand", the name as buyers see it')
    return found


def _command(options: Import, templates: Path) -> str:
    """The command that imports again with the edited table."""
    words = ["franking", "import", str(options.named or options.path), "--kind", options.kind]
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
