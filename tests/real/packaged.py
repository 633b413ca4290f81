"""Real mails from public npm packages, as their users would send them. They are fetched by the tests and are not committed.

Template code is taken out: a value becomes a word or an address, a block is taken once.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.real.npm import WORK, install, unpack

HERE = Path(__file__).parent
OUT = WORK / "packaged"
_REACTION = "@reactioncommerce/api-plugin-email-templates@1.1.7"
_VENDURE = "@vendure/email-plugin@3.7.3"


def collected() -> list[Path]:
    """All of them, rendered once per checkout."""
    install("mailgen@2.0.36")
    unpack("ghost@5.130.6", "ghost", "core/server/services")
    subprocess.run(["node", str(HERE / "templates.mjs"), str(WORK), str(OUT)], check=True, timeout=120)
    install("inky@1.5.0")
    unpack("foundation-emails@2.5.1", "foundation", "templates")
    unpack("foundation-emails@2.5.1", "foundation-css", "dist/foundation-emails.css")
    subprocess.run(["node", str(HERE / "packaged.mjs"), str(WORK), str(OUT)], check=True, timeout=120)
    for path in unpack("bootstrap-email@1.2.9", "bootstrap-email", "examples/output").rglob("*.html"):
        shutil.copyfile(path, OUT / f"bootstrap-{path.name}")
    for path in unpack("n8n@2.8.4", "n8n", "dist/user-management/email/templates").rglob("*.handlebars"):
        _keep(f"n8n-{path.stem}", filled(path.read_text("utf-8")))
    for path in unpack(_REACTION, "reaction", "src/templates").rglob("*.js"):
        text = path.read_text("utf-8")
        if "export default `" in text:
            _keep(f"reaction-{path.stem}", filled(text.partition("export default `")[2].rpartition("`")[0]))
    _vendure(unpack(_VENDURE, "vendure", "templates"))
    _directus(unpack("@directus/api@23.3.2", "directus", "dist/services/mail/templates"))
    return sorted(OUT.glob("*.html"))


def _keep(name: str, html: str) -> None:
    (OUT / f"{name}.html").write_text(html, "utf-8")


def filled(source: str) -> str:
    """A template of Handlebars or Liquid with words for its values, its blocks taken once with all branches."""

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        if re.search(r"colou?r", name, re.IGNORECASE):
            return "#225577"
        if re.search(r"url|link|href|src|image|logo", name, re.IGNORECASE):
            return "https://www.amazon.com/orders"
        words = re.sub(r"([A-Z])", r" \1", re.split(r"[ .]", name)[-1]).lower()
        return f"the {words.strip()}"

    source = re.sub(r"\{%.*?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{\{?\s*(?:[#/!>^]|else)[^}]*\}\}\}?", "", source)
    return re.sub(r"\{\{\{?\s*([^}]*?)\s*\}\}\}?", value, source)


def _vendure(folder: Path) -> None:
    import mjml

    whole = next(folder.rglob("partials")).parent
    partials = {p.stem: p.read_text("utf-8") for p in (whole / "partials").glob("*.hbs")}
    for body in whole.glob("*/body.hbs"):
        source = re.sub(r"\{\{>\s*(\w+)[^}]*\}\}", lambda m: partials[m[1]], body.read_text("utf-8"))
        _keep(f"vendure-{body.parent.name}", mjml.mjml2html(filled(source)))


def _directus(folder: Path) -> None:
    base = next(folder.rglob("base.liquid")).read_text("utf-8")
    for path in folder.rglob("*.liquid"):
        inner = re.sub(r"\{%.*?%\}", "", path.read_text("utf-8"))
        if path.stem != "base":
            _keep(f"directus-{path.stem}", filled(base.replace("{{ html }}", inner, 1)))
