"""Imports one template: reads it, fixes it, writes kind and theme, and renders them once."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from franking.catalog.kinds import NAME
from franking.check.fix import Fixed, fix_message
from franking.errors import FrankingError, InputError
from franking.importing.cleaning import Cleaner
from franking.importing.decisions import Decision, Decisions
from franking.importing.emission import Emitter, Written
from franking.importing.fields import Matching, read_table
from franking.importing.files import kind_files, theme_files
from franking.importing.masking import MARK, Masked, mask
from franking.importing.pictures import Pictures
from franking.importing.sources import Source, read_source, report_foreign
from franking.importing.values import Given, Values
from franking.importing.verification import verify
from franking.model import Asset, Finding, Kind, Message
from franking.policy import Policy


@dataclass(frozen=True, slots=True)
class Wish:
    """What to import, and as what. ``fields`` is the person's table; ``like`` is a kind whose purpose, states and links the
    new one gets; ``command`` repeats the import."""

    path: Path
    kind: str
    theme: str
    brand: str
    templates: Path
    themes: Path
    dialect: str | None = None
    fields: Path | None = None
    like: Kind | None = None
    replace: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The files by their paths, what was fixed by rule, what a person decides, and the findings of the rendered sample."""

    dialect: str
    files: dict[Path, bytes]
    fixed: dict[str, int]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    rendered: bool

    @property
    def permitted(self) -> bool:
        """Whether the sample renders and would be sent."""
        return self.rendered and not any(finding.severity == "error" for finding in self.findings)


def import_template(wish: Wish, policy: Policy) -> Result:
    """Import a template; nothing is written. Raises ``InputError`` for unusable names, and for a source that cannot be read
    or can be read in several ways."""
    for what, name in (("kind", wish.kind), ("theme", wish.theme)):
        if not NAME.fullmatch(name):
            raise InputError(f"--{what} {name[:60]!r}: expected lower-case letters, digits and _, beginning with a letter")
    decisions = Decisions()
    source = read_source(wish.path, wish.dialect)
    own = read_table(wish.fields) if wish.fields is not None else {}
    report_foreign(source.tokens, decisions)
    masked = mask(source.tokens, decisions)
    pictures = Pictures(source.file.parent, source.root, decisions)
    cleaner = Cleaner(masked, pictures, decisions)
    cleaned = cleaner.clean()
    fixed = _fixed(cleaned, source, pictures, policy)
    values, written = _written(fixed.html, masked, cleaner.title, own, decisions)
    _remarks(written, wish, source, decisions)
    kind_folder, theme_folder = wish.templates / wish.kind, wish.themes / wish.theme
    kind, theme = kind_files(wish.kind, written, values, wish.like, wish.command), theme_files(written, pictures, wish.brand)
    with tempfile.TemporaryDirectory() as temporary:
        findings, rendered = verify(Path(temporary), wish.kind, wish.theme, kind, theme, policy, wish.templates / "locales")
    places = {f"{temporary}/templates/": f"{wish.templates}/", f"{temporary}/themes/": f"{wish.themes}/"}
    for finding in findings:
        _report(finding, places, decisions, kind_folder)
    files = {kind_folder / name: content for name, content in kind.items()}
    files |= {theme_folder / name: content for name, content in theme.items()}
    counts: dict[str, int] = {}
    for change in fixed.changes:
        counts[change.rule] = counts.get(change.rule, 0) + 1
    return Result(source.dialect, files, counts, decisions.ordered(), findings, rendered)


def _written(source: str, masked: Masked, title: str, own: dict[str, str], decisions: Decisions) -> tuple[Values, Written]:
    """Written twice: whether a value that the seller gives may be missing is known at the end only."""
    given: dict[str, Given] = {}
    for _ in range(2):
        values = Values(Matching(dict(own)), decisions, given={name: replace(one) for name, one in given.items()})
        written = Emitter(masked, values, title).write(source)
        given = values.given
    return values, written


def _fixed(html: str, source: Source, pictures: Pictures, policy: Policy) -> Fixed:
    """The HTML with the rules' fixes. A fix that takes a marker away is not made."""
    assets = tuple(Asset(p.file, p.alt, p.purpose, p.sha256, p.content) for p in pictures.found.values())
    files = {f"cid:{p.name}": p.content for p in pictures.found.values()}
    message = Message(str(source.file), html, files=files, assets=assets)
    marks = _marks(html)
    ignored: set[str] = set()
    while True:
        fixed = fix_message(message, policy, ignore=_slugs(ignored))
        if _marks(fixed.html) == marks:
            return fixed
        made = {change.rule for change in fixed.changes} - ignored
        if not made:
            return Fixed(html, (), fixed.findings)
        ignored.add("line-breaks" if "line-breaks" in made else sorted(made)[0])


def _slugs(ignored: set[str]) -> Collection[str]:
    return tuple(sorted(ignored))


def _marks(html: str) -> list[str]:
    return [match[1] or match[2] for match in MARK.finditer(html)]


def _remarks(written: Written, wish: Wish, source: Source, decisions: Decisions) -> None:
    where = (str(source.file), 1)
    if not written.subject:
        decisions.add("subject", where, f"there is no <title>: write {wish.templates / wish.kind / 'subject.txt.j2'}")
    if wish.like is None:
        decisions.add(
            "purpose",
            where,
            f"choose purpose, window and states in {wish.templates / wish.kind / 'kind.toml'}, or import with --like KIND",
        )


def _report(finding: Finding, places: dict[str, str], decisions: Decisions, kind: Path) -> None:
    from franking.report import said

    file, line = (
        (finding.template.file, finding.template.line) if finding.template is not None else (str(kind / "message.html.j2"), 1)
    )
    text = said(finding)
    for there, here in places.items():
        file, text = file.replace(there, here), text.replace(there, here)
    decisions.add("finding", (file, line), f"{finding.rule}: {text}", note=finding.severity != "error")


def write_files(result: Result, wish: Wish) -> None:
    """Write the files. Raises ``InputError`` if the kind or theme exists and is not replaced; nothing is changed then."""
    for folder in _taken(result, wish):
        raise InputError(
            f"{folder} exists already; nothing was changed; choose another name, or pass --replace for an earlier import"
        )
    try:
        for file, content in result.files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise FrankingError(f"{error.filename}: cannot be written: {error.strerror}") from None


def _taken(result: Result, wish: Wish) -> list[Path]:
    """The folders that the import must not change."""
    kind, theme = wish.templates / wish.kind, wish.themes / wish.theme
    imported = (kind / "fields.toml").is_file() and wish.replace
    taken = [kind] if kind.exists() and not imported else []
    same = all(
        file.is_file() and file.read_bytes() == content for file, content in result.files.items() if file.is_relative_to(theme)
    )
    return taken + ([theme] if theme.exists() and not same and not imported else [])
