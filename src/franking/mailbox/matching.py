"""Which of caniemail's features a piece of a message uses. A feature is named by caniemail's slug.

Features that are nothing in the message's own HTML or CSS (the doctype, comments) are in ``NOT_IN_MESSAGES``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from franking.mailbox.data import support_data

NOT_IN_MESSAGES = frozenset(("css-comments", "html-comments", "html-doctype", "css-cursor"))

_SIDES = ("top", "right", "bottom", "left")
_CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right")
_FLOW = ("inline", "block")
_ENDS = ("start", "end")
_PARTS = ("width", "style", "color")
# Properties of the features that are not named after the one property that they are about.
_PROPERTIES: dict[str, tuple[str, ...]] = {
    "css-block-inline-size": ("block-size", "inline-size"),
    "css-border": (
        "border", *(f"border-{p}" for p in _PARTS), *(f"border-{s}" for s in _SIDES),
        *(f"border-{s}-{p}" for s in _SIDES for p in _PARTS),
    ),
    "css-border-image": ("border-image", *(f"border-image-{p}" for p in ("source", "slice", "width", "outset", "repeat"))),
    "css-border-inline-block": ("border-inline", "border-block"),
    "css-border-inline-block-individual": tuple(f"border-{f}-{e}" for f in _FLOW for e in _ENDS),
    "css-border-inline-block-longhand": (
        *(f"border-{f}-{p}" for f in _FLOW for p in _PARTS),
        *(f"border-{f}-{e}-{p}" for f in _FLOW for e in _ENDS for p in _PARTS),
    ),
    "css-border-radius": ("border-radius", *(f"border-{c}-radius" for c in _CORNERS)),
    "css-border-radius-logical": tuple(f"border-{a}-{b}-radius" for a in _ENDS for b in _ENDS),
    "css-column-count": ("column-count",),
    "css-column-layout-properties": (
        "columns", "column-width", "column-fill", "column-span", "column-rule", *(f"column-rule-{p}" for p in _PARTS),
    ),
    "css-font": ("font",),
    "css-gap": ("gap", "column-gap", "row-gap", "grid-gap"),
    "css-grid-template": ("grid-template", "grid-template-columns", "grid-template-rows", "grid-template-areas"),
    "css-inline-size": (),
    "css-inset": ("inset", *(f"inset-{f}" for f in _FLOW), *(f"inset-{f}-{e}" for f in _FLOW for e in _ENDS)),
    "css-left-right-top-bottom": _SIDES,
    "css-margin": ("margin", *(f"margin-{s}" for s in _SIDES)),
    "css-margin-block-start-end": ("margin-block-start", "margin-block-end"),
    "css-margin-inline-block": ("margin-inline", "margin-block"),
    "css-margin-inline-start-end": ("margin-inline-start", "margin-inline-end"),
    "css-overflow": ("overflow", "overflow-x", "overflow-y", "overflow-block", "overflow-inline"),
    "css-padding": ("padding", *(f"padding-{s}" for s in _SIDES)),
    "css-padding-block-start-end": ("padding-block-start", "padding-block-end"),
    "css-padding-inline-block": ("padding-inline", "padding-block"),
    "css-padding-inline-start-end": ("padding-inline-start", "padding-inline-end"),
    "css-scroll-snap": ("scroll-snap-type", "scroll-snap-align", "scroll-snap-stop", "scroll-padding", "scroll-margin"),
    "css-text-emphasis": ("text-emphasis", "text-emphasis-style", "text-emphasis-color"),
    "css-transition": ("transition", *(f"transition-{p}" for p in ("property", "duration", "delay", "timing-function"))),
    "css-animation": ("animation", *(f"animation-{p}" for p in ("name", "duration", "delay", "iteration-count"))),
}  # fmt: skip
# Features of values, selectors and at-rules, which begin like features of properties.
_OTHERS = ("css-at-", "css-pseudo-", "css-selector-", "css-unit-", "css-function-", "css-display-")
_NO_PROPERTY = frozenset(
    "css-important css-intrinsic-size css-modern-color css-nesting css-rgb css-rgba css-sytem-ui css-variables "
    "css-linear-gradient css-radial-gradient css-conic-gradient css-flex-direction css-flex-wrap css-inert-attribute".split()
)
_FUNCTIONS = {
    "calc": "css-unit-calc", "clamp": "css-function-clamp", "min": "css-function-min", "max": "css-function-max",
    "light-dark": "css-function-light-dark", "rgb": "css-rgb", "rgba": "css-rgba", "var": "css-variables",
    "linear-gradient": "css-linear-gradient", "radial-gradient": "css-radial-gradient",
    "conic-gradient": "css-conic-gradient", **dict.fromkeys(("lch", "oklch", "lab", "oklab"), "css-modern-color"),
    "fit-content": "css-intrinsic-size",
}  # fmt: skip
_CALL = re.compile(r"(?<![\w-])([a-z][a-z-]*)\(")
_UNIT = re.compile(r"(?<![\w#-])[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(%|[a-z]+)")
_WORD = re.compile(r"(?<![\w-])[a-z-]+(?![\w(-])")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|url\([^)]*\)")
_KEYWORDS = {
    **dict.fromkeys(("fit-content", "min-content", "max-content"), "css-intrinsic-size"),
    "initial": "css-unit-initial",
}
_VALUES = {
    ("display", "flex"): "css-display-flex", ("display", "inline-flex"): "css-display-flex",
    ("display", "grid"): "css-display-grid", ("display", "inline-grid"): "css-display-grid",
    ("display", "none"): "css-display-none", ("flex-direction", "column"): "css-flex-direction",
    ("flex-direction", "column-reverse"): "css-flex-direction", ("flex-wrap", "wrap"): "css-flex-wrap",
}  # fmt: skip
_SYSTEM_FONT = re.compile(r"(?<![\w-])(system-ui|ui-serif|ui-sans-serif|ui-rounded|ui-monospace)(?![\w-])")

_MEDIA = {
    "hover": re.compile(r"\(\s*(any-)?hover\b"), "orientation": re.compile(r"\(\s*orientation\b"),
    "prefers-color-scheme": re.compile(r"prefers-color-scheme"),
    "prefers-reduced-motion": re.compile(r"prefers-reduced-motion"), "device-pixel-ratio": re.compile("device-pixel-ratio"),
}  # fmt: skip
_PSEUDO = re.compile(r"(?<!:)(::?)([a-z-]+)")
_SELECTORS = {
    "css-selector-attribute": re.compile(r"\["), "css-selector-class": re.compile(r"\.[\w-]"),
    "css-selector-id": re.compile(r"#[\w-]"), "css-selector-universal": re.compile(r"(?<![\w|])\*"),
    "css-selector-child": re.compile(">"), "css-selector-adjacent-sibling": re.compile(r"\+"),
    "css-selector-general-sibling": re.compile("~"), "css-selector-grouping": re.compile(","),
    "css-selector-type": re.compile(r"(?:^|[\s>+~,(])[a-z][\w-]*"),
    "css-selector-chaining": re.compile(r"[.#][\w-]+[.#]"),
    "css-selector-descendant": re.compile(r"[\w\])*]\s+[\w.#\[:*]"),
}  # fmt: skip
_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)")

_LISTED = {
    **{f"h{n}": "html-h1-h6" for n in range(1, 7)}, **dict.fromkeys(("ul", "ol", "dl"), "html-lists"),
    **dict.fromkeys(
        "article aside details figcaption figure footer header main mark nav section summary time".split(), "html-semantics"
    ),
    "li": "html-lists", "map": "html-image-maps", "strong": "html-strong",
}  # fmt: skip
_TYPED = ("input", "button")


@cache
def _by_property() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for slug in support_data().features:
        if not slug.startswith("css-") or slug in NOT_IN_MESSAGES or slug in _NO_PROPERTY or slug.startswith(_OTHERS):
            continue
        for name in _PROPERTIES.get(slug, (slug.removeprefix("css-"),)):
            found.setdefault(name, []).append(slug)
    return {name: tuple(slugs) for name, slugs in found.items()}


def of_declaration(name: str, value: str, important: bool) -> Iterator[str]:
    """The features of a declaration. ``name`` and ``value`` are in lower case."""
    if name.startswith("--"):
        yield "css-variables"
        return
    yield from _by_property().get(name, ())
    bare = _QUOTED.sub(" ", value)
    yield from _known(_FUNCTIONS.get(call) for call in _CALL.findall(bare))
    units = set(_UNIT.findall(bare))
    yield from _known("css-unit-percent" if unit == "%" else f"css-unit-{unit}" for unit in sorted(units))
    words = set(_WORD.findall(bare))
    yield from _known(slug for word, slug in _KEYWORDS.items() if word in words)
    yield from _known(slug for (of, word), slug in _VALUES.items() if of == name and word in words)
    if name in ("font", "font-family") and _SYSTEM_FONT.search(bare):
        yield "css-sytem-ui"
    if important:
        yield "css-important"


def of_at_rule(name: str, prelude: str) -> Iterator[str]:
    """The features of an at-rule, without those of its content. Both are in lower case."""
    if name != "media":
        yield from _known((f"css-at-{name.removeprefix('-webkit-')}",))
        return
    yield "css-at-media"
    yield from _known(f"css-at-media-{feature}" for feature, pattern in _MEDIA.items() if pattern.search(prelude))


def of_selector(selector: str) -> Iterator[str]:
    """The features of a selector list, in lower case."""
    for colons, name in _PSEUDO.findall(selector):
        element = colons == "::" or name in ("before", "after", "first-line", "first-letter")
        yield from _known((f"css-pseudo-{'element' if element else 'class'}-{name}",))
    bare = _BRACKETS.sub(lambda m: "[]" if m[0][0] == "[" else "", selector)
    yield from _known(slug for slug, pattern in _SELECTORS.items() if pattern.search(bare))


def of_element(tag: str, attrs: Mapping[str, str]) -> Iterator[str]:
    """The features of an element's tag, without those of its attributes."""
    if tag in _TYPED:
        yield from _known((f"html-{tag}-{attrs.get('type', 'text' if tag == 'input' else 'submit').lower()}",))
        return
    yield from _known((_LISTED.get(tag, f"html-{tag}"),))


def of_attribute(tag: str, name: str, value: str) -> Iterator[str]:
    """The features of an attribute, in lower case."""
    if tag == "meta":
        if name == "name" and value in ("color-scheme", "supported-color-schemes"):
            yield "html-meta-color-scheme"
        return
    if name == "href" and value.startswith("#") and len(value) > 1:
        yield "html-anchor-links"
    elif name == "href" and value.startswith("mailto:"):
        yield "html-mailto-links"
    elif name == "loading":
        yield "html-loading-attribute"
    elif name in ("srcset", "sizes"):
        yield "html-srcset"
    elif name == "inert":
        yield "css-inert-attribute"
    elif name in _ATTRIBUTES:
        yield from _known((f"html-{name}",))


_ATTRIBUTES = frozenset(
    "align aria-describedby aria-hidden aria-label aria-labelledby aria-live background cellpadding cellspacing dir height "
    "hidden lang popover required role target valign width".split()
)


def _known(slugs: Iterable[str | None]) -> Iterator[str]:
    features = support_data().features
    return (slug for slug in slugs if slug is not None and slug in features and slug not in NOT_IN_MESSAGES)
