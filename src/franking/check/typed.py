"""The three rules about overridden type share one walk: which author declaration reaches which visible text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from franking.check.css.cascade import Author
from franking.check.page import Page, Run


def overridden(page: Page, find: Callable[[Run], Author | None]) -> Iterator[tuple[Author, Run, int]]:
    """Each author declaration that ``find`` names for some visible text, with the first run and the number of runs."""
    seen: dict[tuple[int, str], tuple[Author, Run, int]] = {}
    for run in page.runs:
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
