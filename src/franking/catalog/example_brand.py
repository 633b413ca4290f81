"""Finds the example's brand in a theme, its templates and translations (``policy/example_brand.toml``)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape
from importlib import resources
from pathlib import Path
from urllib.parse import unquote

from franking.catalog.catalogue import Problem
from franking.catalog.toml import line_of
from franking.errors import TemplateError
from franking.model import Theme

_AND = "and|und|et|e|y|en|och|i|ve"  # between the words of a name: a sign, or "and" in a language
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^<>\n]*>")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\u2066-\u2069\ufeff]")
_CSS_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{1,6})\s?")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


@cache
def _facts() -> tuple[re.Pattern[str], tuple[str, ...], frozenset[str]]:
    """The example's name as a pattern over words, its other words, and the SHA-256 digests of its logos."""
    data = tomllib.loads(resources.files("franking.policy").joinpath("example_brand.toml").read_text("utf-8"))
    name = rf" ?(?:(?:{_AND}) ?)?".join(map(re.escape, _words(data["name"])[0].split()))
    others = [_words(text)[0] for text in (*data["abouts"], *data["domains"])]
    return re.compile(rf"(?<!\w){name}(?!\w)"), tuple(f" {text} " for text in others), frozenset(data["logos"])


def example_logos() -> frozenset[str]:
    """The SHA-256 digests of the example's logos, in hexadecimal."""
    return _facts()[2]


def _words(text: str, *, tags: bool = False) -> tuple[str, list[int]]:
    """The words of a text, separated by single spaces, and the line of each. With ``tags``, words in tags are included."""
    words: list[str] = []
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        seen = unescape(unescape(unquote(_UNSEEN.sub("", line if tags else _TAG.sub("", line)))))
        found = _WORD.findall(unicodedata.normalize("NFKC", _UNSEEN.sub("", seen)).casefold().replace("_", " "))
        words += found
        lines += [number] * len(found)
    return " ".join(words), lines


def carries(text: str, *, about: bool = True) -> int:
    """The line (1-based) in which a text contains the name or the slogan of the example's brand; 0 if there is none."""
    found = (_carries(*_words(text, tags=tags), about) for tags in (False, True))
    return min((line for line in found if line), default=0)


def _carries(words: str, lines: list[int], about: bool) -> int:
    name, others, _ = _facts()
    match = name.search(words)
    starts = [match.start()] if match is not None else []
    if about:
        starts += [start for other in others if (start := f" {words} ".find(other)) >= 0]
    return lines[words.count(" ", 0, min(starts))] if starts else 0


def example_brand(theme: Theme, kinds: Path, templates: Path) -> Iterator[Problem]:
    """Each place with the example's brand in a theme, the templates of a kind, the parts or a translation. Raises
    ``TemplateError`` for a file that cannot be read."""
    folder = Path(theme.path)
    path = folder / "theme.toml"
    for key, text in (("name", theme.brand), ("about", theme.about)):
        if carries(text):
            yield _problem(path, line_of(path, "brand", key), f"the brand's {key}")
    for number, asset in enumerate(theme.assets):
        if asset.sha256 in example_logos():
            yield _problem(path, line_of(path, "assets", number, "sha256"), f"the logo {asset.file}")
        if carries(asset.alt):
            yield _problem(path, line_of(path, "assets", number, "alt"), f"the alt text of {asset.file}")
    parts = sorted((templates / "_parts").glob("*.j2"))
    texts = sorted((templates / "locales").glob("*.po"))
    for file in (folder / "theme.css", *sorted(folder.glob("*.j2")), *sorted(kinds.glob("*.j2")), *parts, *texts):
        try:
            line = _looked_through(file, file.stat().st_mtime_ns)
        except OSError as error:
            raise TemplateError(f"{file}: cannot be read: {error.strerror}") from None
        if line:
            yield _problem(file, line, "the brand")


@lru_cache(maxsize=1024)
def _looked_through(path: Path, _changed: int) -> int:
    """The first line of a file with the brand; 0 if there is none. Comments are ignored, because they are not sent."""
    text = path.read_text("utf-8", "replace")
    if path.suffix == ".po":
        # Unused texts may remain there until the next ``franking i18n``.
        return carries("\n".join("" if one.startswith("#") else one for one in text.split("\n")), about=False)
    if path.suffix == ".css":
        return carries(_CSS_ESCAPE.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), text))
    return carries(_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text))


def _problem(path: Path, line: int, what: str) -> Problem:
    return Problem(path, line, f"{what} is the example's; expected your own")
