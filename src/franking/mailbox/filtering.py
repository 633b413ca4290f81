"""What a mail program leaves of a style sheet and of a ``style`` attribute.

Dropped is what caniemail reports as not supported, and what a note reports as unsupported for such a use ("Partial. Negative
values are not supported."). What a note calls buggy stays: it is shown otherwise, in a way that no style sheet can imitate.
Gmail's limits are from its bugs: https://github.com/hteumeuleu/email-bugs/issues/90 (size) and issues/21 (at-rules).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from franking.mailbox.blocks import Block, Declared, blocks_of, declarations_of
from franking.mailbox.clients import Client
from franking.mailbox.dark import Recoloring, Role, role_of
from franking.mailbox.data import support_data
from franking.mailbox.matching import of_at_rule, of_declaration, of_selector
from franking.mailbox.notes import Use, concerns

_SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
# Partly supported in a way that still shows the value, or a part of it.
_STAY = frozenset(("css-border", "css-background", "css-border-radius", "css-word-break", "css-gap", "css-at-font-face"))


class Filter:
    """The filter of one client for one message. ``recolored``: its dark mode rewrites colours."""

    def __init__(self, client: Client, *, dark: bool, recolored: bool) -> None:
        self.client = client
        self.dark = dark
        self._recoloring = Recoloring.of(client) if recolored else None
        self._length = 0  # of the style elements so far, in characters

    def sheet(self, css: str) -> str:
        """A style element's CSS. Call it in document order: Gmail limits the length of all together."""
        blocks = blocks_of(css)
        limit = self.client.sheet_limit
        if limit is not None:
            self._length += len(css)
            if self._length > limit or any(inner.at for block in blocks if block.at for inner in block.blocks):
                return ""
        return "\n".join(filter(None, (self._block(block) for block in blocks)))

    def attribute(self, css: str, tag: str) -> str:
        """A ``style`` attribute of an element with a tag."""
        declared = declarations_of(css)
        if any(self._strips_all(one) for one in declared):
            return ""
        return self._declarations(declared, frozenset((tag,)), inline=True, plain=False)

    def colored(self, value: str, role: Role) -> str:
        """A colour in an attribute such as ``bgcolor``."""
        return self._recoloring.color(value, role) if self._recoloring is not None else value

    def _block(self, block: Block, *, plain: bool = False) -> str:
        """A rule. ``plain``: dark mode leaves its colours, because it is the message's own rule for it."""
        if not block.at:
            return self._style_rule(block, plain)
        prelude = block.prelude
        uses = [Use(slug, block.at, prelude.lower(), "", frozenset(), 0, 0) for slug in of_at_rule(block.at, prelude.lower())]
        if any(self._refuses(use) for use in uses):
            return ""
        match = _SCHEME.search(prelude)
        if match is not None:
            applies = (match[1].lower() == "dark") == self.dark
            prelude = _SCHEME.sub("(min-width:0)" if applies else "(max-width:0)", prelude)
            plain = plain or (applies and self.dark)
        inner = "\n".join(filter(None, (self._block(b, plain=plain) for b in block.blocks)))
        own = self._declarations(block.declarations, frozenset(), inline=False, plain=plain)
        if not inner and not own:
            return "" if block.blocks or block.declarations else f"@{block.at} {prelude};"
        return f"@{block.at} {prelude} {{ {own}{inner} }}"

    def _style_rule(self, block: Block, plain: bool) -> str:
        slugs = of_selector(block.prelude.lower())
        if any(self._refuses(Use(slug, "", "", "", frozenset(), 0, 0)) for slug in slugs):
            return ""
        nested = "" if self._no("css-nesting") else "".join(self._block(inner, plain=plain) for inner in block.blocks)
        tag = re.search(r"([a-z][\w-]*)(?:[.#:\[][^\s>+~]*)?$", block.prelude.lower())
        tags = frozenset((tag[1],)) if tag is not None and "," not in block.prelude else frozenset[str]()
        declared = self._declarations(block.declarations, tags, inline=False, plain=plain)
        return f"{block.prelude} {{ {declared} {nested} }}" if declared or nested else ""

    def _declarations(self, declared: Iterable[Declared], tags: frozenset[str], *, inline: bool, plain: bool) -> str:
        kept = []
        for one in declared:
            if self.client.word and one.name == "mso-padding-alt":
                kept.append(f"padding: {one.written}")
                continue
            uses = (
                Use(slug, one.name, one.value, one.text, tags, 0, 0, inline)
                for slug in of_declaration(one.name, one.value, one.important)
            )
            if any(self._refuses(use) for use in uses):
                if one.name == "height" and self.client.name == "yahoo":  # caniemail: it becomes min-height
                    kept.append(f"min-height: {one.written}")
                continue
            kept.append(self._recolored(one) if not plain else one.text)
        return "; ".join(kept)

    def _recolored(self, one: Declared) -> str:
        role = role_of(one.name)
        if self._recoloring is None or role is None:
            return one.text
        return f"{one.name}: {self._recoloring.value(one.written, role)}{' !important' if one.important else ''}"

    def _no(self, slug: str) -> bool:
        return support_data().result(slug, self.client.name).support == "no"

    def _refuses(self, use: Use) -> bool:
        """Whether the client drops what uses a feature so."""
        result = support_data().result(use.slug, self.client.name)
        if result.support == "no":
            return True
        if result.support != "partial" or use.slug in _STAY:
            return False
        partial = (note for note in result.notes if not note.startswith("Buggy"))
        return any(concerns(note, use) for note in partial)

    def _strips_all(self, one: Declared) -> bool:
        """Whether a declaration makes the client drop the whole attribute (Gmail, of the ``rgb()`` without commas)."""
        for slug in of_declaration(one.name, one.value, one.important):
            result = support_data().result(slug, self.client.name)
            if any("whole attribute" in n and concerns(n, _bare(slug, one)) for n in result.notes):
                return True
        return False


def _bare(slug: str, one: Declared) -> Use:
    return Use(slug, one.name, one.value, one.text, frozenset(), 0, 0)
