"""The line of ``theme.toml`` that gives a value which a template shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from franking.catalog import read_text
from franking.catalog.toml import line_of
from franking.errors import FrankingError
from franking.model import TemplatePlace, Theme

# As ``Images`` writes it. The groups are the names of the attributes.
_IMG = re.compile(r'<img src="cid:(?P<src>[^"]*)" alt="(?P<alt>[^"]*)" width="\d+">')
_STATEMENT = re.compile(r"[\w.\"'-]+\s*=|\[")
_BRAND = {"brand": "name", "about": "about"}
_OF_ASSET = ("alt", "file", "purpose", "sha256")
_FROM = {"src": "file", "alt": "alt"}


def theme_line(theme: Theme, attributes: Sequence[str], wanted: str, word: str) -> TemplatePlace | None:
    """The line of the value of ``theme`` that the ``attributes`` lead to. ``wanted`` is the rendered value, and ``word`` the
    word in it that is looked for. None if a template cannot show such a value."""
    wanted, word = unescape(wanted).strip(), unescape(word)
    for name, key in _BRAND.items():
        if name in attributes:
            return _line(theme, ("brand", key), word, f"the theme's {name}")
    for name in _OF_ASSET:
        if name in attributes:
            values = [str(getattr(asset, name)) for asset in theme.assets]
            fits = (lambda v: v == wanted, lambda v: bool(wanted) and v in wanted, lambda v: bool(word) and word in v)
            number = next((n for fit in fits for n, value in enumerate(values) if fit(value)), 0)
            return _line(theme, ("assets", number, name), word, f"the {name} of the theme's image")
    return _line(theme, ("vocabulary",), word, "the theme's vocabulary") if "vocabulary" in attributes else None


def image_line(theme: Theme, name: str, attribute: str, word: str = "") -> TemplatePlace | None:
    """The line of what the attribute of a registered image is made from; None for another name or attribute."""
    number = next((n for n, asset in enumerate(theme.assets) if asset.cid == name), -1)
    key = _FROM.get(attribute)
    if number < 0 or key is None:
        return None
    return _line(theme, ("assets", number, key), unescape(word), f"the {key} of the theme's image")


def image_attribute(text: str, start: int, end: int, offset: int) -> tuple[str, str] | None:
    """The name of the image that ``image()`` has rendered around ``offset``, and the attribute of it that is there; None
    if ``offset`` is at neither its source nor its alt text."""
    for match in _IMG.finditer(text, start, end):
        for attribute in _FROM:
            if match.start(attribute) - len(f'{attribute}="cid:') <= offset <= match.end(attribute):
                return unescape(match["src"]), attribute
    return None


def _line(theme: Theme, steps: tuple[str | int, ...], word: str, why: str) -> TemplatePlace | None:
    path = Path(theme.path) / "theme.toml"
    try:
        lines, line = read_text(path).split("\n"), line_of(path, *steps)
    except FrankingError:
        return None
    if word and word not in lines[line - 1]:  # in a later line of the same statement
        later = range(line + 1, len(lines) + 1)
        ends = next((n for n in later if _STATEMENT.match(lines[n - 1])), len(lines) + 1)
        line = next((n for n in range(line + 1, ends) if word in lines[n - 1]), line)
    return TemplatePlace(str(path), line, lines[line - 1].strip()[:200], why)
