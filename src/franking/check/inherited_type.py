"""The three rules about overridden type share one walk: which author declaration reaches which visible text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tinycss2

from franking.check.edits import Edit, drop, rewrite
from franking.check.page import Page, Run
from franking.css.authors import Author
from franking.css.properties import SIZE_WORDS


def overridden(page: Page, find: Callable[[Run], Author | None]) -> Iterator[tuple[Author, Run, int]]:
    """Each author declaration that ``find`` names for some visible text, with the first run and the number of runs."""
    seen: dict[tuple[int, str], tuple[Author, Run, int]] = {}
    for run in page.styled_runs:
        author = find(run)
        if author is None:
            continue
        key = (author.offset(), author.written)
        known = seen.get(key)
        seen[key] = (author, run, 1) if known is None else (known[0], known[1], known[2] + 1)
    yield from seen.values()


def written(author: Author) -> str:
    """A declaration or attribute as the author wrote it, shortened for a message."""
    if author.written.startswith("<"):
        return author.written
    text = author.text if len(author.text) <= 40 else author.text[:39] + "…"
    style = author.element.tag == "style" or author.written in author.element.attrs.get("style", "").lower()
    return f"{author.written}: {text}" if style else f'{author.written}="{text}"'


def extent(count: int) -> str:
    """How much of the message a declaration reaches."""
    return "" if count == 1 else f" in {count} pieces of text"


def without_declarations(page: Page, find: Callable[[Run], Author | None]) -> Iterator[Edit]:
    """Take out each declaration that ``find`` names; of a ``font`` shorthand, style, weight and size stay."""
    for author, _run, _count in overridden(page, find):
        if author.written == "font" and not author.written.startswith("<"):
            yield from rewrite(page.document, author, _kept_of_font(author.text))
        else:
            yield from drop(page.document, author)


def _kept_of_font(text: str) -> Iterator[tuple[str, str]]:
    """What a ``font`` value sets besides line height and family (CSS Fonts 4, section 2.7)."""
    for token in tinycss2.parse_component_value_list(text, skip_comments=True):
        word = token.lower_value if token.type == "ident" else ""
        if word in ("italic", "oblique"):
            yield "font-style", word
        elif word == "small-caps":
            yield "font-variant", word
        elif word in ("bold", "bolder", "lighter") or (token.type == "number" and token.value >= 1):
            yield "font-weight", tinycss2.serialize([token])
        elif token.type in ("dimension", "percentage", "function") or word in SIZE_WORDS or word in ("smaller", "larger"):
            yield "font-size", tinycss2.serialize([token])
            return
