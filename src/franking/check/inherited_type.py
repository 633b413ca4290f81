"""Shared by the rules about overridden fonts: which author declaration applies to which visible text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tinycss2

from franking.check.edits import Edit, drop, rewrite
from franking.check.page import Page, Run
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.properties import SIZE_WORDS


def overridden(page: Page, find: Callable[[Run], DeclarationOrigin | None]) -> Iterator[tuple[DeclarationOrigin, Run, int]]:
    """Each author declaration that ``find`` returns for a visible text, with the first text and the number of texts."""
    seen: dict[tuple[int, str], tuple[DeclarationOrigin, Run, int]] = {}
    for run in page.styled_runs:
        origin = find(run) if run.style.origins else None
        if origin is None:
            continue
        key = (origin.offset(), origin.written)
        known = seen.get(key)
        seen[key] = (origin, run, 1) if known is None else (known[0], known[1], known[2] + 1)
    yield from seen.values()


def written(origin: DeclarationOrigin) -> str:
    """A declaration or attribute as the author wrote it, shortened for a message."""
    if origin.written.startswith("<"):
        return origin.written
    text = origin.text if len(origin.text) <= 40 else origin.text[:39] + "…"
    style = origin.element.tag == "style" or origin.written in origin.element.attrs.get("style", "").lower()
    return f"{origin.written}: {text}" if style else f'{origin.written}="{text}"'


def extent(count: int) -> str:
    """How much of the message a declaration affects."""
    return "" if count == 1 else f" in {count} pieces of text"


def without_declarations(page: Page, find: Callable[[Run], DeclarationOrigin | None]) -> Iterator[Edit]:
    """Remove each declaration that ``find`` returns; style, weight and size of a ``font`` shorthand stay."""
    for origin, _run, _count in overridden(page, find):
        if origin.written == "font" and not origin.written.startswith("<"):
            yield from rewrite(page.document, origin, _kept_of_font(origin.text))
        else:
            yield from drop(page.document, origin)


def _kept_of_font(text: str) -> Iterator[tuple[str, str]]:
    """The values of a ``font`` shorthand without line height and family (CSS Fonts 4, section 2.7)."""
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
