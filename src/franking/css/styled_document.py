"""A document with its cascade and its computed styles. Two stages use them: the text part is derived from them, and the rules
check them."""

from __future__ import annotations

from functools import cached_property

from franking.css.cascade import Cascade
from franking.css.styles import Styles, compute
from franking.css.viewport import names_viewport
from franking.html.document import Document


class StyledDocument:
    """A document; its styles are computed on first use."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._styles: dict[object, Styles] = {}
        self._first: Styles | None = None  # of the first width, unless a viewport unit sets widths apart

    @cached_property
    def cascade(self) -> Cascade:
        """The cascade of the document."""
        return Cascade(self.document)

    @cached_property
    def _names_viewport(self) -> bool:
        return names_viewport(self.document)

    def state(self, width: float) -> object:
        """What the styles at a width (CSS px) depend on: the active conditional rules, and the width if a viewport unit is
        used. At equal states the styles are the same."""
        active = tuple([rule.holds(width) for rule in self.cascade.sheets.rules if rule.media])
        return active, width if self._names_viewport else None

    def styles(self, width: float) -> Styles:
        """The computed styles at a width (CSS px)."""
        state = self.state(width)
        found = self._styles.get(state)
        if found is None:
            cascade = self.cascade
            cascaded = cascade.at(width)
            found = compute(self.document, cascaded, float(width), self._first, cascade.sheets.registered, cascade.recurs)
            self._styles[state] = found
            if self._first is None and not self._names_viewport:
                self._first = found
        return found
