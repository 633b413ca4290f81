"""Every image URL of a message at any width: in attributes of HTML and SVG, and in all CSS."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tinycss2

from franking.css.declarations import too_deep
from franking.css.lengths import Token
from franking.css.sheets import style_css
from franking.html.document import Document, Element

_ATTRIBUTES: dict[str, frozenset[str]] = {  # with the elements on which they request an image (none: all)
    "src": frozenset(["img", "input", "embed", "source", "image"]),
    "srcset": frozenset(),
    "imagesrcset": frozenset(),
    "poster": frozenset(),
    "background": frozenset(),
    "lowsrc": frozenset(),
    "dynsrc": frozenset(),
    "data": frozenset(["object"]),
    "href": frozenset(["image", "use", "feimage"]),
    "xlink:href": frozenset(["image", "use", "feimage"]),
}
_NAMES = frozenset(_ATTRIBUTES) | {"href"}
_LISTS = frozenset(["srcset", "imagesrcset"])
_SOUND = frozenset(["audio", "video"])
_STRINGS = frozenset(["url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"])
_NO_URLS = frozenset(["format", "type", "tech", "attr"])  # functions whose strings are none
_NO_PICTURES = frozenset("import namespace charset font-face".split())
_MAY_NAME = re.compile(r"url\(|src\(|image|cross-fade|\\")  # in lower case; an escape can encode any of them
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(?:\s+[^,()]*(?:\([^)]*\)[^,()]*)*)?,?")  # HTML, section 4.8.4.2.4


def picture_urls(document: Document) -> Iterator[tuple[Element, str]]:
    """The URLs with their elements, without references into the message itself (``#id``)."""
    for element in document.elements:
        for url in _of(element):
            url = url.strip()
            if url and not url.startswith("#"):
                yield element, url


def _of(element: Element) -> Iterator[str]:
    attrs, tag = element.attrs, element.tag.lower()
    if attrs and not _NAMES.isdisjoint(attrs):
        for name, tags in _ATTRIBUTES.items():
            value = attrs.get(name)
            if value is None or (tags and tag not in tags):
                continue
            if tag == "source" and element.parent is not None and element.parent.tag in _SOUND:
                continue
            if name in _LISTS:
                yield from (match[1] for match in _CANDIDATE.finditer(value))
            else:
                yield value
        if tag == "link" and _links_picture(attrs):
            yield attrs.get("href", "")
    if "style" in attrs:
        yield from _css(attrs["style"])
    if tag == "style":
        yield from _css(style_css(element))
    if element.foreign:  # fill="url(…)", filter, mask …
        yield from (url for name, value in attrs.items() if name != "style" and "url(" in value.lower() for url in _css(value))


def _links_picture(attrs: dict[str, str]) -> bool:
    relations = attrs.get("rel", "").lower().split()
    if any("icon" in relation or relation == "apple-touch-startup-image" for relation in relations):
        return True
    loads = "preload" in relations or "prefetch" in relations
    return loads and (attrs.get("as", "").strip().lower() == "image" or attrs.get("type", "").lower().startswith("image/"))


def _css(css: str) -> Iterator[str]:
    lower = css.lower()
    if not _MAY_NAME.search(lower) or too_deep(css):
        return
    tokens = tinycss2.parse_component_value_list(css, skip_comments=True)
    yield from _urls(tokens, strings=False, named="image-set(" in lower and "var(" in lower)


def _urls(tokens: list[Token], *, strings: bool, named: bool) -> Iterator[str]:
    """The URLs in values. With ``strings``, strings are URLs; with ``named``, strings of custom properties may be."""
    skipped = False  # in an at-rule whose URLs are no images
    custom = False  # in a custom property
    for token in tokens:
        if token.type == "at-keyword":
            skipped = skipped or token.lower_value in _NO_PICTURES
        elif token.type == "ident":
            custom = token.value.startswith("--")
        elif token.type == "literal" and token.value == ";":
            skipped = custom = False
        elif token.type == "{} block":
            if not skipped:
                yield from _urls(token.content, strings=False, named=named)
            skipped = False
        elif token.type == "string":
            if not skipped and (strings or (named and custom)):
                yield token.value
        elif not skipped:
            yield from _urls_of(token, strings=strings, named=named)


def _urls_of(token: Token, *, strings: bool, named: bool) -> Iterator[str]:
    """Those of one component of a value that is no string."""
    if token.type == "url":
        yield token.value
    elif token.type == "function" and token.lower_name not in _NO_URLS:
        yield from _urls(token.arguments, strings=strings or token.lower_name in _STRINGS, named=named)
    elif token.type in ("() block", "[] block"):
        yield from _urls(token.content, strings=strings, named=named)
