"""What mail programs make of messages, as tables for a page without Python: the gallery.

A program's view of a message depends on its style sheets, and on each attribute by itself. All messages of a theme have
the same few of them, so that one table for all replaces a copy of each message for each program. A page that applies a table
(``gallery_seen.js``) makes of a message what ``seen`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Any

from franking.html.document import Document
from franking.mailbox.clients import CLIENTS, Client
from franking.mailbox.conditional import comments, revealed
from franking.mailbox.data import support_data
from franking.mailbox.seen import asks_for_dark, attribute_of, filter_of, is_white, own_style, style_of, turns_dark

_NO_HTML = re.compile(r"<!--.*?-->|<svg\b.*?</svg>|<math\b.*?</math>", re.DOTALL | re.IGNORECASE)
_SHEET = re.compile(r"(<style\b[^>]*>)(.*?)</style>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
# Attributes with a message's own values, which no program drops by their value.
_OWN = frozenset("alt content href id lang src title class colspan rowspan".split())
Attribute = tuple[str, str, str]  # tag, name, value


@dataclass(slots=True)
class Parts:
    """What of messages a program's view depends on: each distinct one of their attributes, tags, style sheets (all of a message
    together) and conditional comments."""

    attributes: set[Attribute] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    sheets: set[tuple[str, ...]] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)

    def add(self, html: str) -> None:
        """Take in a message. Its source is that of a serializer: attributes have quotation marks, text has none of ``<``."""
        self.comments.update(comments(html))
        for source in {_NO_HTML.sub("", html), _NO_HTML.sub("", revealed(html))}:
            self.sheets.add(tuple(sheet for _, sheet in _SHEET.findall(source) if sheet))
            for tag, written in set(_TAG.findall(_SHEET.sub(r"\1", source))):
                name, attributes = _start_tag(tag, written)
                self.tags.add(name)
                self.attributes.update(attributes)


@lru_cache(maxsize=4096)
def _start_tag(tag: str, written: str) -> tuple[str, tuple[Attribute, ...]]:
    name = tag.lower()
    found = ((a.lower(), unescape(one or two or three)) for a, one, two, three in _ATTRIBUTE.findall(written))
    return name, tuple((name, attribute, value) for attribute, value in found if attribute not in _OWN)


def asks(html: str) -> bool:
    """Whether a message declares that it can be dark."""
    return "color-scheme" in html and asks_for_dark(Document(html))


def edition() -> str:
    """Of the data that tables are made from."""
    return f"{support_data().package} {support_data().updated}"


def tables(parts: Parts) -> dict[str, Any]:
    """``{view: {"reveal", "sheets", "tags", "attributes", "white", "own"}}`` by ``view_name``. ``own`` is the program's style
    element for a message that asks for dark, and for one that does not."""
    views = ((c, dark) for c in CLIENTS for dark in (False, True) if not dark or c.dark_mode != "keeps")
    return {view_name(c, dark=dark): _table(c, parts, dark=dark) for c, dark in views}


def view_name(client: Client, *, dark: bool) -> str:
    """``gmail``, ``apple-mail dark``; a client that keeps its colours has no dark one."""
    return f"{client.name} dark" if dark and client.dark_mode != "keeps" else client.name


def _table(client: Client, parts: Parts, *, dark: bool) -> dict[str, Any]:
    filtering = filter_of(client, dark=dark)
    changed = {}
    for tag, name, value in sorted(parts.attributes):
        new = filtering.attribute(value, tag) if name == "style" else attribute_of(tag, name, value, client, filtering)
        if new is not None and (new != value or not value):
            changed[f"{tag} {name}={value}"] = new
    dropped = {tag: style_of(tag, {}, client, filtering) for tag in sorted(parts.tags)}
    honours = dark and client.dark_mode == "honours"
    return {
        "reveal": _revealed(parts.comments) if client.word else [],
        "sheets": {"\0".join(sheets): _sheets(sheets, client, dark) for sheets in sorted(parts.sheets)},
        "tags": {tag: style for tag, style in dropped.items() if style},
        "attributes": changed,
        "white": sorted({v for _, name, v in parts.attributes if name == "style" and is_white(v)}) if honours else [],
        "own": [_own(client, dark, asking) for asking in (True, False)],
    }


def _revealed(found: Iterable[str]) -> list[tuple[str, str]]:
    """Each conditional comment and what Word reads in its place; the longest first, since one may be a part of another."""
    pairs = ((one, revealed(one)) for one in sorted(found, key=lambda text: (-len(text), text)))
    return [(one, other) for one, other in pairs if one != other]


def _sheets(sheets: tuple[str, ...], client: Client, dark: bool) -> list[str]:
    filtering = filter_of(client, dark=dark)
    return [filtering.sheet(css) for css in sheets]


def _own(client: Client, dark: bool, asking: bool) -> str:
    shown = turns_dark(client, dark=dark, asks=asking)
    return own_style(client, client.palette(shown), dark=shown)


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Two results of ``tables`` as one."""
    return {view: _joined(old.get(view, {}), table) for view, table in new.items()}


def _joined(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    joined = dict(new)
    for name in ("sheets", "tags", "attributes"):
        joined[name] = {**old.get(name, {}), **new[name]}
    joined["white"] = sorted({*old.get("white", []), *new["white"]})
    pairs = {tuple(pair) for pair in [*old.get("reveal", []), *new["reveal"]]}
    joined["reveal"] = sorted(pairs, key=lambda pair: (-len(pair[0]), pair))
    return joined
