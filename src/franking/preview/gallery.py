"""The gallery: one page that shows all previews below a folder. It works from the file system and never goes online.

The page itself holds one line of facts for each preview. The messages are in ``gallery.js`` of each folder (one kind, theme
and language) and are loaded when they come into view, so the page opens as quickly with thousands of previews as with ten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

from franking.catalog import PARTS
from franking.mailbox.tables import asks
from franking.model import Finding
from franking.policy import Policy
from franking.preview.gallery_tables import programs
from franking.preview.results import Broken, Preview
from franking.report import said

MESSAGES = "gallery.js"


@dataclass(frozen=True, slots=True)
class Entry:
    """One preview in the gallery. ``verdict`` is ``permitted``, ``rejected``, or ``outdated``: made before the newest change of
    its templates or theme, so that its verdict is no longer known."""

    folder: str  # kind/theme/language
    sample: str
    kind_title: str
    sample_title: str
    subject: str
    size: int
    errors: int
    warnings: int
    verdict: str


def entry_of(preview: Preview) -> Entry:
    """The entry of a preview that was just made."""
    errors = sum(f.severity == "error" for f in preview.findings)
    return Entry(
        preview.folder,
        preview.sample.name,
        preview.title,
        preview.sample.title,
        preview.subject,
        preview.size,
        errors,
        len(preview.findings) - errors,
        preview.verdict,
    )


def write_messages(previews: Sequence[Preview], out: Path) -> None:
    """Write the script that contains the messages of one folder; ``previews`` are all of that folder."""
    messages = {p.sample.name: _message(p, out) for p in previews}
    folder = previews[0].folder
    script = f"frankingPreviews({json.dumps(folder)}, {json.dumps(messages, ensure_ascii=False)});\n"
    (out / folder / MESSAGES).write_text(script, "utf-8")


def _message(preview: Preview, out: Path) -> dict[str, object]:
    stem = out / preview.folder / preview.sample.name
    return {
        "html": preview.html,
        "text": preview.text,
        "asks": asks(preview.html),
        "files": [suffix for suffix in ("html", "txt", "json", "eml") if stem.with_suffix(f".{suffix}").is_file()],
        "findings": [
            {"rule": f.rule, "severity": f.severity, "message": said(f), "hint": f.hint, "where": _where(f)}
            for f in preview.findings
        ],
    }


def _where(finding: Finding) -> str:
    if finding.template is not None:
        return f"{finding.template.file}, line {finding.template.line}"
    return f"line {finding.line}, {finding.path}" if finding.part == "html" and finding.path else ""


def write_gallery(entries: Sequence[Entry], broken: Sequence[Broken], policy: Policy, out: Path) -> None:
    """Write ``index.html`` for the previews below ``out``; what is ``broken`` has none and stands first."""
    environment = Environment(
        loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["script_json"] = _script_json
    from markupsafe import Markup

    ordered = sorted(
        entries, key=lambda e: (e.folder.startswith(f"{PARTS}/"), e.folder, e.sample)
    )  # the parts are no kind: last
    parts = [e.folder.split("/") for e in ordered]
    page = environment.get_template("gallery.html.j2").render(
        entries=ordered,
        records=_records(ordered),
        broken=broken,
        groups={
            "kind": list(dict.fromkeys((kind, e.kind_title) for e, (kind, _, _) in zip(ordered, parts, strict=True))),
            "theme": sorted({(theme, theme) for _kind, theme, _language in parts}),
            "language": sorted({(language, language) for _kind, _theme, language in parts}),
            "verdict": sorted({(e.verdict, e.verdict) for e in ordered}),
        },
        widths=policy.widths,
        rejected=sum(e.verdict == "rejected" for e in ordered),
        outdated=sum(e.verdict == "outdated" for e in ordered),
        policy=policy.title,
        # Numbers, and a file of this package.
        style=Markup(f":root {{ --desktop: {policy.widths[-1]}px; --phone: {policy.widths[0]}px; }}\n{_load('gallery.css')}"),  # noqa: S704
        programs=programs(),
        script=Markup(_load("gallery_seen.js") + _load("gallery.js")),  # noqa: S704 - both are files of this package
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text(page, "utf-8")


def _records(entries: Sequence[Entry]) -> dict[str, object]:
    """The entries as the page's script reads them: rows, and the kinds by number."""
    names = sorted({(e.folder.split("/")[0], e.kind_title) for e in entries})
    numbers = {name: number for number, name in enumerate(names)}
    return {"names": names, "rows": list(_rows(entries, numbers))}


def _rows(entries: Sequence[Entry], numbers: dict[tuple[str, str], int]) -> Iterator[list[object]]:
    for e in entries:
        kind, theme, language = e.folder.split("/")
        yield [
            numbers[kind, e.kind_title],
            theme,
            language,
            e.sample,
            e.sample_title,
            e.subject,
            e.size,
            e.errors,
            e.warnings,
            e.verdict,
        ]


def _load(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _script_json(value: object) -> str:
    """JSON that cannot end the enclosing script element (HTML, section 4.12.1.3)."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - nothing in it opens a tag
