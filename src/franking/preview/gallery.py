"""The gallery: one page that shows all previews side by side. It works from the file system and loads no external
resources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

from franking.policy import Policy
from franking.preview.results import Broken, Preview


def _load(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def write_gallery(previews: Sequence[Preview], broken: Sequence[Broken], policy: Policy, out: Path) -> None:
    """Write ``index.html`` for previews below ``out``; what is ``broken`` has none and stands first."""
    environment = Environment(
        loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["script_json"] = _script_json
    groups = {
        "kind": sorted({(p.kind.label, p.title) for p in previews}),
        "theme": sorted({(p.theme.name, p.theme.name) for p in previews}),
        "language": sorted({(p.language, p.language) for p in previews}),
        "verdict": sorted({(p.verdict, p.verdict) for p in previews}),
    }
    page = environment.get_template("gallery.html.j2").render(
        previews=previews,
        broken=broken,
        groups=groups,
        widths=policy.widths,
        rejected=sum(p.verdict == "rejected" for p in previews),
        policy=policy.title,
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text(page, "utf-8")


def _script_json(value: object) -> str:
    """JSON that cannot end the enclosing script element (HTML, section 4.12.1.3)."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - nothing in it opens a tag
