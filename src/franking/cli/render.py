"""``franking render``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from franking.catalog import Catalog
from franking.cli.settings import load_settings
from franking.cli.terminal import out as write
from franking.cli.terminal import painted, progress, say
from franking.policy import load as load_policy
from franking.preview.build import build


def render_previews(kinds: Sequence[str], theme: str | None, locale: str | None, out: Path, inliner: Any,
                    templates: Path | None, themes: Path | None) -> None:  # fmt: skip
    """Write the previews and say where the gallery is. Exits with 1 when a preview is rejected, with 2 when a
    kind or theme cannot be read."""
    settings = load_settings(templates=templates, themes=themes, inliner=inliner)
    catalog = Catalog(settings.templates, settings.themes)
    done = 0
    with progress("previews", None) as advance:

        def step(number: int, total: int) -> None:
            nonlocal done
            advance(number - done, total)
            done = number

        previews, broken = build(
            catalog, load_policy(settings.policy), out, kinds=kinds, themes=[theme] if theme else [],
            languages=[locale.split("_")[0].split("-")[0]] if locale else [], inliner=settings.inliner, progress=step,
        )  # fmt: skip
    rejected = [p for p in previews if p.verdict == "rejected"]
    for preview in rejected:
        name = f"{preview.folder}/{preview.sample.name}"
        for finding in preview.findings:
            where = f"{finding.template.file}:{finding.template.line}: " if finding.template else ""
            write(f"{name}: {where}{painted(finding.rule, 'red')}: {finding.message}")
    write(f"{len(previews)} previews, {len(rejected)} rejected: {out / 'index.html'}")
    for problem in dict.fromkeys(one.problem for one in broken):
        say(f"franking: {problem}")
    if broken or rejected:
        raise typer.Exit(2 if broken else 1)
