"""Writes previews of every kind × theme × language × sample with their verdicts."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.batch.template_findings import brand_finding, template_finding, untranslated_finding
from franking.catalog import PARTS, Catalog, markups, sample_order
from franking.check import as_message, judge
from franking.errors import FrankingError, TemplateError
from franking.mail import Mailbox, Sender, build_message
from franking.model import Finding, Inlined, Message, Sample, Theme
from franking.policy import Policy
from franking.preview.gallery import Entry, entry_of, write_gallery, write_messages
from franking.preview.gallery_tables import write_tables
from franking.preview.kept import kept_entries
from franking.preview.parallel import FROM, Selection, make_in_processes
from franking.preview.results import Broken, Preview
from franking.rendering import InlinerName
from franking.report import finding_json

# Decides the undecided findings of a message.
Decide = Callable[[Message, list[Finding]], list[Finding]]
_SENDER = Sender("preview", Mailbox("preview@example.com", "Preview"))


def build(catalog: Catalog, policy: Policy, out: Path, *, kinds: Sequence[str] = (), themes: Sequence[str] = (),
          languages: Sequence[str] = (), inliner: InlinerName = "css-inline",
          progress: Callable[[int, int], None] = lambda _done, _all: None,
          decide: Decide | None = None, jobs: int = 1) -> tuple[list[Preview], list[Broken]]:  # fmt: skip
    """Write all previews and the gallery below ``out``.

    Raises ``FrankingError`` if nothing matches the selection. A template that fails on a sample becomes a rejected preview.
    If a kind or theme cannot be read, the others are still made, and its files of earlier runs are removed. Other previews
    below ``out`` stay in the gallery. ``decide`` decides undecided findings; a message that is permitted only because of it
    has no ``.eml``, because it would not be sent. Many previews are made in ``jobs`` processes, unless ``decide`` is given;
    the result does not depend on it.
    """
    names = list(kinds) or [*catalog.variants(), *([PARTS] if (catalog.templates / PARTS / "kind.toml").is_file() else [])]
    for name in kinds:
        if name.partition(":")[0] not in catalog.kinds():
            catalog.kind(name)  # lists the existing names
    chosen_languages = list(languages) or catalog.languages()
    for language in languages:
        locale_marketplace(language)  # lists the existing names; used as a folder name
    broken: list[Broken] = []
    looks = _looks(catalog, themes, broken)
    named = [
        (name, made)
        for name in names
        for theme in looks
        if (made := _pipeline(catalog, name, theme, policy, inliner, broken)) is not None
    ]
    pipelines = [made for _, made in named]
    for one in broken:
        for left in out.glob(one.folder):
            shutil.rmtree(left, ignore_errors=True)
    total = len(chosen_languages) * sum(len(p.kind.samples) for p in pipelines)
    if jobs > 1 and len(chosen_languages) > 1 and total >= FROM and decide is None:
        chosen = tuple((name, p.theme.name) for name, p in named)
        selection = Selection(catalog.templates, catalog.themes, chosen, policy, inliner, out, _made_all)
        previews, entries = make_in_processes(selection, chosen_languages, jobs, lambda number: progress(number, total))
    else:
        numbers = count(1)
        previews, entries = _made_all(pipelines, chosen_languages, policy, out, lambda: progress(next(numbers), total), decide)
    fresh = {e.folder for e in entries}
    kept = list(kept_entries(catalog, out, fresh))
    entries += kept
    write_tables(fresh, {e.folder for e in kept}, out)
    write_gallery(entries, broken, policy, out)
    return previews, broken


def _made_all(
    pipelines: Sequence[Pipeline],
    languages: Sequence[str],
    policy: Policy,
    out: Path,
    advance: Callable[[], None],
    decide: Decide | None = None,
) -> tuple[list[Preview], list[Entry]]:
    """Write the previews of all pipelines in some languages; the results have no texts any more, which are in files."""
    previews: list[Preview] = []
    entries: list[Entry] = []
    for pipeline in pipelines:
        for language in languages:
            folder = []
            for sample in pipeline.kind.samples:
                folder.append(_one(pipeline, language, sample, policy, out, decide))
                advance()
            if folder:
                write_messages(folder, out)
            entries += map(entry_of, folder)
            previews += (replace(p, html="", text="") for p in folder)
    return previews, entries


def _looks(catalog: Catalog, wanted: Sequence[str], broken: list[Broken]) -> list[Theme]:
    """The themes, those that cannot be read put among the ``broken``. Raises ``FrankingError`` for one that is not there."""
    looks: list[Theme] = []
    for name in list(wanted) or catalog.theme_names():
        try:
            looks.append(catalog.theme(name))
        except FrankingError as problem:
            if name not in catalog.theme_names():
                raise
            broken.append(Broken(f"*/{name}", str(problem)))
    return looks


def _pipeline(
    catalog: Catalog, name: str, theme: Theme, policy: Policy, inliner: InlinerName, broken: list[Broken]
) -> Pipeline | None:
    """What makes a kind's messages in a theme; None if it cannot be read, which is put among the ``broken``."""
    try:
        return Pipeline(catalog, catalog.previewed(name), theme, policy, inliner)
    except FrankingError as problem:
        reason = str(problem)
    except Exception as problem:
        reason = f"{name}: {type(problem).__name__} while its templates were read"
    broken.append(Broken(f"{_label(catalog, name)}/{theme.name}", reason))
    return None


