"""Templates of public npm packages are imported: they render, and keep the rules for layout and type without a hand.

The packages come from npm, by the test, and are not part of this repository.
"""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import pytest

from franking.errors import FrankingError
from franking.importing.importer import Wish, import_template
from franking.policy import load
from tests.real.importable import OUT, templates

pytestmark = pytest.mark.real
RULES = frozenset(
    """margin-width image-width text-align centered-body line-breaks line-height font-family font-color font-sizes""".split()
)
_EVERY = 4  # of the finished mails; all templates are imported


def test_nine_of_ten_public_templates_render_and_keep_layout_and_type() -> None:
    found = templates()
    made = [path for path in found if path.name.startswith(("foundation-", "bootstrap-", "mailgen-"))]
    chosen = [path for path in found if path not in made] + made[::_EVERY]
    assert len(chosen) >= 40
    with ProcessPoolExecutor(2) as pool:
        failed = {path.parent.name: why for path, why in zip(chosen, pool.map(_judged, chosen), strict=True) if why}
    assert len(failed) <= len(chosen) // 10, failed


def _judged(path: Path) -> str:
    """Why an import fails; "" if the message renders, keeps the rules, and has all words of the source."""
    try:
        result = import_template(Wish(path, "mail", "mail", "Northwind", Path("templates"), Path("themes")), load())
    except FrankingError as error:
        return str(error).replace(str(OUT), "")
    broken = sorted({finding.rule for finding in result.findings} & RULES)
    if broken or not result.rendered:
        return ", ".join(broken) or "does not render"
    message = next(content.decode() for file, content in result.files.items() if file.name == "message.html.j2")
    kept = set(re.findall(r"[^\W\d_]+", message + " ".join(decision.message for decision in result.decisions)))
    lost = _words(path.read_text("utf-8")) - kept
    return f"lost words: {sorted(lost)[:5]}" if lost else ""


class _Reader(HTMLParser):
    """The visible words of a page, apart from the syntax of template languages."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.hidden = 0
        self.words: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("style", "script", "title", "head")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script", "title", "head") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words |= set(re.findall(r"[^\W\d_]{3,}", data))


def _words(source: str) -> set[str]:
    reader = _Reader()
    reader.feed(re.sub(r"\{\{.*?\}\}+|\{%.*?%\}", " ", source, flags=re.DOTALL))
    return reader.words
