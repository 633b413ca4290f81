"""Renders an imported kind in its theme with its sample, and checks the message, before any file of the project is written."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.batch.template_findings import template_finding
from franking.catalog import Catalog, sample_order
from franking.check import judge
from franking.errors import FrankingError
from franking.model import Finding
from franking.policy import Policy

_LANGUAGE = "en"


def verify(
    folder: Path,
    kind: str,
    theme: str,
    kind_files: Mapping[str, bytes],
    theme_files: Mapping[str, bytes],
    policy: Policy,
    locales: Path,
) -> tuple[tuple[Finding, ...], bool]:
    """The findings of the sample's message, and whether it could be rendered. ``folder`` is empty."""
    for parent, name, files in (("templates", kind, kind_files), ("themes", theme, theme_files)):
        for file, content in files.items():
            path = folder / parent / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if locales.is_dir():
        shutil.copytree(locales, folder / "templates" / "locales")
    catalog = Catalog(folder / "templates", folder / "themes")
    try:
        read = catalog.kind(kind)
        pipeline = Pipeline(catalog, read, catalog.theme(theme), policy)
        market = locale_marketplace(_LANGUAGE)
        order = sample_order(read.samples[0], market, read)
        inlined = pipeline.compose(order, _LANGUAGE, market.locale)
    except FrankingError as problem:
        return (template_finding(problem),), False
    found, _ = judge(inlined, policy)
    return tuple(pipeline.placed(order, inlined, found)), True
