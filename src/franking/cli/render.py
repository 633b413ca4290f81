"""``franking render``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from franking.catalog import Catalog
from franking.catalog.affected import selected
from franking.cli.terminal import out as write
from franking.cli.terminal import painted, progress, say
from franking.config.settings import load_settings
from franking.model.counted import counted
from franking.policy import Policy
from franking.policy import load as load_policy
from franking.preview.build import build
from franking.report import said

if TYPE_CHECKING:
    from franking.config.browser import BrowserDecisions


def render_previews(
    kinds: Sequence[str],
    only_themes: Sequence[str],
    only_languages: Sequence[str],
    out: Path,
    inliner: Any,
    templates: Path | None,
    themes: Path | None,
    *,
    browser: bool = False,
    policy: str | None = None,
    jobs: int = 0,
) -> None:
    """Write the previews and print the path of the gallery. ``kinds`` may also be files (see
    ``franking.catalog.affected``). Exits with 1 if a preview is rejected, with 2 if a kind or theme cannot be read."""
    settings = load_settings(templates=templates, themes=themes, inliner=inliner, policy=policy)
    catalog = Catalog(settings.templates, settings.themes)
    rules = load_policy(settings.policy)
    asking = _asking(rules) if browser else None
    chosen = selected(catalog, kinds)
    done = 0
    with asking or nullcontext(), progress("previews", None) as advance:
        if asking is not None:
            asking.start()  # raises for a browser problem before anything is rendered

        def step(number: int, total: int) -> None:
            nonlocal done
            advance(number - done, total)
            done = number

        previews, broken = build(
            catalog,
            rules,
            out,
            kinds=chosen.kinds,
            themes=only_themes or chosen.themes,
            languages=[name.split("_")[0].split("-")[0] for name in only_languages] or chosen.languages,
            inliner=settings.inliner,
            progress=step,
            decide=asking.decided if asking is not None else None,
            jobs=jobs or (os.cpu_count() or 1),
        )
    rejected = [p for p in previews if p.verdict == "rejected"]
    for preview in rejected:
        name = f"{preview.folder}/{preview.sample.name}"
        for finding in preview.findings:
            where = f"{finding.template.file}:{finding.template.line}: " if finding.template else ""
            write(f"{name}: {where}{painted(finding.rule, 'red')}: {said(finding)}")
    warned = sum(any(finding.severity == "warning" for finding in preview.findings) for preview in previews)
    write(f"{counted(len(previews), 'preview')}, {len(rejected)} rejected, {warned} with warnings: {out / 'index.html'}")
    if asking is not None:
        for line in asking.report():
            say(line)
        only = [p for p in previews if p.verdict == "permitted" and not (out / p.folder / f"{p.sample.name}.eml").is_file()]
        if only:
            say(
                f"{counted(len(only), 'preview is', 'previews are')} permitted only because the browser was asked: "
                "send does not ask it and rejects such messages"
            )
    for problem in dict.fromkeys(one.problem for one in broken):
        say(f"franking: {problem}")
    if broken or rejected:
        raise typer.Exit(2 if broken else 1)


def _asking(policy: Policy) -> BrowserDecisions:
    from franking.config.browser import BrowserDecisions

    return BrowserDecisions(policy, policy.widths)
