"""A message as a mail program shows it: HTML in, HTML out.

What a program does not support by caniemail's data is taken out: rules, declarations, attributes, and the tags of elements,
whose content stays. Its own font and colours are put before the message's style sheets, and in dark mode the message's
colours are rewritten. No element is removed or added (but for those that have the attribute ``data-franking``), so that
elements keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from franking.css.sheets import style_css, style_offset
from franking.html.document import Document, Element
from franking.mailbox.clients import Client, Palette
from franking.mailbox.conditional import HIDDEN, revealed
from franking.mailbox.data import support_data
from franking.mailbox.filtering import Filter
from franking.mailbox.matching import of_attribute, of_element

# Never taken out: without them there is no message. Their loss is in the notes of ``support``.
_KEPT = frozenset("html head body style title meta link base tr td th tbody thead tfoot col colgroup li".split())
_REPLACED = frozenset("audio video object svg canvas iframe select input button textarea meter progress".split())
_COLOR_ATTRIBUTES = {"bgcolor": "background", "color": "text", "text": "text", "link": "text"}
_WHITE = re.compile(r"(#fff|#ffffff|white)$")


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a client shows it. ``dark``: its canvas is dark."""

    html: str
    dark: bool
    palette: Palette


def seen(html: str, client: Client, *, dark: bool = False) -> Seen:
    """The message as ``client`` shows it, in ``dark`` or light mode."""
    source = revealed(html) if client.word else html
    document = Document(source)
    shown_dark = turns_dark(client, dark=dark, asks=asks_for_dark(document))
    palette = client.palette(shown_dark)
    filtering = filter_of(client, dark=dark)
    edits = [*_sheet_edits(document, filtering), *_attribute_edits(document, client, filtering)]
    edits.append((_head_end(document), _head_end(document), own_style(client, palette, dark=shown_dark)))
    out, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        out += [document.source[at:start], text]
        at = max(at, end)
    return Seen("".join([*out, document.source[at:]]), shown_dark, palette)


def turns_dark(client: Client, *, dark: bool, asks: bool) -> bool:
    """Whether a client's canvas is dark for a message that ``asks`` for it."""
    return dark and (client.dark_mode in ("partial", "full") or (asks and client.dark_mode == "honours"))


def filter_of(client: Client, *, dark: bool) -> Filter:
    """The filter of a client in light or dark mode, for one message."""
    follows = dark and client.dark_mode != "keeps"
    return Filter(client, dark=follows, recolored=follows and client.dark_mode != "honours")


def asks_for_dark(document: Document) -> bool:
    """Whether the message declares that it can be dark: ``color-scheme``, or ``supported-color-schemes`` as it was called
    before, in a ``<meta>`` or on the root (CSS Color Adjustment 1, section 2; HTML, section 4.2.5.1)."""
    return any(map(_asks, document.elements))


def _asks(element: Element) -> bool:
    if element.tag == "meta":
        words = element.attrs.get("content", "").lower().replace(",", " ").split()
        return element.attrs.get("name", "").strip().lower() in _SCHEMES and "dark" in words
    if element.tag == "style":
        return _SCHEME.search(style_css(element)) is not None
    return element.tag in ("html", "body") and _SCHEME.search(element.attrs.get("style", "")) is not None


_SCHEMES = ("color-scheme", "supported-color-schemes")
_SCHEME = re.compile(r"(?<![\w(-])(?:supported-)?color-schemes?\s*:[^;}]*\bdark\b", re.IGNORECASE)


def own_style(client: Client, palette: Palette, *, dark: bool) -> str:
    """The client's style sheet: the message's rules come later and win."""
    rules = [
        f"html{{background:{palette.canvas};color-scheme:{'dark' if dark else 'light'}}}",
        f"body{{margin:0;color:{palette.text};font:{client.size}px/{client.line_height} {client.font}}}",
        f"a:where([href]){{color:{palette.link}}}",
        f"[{HIDDEN}]{{display:none!important}}",
    ]
    if dark and client.dark_mode == "honours":  # pure white becomes the canvas; #fffffe would not
        rules.append(f"[data-franking-white]{{background-color:{palette.canvas}!important}}")
    return f"<style data-franking>{''.join(rules)}</style>"


def _head_end(document: Document) -> int:
    """Behind the head's start tag, or where the head begins that the parser made."""
    head = next((e for e in document.elements if e.tag == "head"), document.root)
    location = head.node.source_location
    if location is not None:
        return int(location.start_tag.end_offset)
    match = re.match(r"\s*(<!doctype[^>]*>)?\s*(<html[^>]*>)?", document.source, re.IGNORECASE)
    return match.end() if match is not None else 0


def _sheet_edits(document: Document, filtering: Filter) -> list[tuple[int, int, str]]:
    edits: list[tuple[int, int, str]] = []
    for element in document.elements:
        if element.tag != "style" or element.foreign or not element.children:
            continue
        css, start = style_css(element), style_offset(element)
        edits.append((start, start + len(css), filtering.sheet(css)))
    return edits


def _attribute_edits(document: Document, client: Client, filtering: Filter) -> list[tuple[int, int, str]]:
    edits: list[tuple[int, int, str]] = []
    for element in document.elements:
        location = element.node.source_location
        if location is None or element.foreign:
            continue
        own = style_of(element.tag, element.attrs, client, filtering)
        for name, value in element.attrs.items():
            span = location.attrs.get(name)
            new = attribute_of(element.tag, name, value, client, filtering) if name != "style" else own
            if span is not None and new is not None and (new != value or not value):
                edits.append((span.start_offset, span.end_offset, f'{name}="{escape(new)}"' if new else ""))
        behind = location.start_tag.start_offset + 1 + len(element.tag)
        if own and "style" not in element.attrs:
            edits.append((behind, behind, f' style="{escape(own)}"'))
        if filtering.dark and client.dark_mode == "honours" and is_white(element.attrs.get("style", "")):
            edits.append((behind, behind, " data-franking-white"))
    return edits


def is_white(style: str) -> bool:
    """Whether a ``style`` attribute has a white background."""
    declared = re.findall(r"background(?:-color)?\s*:\s*([^;]+)", style.lower())
    return bool(declared and _WHITE.match(declared[-1].strip()))


def style_of(tag: str, attrs: Mapping[str, str], client: Client, filtering: Filter) -> str:
    """The new ``style`` attribute: that of an element whose tag is dropped makes it a box-less part of its parent."""
    if tag not in _KEPT and _unsupported(of_element(tag, attrs), client):
        return "display:none" if tag in _REPLACED else "all:unset;display:contents"
    return filtering.attribute(attrs.get("style", ""), tag)


def attribute_of(tag: str, name: str, value: str, client: Client, filtering: Filter) -> str | None:
    """The new value of an attribute: "" takes it out, None leaves it."""
    if tag == "meta" and name == "name" and value.strip().lower() in _SCHEMES:
        return ""  # the canvas is this module's
    if name in _COLOR_ATTRIBUTES:
        return filtering.colored(value, "background" if _COLOR_ATTRIBUTES[name] == "background" else "text")
    return "" if _unsupported(of_attribute(tag, name, value.strip().lower()), client) else None


def _unsupported(slugs: Iterable[str], client: Client) -> bool:
    data = support_data()
    return any(data.result(slug, client.name).support == "no" for slug in slugs)