def _label(catalog: Catalog, name: str) -> str:
    """The folder of a kind's previews; exists for unreadable kinds too."""
    kind, _, markup = name.partition(":")
    chosen = markup or next(iter(markups(catalog.templates / kind)), "html")
    return kind if chosen == "html" else f"{kind}-{chosen}"


def _one(pipeline: Pipeline, language: str, sample: Sample, policy: Policy, out: Path, decide: Decide | None) -> Preview:
    kind, theme = pipeline.kind, pipeline.theme
    folder = Path(kind.label) / theme.name / language
    target = out / folder
    target.mkdir(parents=True, exist_ok=True)
    stem = target / sample.name
    try:
        return _made(pipeline, language, sample, policy, folder, stem, decide)
    except FrankingError as problem:
        found = template_finding(problem)
    except Exception as problem:
        found = template_finding(TemplateError(f"{sample.file}:1: {type(problem).__name__} while this message was made"))
    failed = Preview(kind, theme, language, sample, str(folder), "", "", "", 0, (found,))
    for suffix in (".html", ".txt", ".eml"):  # of an earlier run
        stem.with_suffix(suffix).unlink(missing_ok=True)
    stem.with_suffix(".json").write_text(json.dumps(_facts(failed), ensure_ascii=False, indent=2) + "\n", "utf-8")
    return failed


def _made(
    pipeline: Pipeline, language: str, sample: Sample, policy: Policy, folder: Path, stem: Path, decide: Decide | None
) -> Preview:
    market = locale_marketplace(language)
    kind, theme = pipeline.kind, pipeline.theme
    order = sample_order(sample, market, kind)
    inlined = pipeline.compose(order, language, market.locale)
    lacking = untranslated_finding(inlined.draft, "warning", pipeline.templates)
    found, franked = judge(inlined, policy)
    if decide is not None:
        found = decide(as_message(inlined), found)
    placed = pipeline.placed(order, inlined, found, sample.file, markup=True)
    findings = tuple(f for f in (lacking, *placed, brand_finding(pipeline.example_brand)) if f is not None)
    html = standalone(inlined)
    preview = Preview(
        kind,
        theme,
        language,
        sample,
        str(folder),
        inlined.draft.subject,
        html,
        inlined.text,
        len(inlined.html.encode()),
        findings,
    )
    stem.with_suffix(".html").write_text(html, "utf-8")
    stem.with_suffix(".txt").write_text(inlined.text, "utf-8")
    stem.with_suffix(".json").write_text(json.dumps(_facts(preview), ensure_ascii=False, indent=2) + "\n", "utf-8")
    eml = stem.with_suffix(".eml")
    if franked is not None:
        eml.write_bytes(build_message(franked, _SENDER, order.buyer_email, order.purchased_at).content)
    else:
        eml.unlink(missing_ok=True)  # a rejected message has no wire form
    return preview


def standalone(inlined: Inlined) -> str:
    """The HTML part with its ``cid:`` images as ``data:`` URLs."""
    html = inlined.html
    for cid, asset in inlined.draft.images.items():
        data = base64.b64encode(asset.content).decode("ascii")
        html = html.replace(f'src="cid:{cid}"', f'src="data:{asset.media_type};base64,{data}"')
    return html


def _facts(preview: Preview) -> dict[str, object]:
    return {
        "schema": 1, "kind": preview.kind.name, "markup": preview.kind.markup,
        "theme": preview.theme.name, "language": preview.language,
        "sample": preview.sample.name, "title": preview.title, "sample_title": preview.sample.title,
        "subject": preview.subject, "bytes": preview.size, "verdict": preview.verdict,
        "findings": [finding_json(f) for f in preview.findings],
    }  # fmt: skip


def rejected(previews: Sequence[Preview]) -> Iterator[Preview]:
    """The previews that would not be sent."""
    return (p for p in previews if p.verdict == "rejected")
