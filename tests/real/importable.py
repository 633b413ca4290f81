"""Templates of public npm packages as their authors wrote them, and mails that packages make, for the import to take in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.real.npm import WORK
from tests.real.packaged import OUT as MAILS
from tests.real.packaged import collected

OUT = WORK / "importable"
_MADE = ("foundation-", "bootstrap-", "mailgen-")  # finished mails; the others have a template of which they were made


def templates() -> list[Path]:
    """One file per message, each in a folder with its partials; fetched once per checkout."""
    if not MAILS.is_dir():
        collected()
    shutil.rmtree(OUT, ignore_errors=True)
    found = [
        _put(f"{path.stem}/{path.name}", path.read_text("utf-8"))
        for path in MAILS.glob("*.html")
        if path.name.startswith(_MADE)
    ]
    services = WORK / "ghost" / "core" / "server" / "services"
    for folder in ("staff", "comments"):
        here = services / folder / "email-templates"
        for path in here.glob("*.hbs"):
            found.append(_put(f"ghost-{path.stem}/{path.name}", path.read_text("utf-8")))
            for partial in (services / "staff" / "email-templates" / "partials").glob("*.hbs"):
                _put(f"ghost-{path.stem}/partials/{partial.name}", partial.read_text("utf-8"))
    finished = [
        path for path in (services / "mail" / "templates").glob("*.html") if path.stem != "newsletter"
    ]  # a page in a page
    found += [_put(f"ghost-{path.stem}/{path.name}", path.read_text("utf-8")) for path in finished]
    for path in (WORK / "n8n").rglob("*.handlebars"):
        if "_" not in path.stem:
            found.append(_put(f"n8n-{path.stem}/{path.name}", path.read_text("utf-8")))
        for partial in path.parent.glob("_*.handlebars"):
            _put(f"n8n-{path.stem}/{partial.name}", partial.read_text("utf-8"))
    for path in (WORK / "reaction").rglob("*.js"):
        text = path.read_text("utf-8")
        if "export default `" in text:
            found.append(
                _put(f"reaction-{path.stem}/{path.stem}.hbs", text.partition("export default `")[2].rpartition("`")[0])
            )
    return sorted([*found, *_vendure(), *_directus()])


def _put(name: str, text: str) -> Path:
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _vendure() -> list[Path]:
    import mjml

    whole = next((WORK / "vendure").rglob("partials")).parent
    partials = {p.stem: p.read_text("utf-8") for p in (whole / "partials").glob("*.hbs")}
    found = []
    for body in whole.glob("*/body.hbs"):
        source = re.sub(r"\{\{>\s*(\w+)[^}]*\}\}", lambda m: partials[m[1]], body.read_text("utf-8"))
        found.append(_put(f"vendure-{body.parent.name}/body.hbs", mjml.mjml2html(_kept_by_mjml(source))))
    return found


def _kept_by_mjml(source: str) -> str:
    """MJML drops text between its components: there, a block's tags become raw HTML."""

    def raw(match: re.Match[str]) -> str:
        return f"<mj-raw>{match[0]}</mj-raw>" if _between(source, match.start()) else match[0]

    return re.sub(r"\{\{[#/]\w+[^}]*\}\}", raw, source)


def _between(source: str, at: int) -> bool:
    """Whether a place is between components of MJML."""
    return source.rfind("<mj-text", 0, at) <= source.rfind("</mj-text", 0, at) and source.rfind(
        "<mj-table", 0, at
    ) <= source.rfind("</mj-table", 0, at)


def _directus() -> list[Path]:
    folder = WORK / "directus"
    base = next(folder.rglob("base.liquid")).read_text("utf-8")
    return [
        _put(f"directus-{path.stem}/{path.name}", base.replace("{{ html }}", path.read_text("utf-8"), 1))
        for path in folder.rglob("*.liquid")
        if path.stem != "base"
    ]
