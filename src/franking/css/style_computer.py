"""Computed styles: the cascaded values turned into the values that the rules and the layout read.

For the properties that the policy forbids to override, the style also says which author declaration set them
(``origins``), through inheritance; None is the user agent's or the initial value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import attrgetter

from franking.css import text_properties, user_agent
from franking.css.computed_style import BASE_SIZE, INITIAL, MONOSPACE_SIZE, TRACKED, ComputedStyle, is_plain
from franking.css.computed_values import INHERITED_FIELDS, PROPERTIES
from franking.css.custom import custom_properties
from franking.css.declaration_origin import CascadedValue, CascadedValues, DeclarationOrigin, kinds
from franking.css.declarations import Pending, substituted
from franking.css.lengths import Length, Metrics
from franking.css.logical import sided
from franking.css.properties import LONGHANDS, SIZE_WORDS
from franking.css.registered import Registered
from franking.css.replaced_elements import REPLACED
from franking.css.values import Unmodelled, Value, Wide
from franking.css.variables import substitute
from franking.html.document import Element
from franking.html.never_shown import NEVER_SHOWN

_MONOSPACE = "monospace"
_MEDIUM_BORDER = 3.0  # CSS px
_BORDERS = tuple((f"border-{side}-style", f"border-{side}-width", f"border_{side}") for side in ("left", "right"))
_BORDER_NAMES = frozenset(name for *names, _field in _BORDERS for name in names)
_FONT = frozenset(["font-size", "font-family"])
_TRACKED = frozenset(TRACKED)
_INHERITED = attrgetter(*INHERITED_FIELDS)
# CSS Display 3, section 2.7.
_BLOCKIFYING = frozenset(["flex", "inline-flex", "grid", "inline-grid"])
_BLOCKIFIED = {
    "inline": "block",
    "inline-block": "block",
    "inline-table": "table",
    "inline-flex": "flex",
    "inline-grid": "grid",
    "table-cell": "block",
    "table-row": "block",
    "table-row-group": "block",
    "table-header-group": "block",
    "table-footer-group": "block",
    "table-caption": "block",
    "table-column": "block",
    "table-column-group": "block",
    "inline-list-item": "list-item",
    "ruby": "block",
    "ruby-text": "block",
}


class Computer:
    """Works out the computed style of one element, ``style``, from its cascaded values and its parent's style."""

    def __init__(
        self,
        element: Element,
        parent: ComputedStyle | None,
        cascaded: CascadedValues,
        width: float,
        root_size: float,
        quirks: bool,
        body_color: DeclarationOrigin | None,
        registered: Mapping[str, Registered],
    ) -> None:
        self.element = element
        self.parent = parent
        self.style = style = ComputedStyle(element=element)
        # 1. What the parent hands down.
        if parent is not None:
            for field, inherited in zip(INHERITED_FIELDS, _INHERITED(parent), strict=True):
                setattr(style, field, inherited)
            if quirks and element.tag == "table":
                self._reset_table(body_color)
        # 2. What the user agent declares; the element's own direction says where ``inline-start`` is.
        own_direction = cascaded.get("direction")
        if own_direction is not None and own_direction.value in ("ltr", "rtl"):
            style.direction = own_direction.value
        self.user_agent = user_agent.declared(element, style.direction)
        # 3. What authors declare, of properties that are read.
        style.own = self._authored(cascaded, registered)
        # 4. The font comes first: the lengths of all other properties may depend on it.
        self._font(width, root_size)
        self.metrics = Metrics(style.font_size, root_size, width)
        # 5. Each property by itself (``computed_values``).
        self._apply_user_agent()
        if style.own:
            self._track_origins()
            for name, cascaded_value in style.own.items():
                if name not in _FONT:
                    self._apply(name, cascaded_value.value)
        # 6. Values that depend on other properties or on the parent's box.
        if style.own or self.user_agent:
            self._border_widths()
            self._text_properties()
        if "zoom" in style.others:
            style.zoom *= style.others["zoom"]
        self._text_align()
        self._float_and_display()
        style.plain = is_plain(style) and (style.display == "none" or element.tag not in NEVER_SHOWN)

    def _reset_table(self, body_color: DeclarationOrigin | None) -> None:
        """Quirks Mode, section 3.4: tables reset these (font-family and, visibly, color are not reset)."""
        style = self.style
        style.white_space = "normal"
        style.font_size = MONOSPACE_SIZE if style.font_family == _MONOSPACE else BASE_SIZE
        style.font_weight = 400.0
        style.text_align = "start"
        self._forget("line-height", "text-align", "color")
        if body_color is not None:
            style.origins = {**style.origins, "color": body_color}  # a table takes the document's colour

    def _forget(self, *names: str) -> None:
        """The user agent's values replace those that authors set further out."""
        origins = self.style.origins
        if any(name in origins for name in names):
            self.style.origins = {name: origin for name, origin in origins.items() if name not in names}

    def _authored(self, cascaded: CascadedValues, registered: Mapping[str, Registered]) -> CascadedValues:
        """The cascaded values that are read: ``var()`` substituted, logical sides put where they belong."""
        style = self.style
        custom, pending = kinds(cascaded)
        if registered or custom:
            style.custom = custom_properties(cascaded, style.custom, registered, root=self.parent is None)
        if custom or pending:
            cascaded = {name: self._resolved(name, w) for name, w in cascaded.items() if not name.startswith("--")}
        cascaded = sided(cascaded) if style.direction == "rtl" else cascaded
        unread = [
            name
            for name, cascaded_value in cascaded.items()
            if name not in LONGHANDS or type(cascaded_value.value) is Unmodelled
        ]
        if unread:
            unmodelled = [(n, value) for n in unread if type(value := cascaded[n].value) is Unmodelled]
            style.unmodelled = {name: cascaded[name] for name, value in unmodelled if not value.raised}
            if len(style.unmodelled) < len(unmodelled):
                style.set_other("raised", max(value.raised for _, value in unmodelled))
            cascaded = {name: cascaded_value for name, cascaded_value in cascaded.items() if name not in unread}
        return cascaded

    def _resolved(self, name: str, cascaded_value: CascadedValue) -> CascadedValue:
        beside = self._resolved(name, cascaded_value.beside) if cascaded_value.beside is not None else None
        if not isinstance(cascaded_value.value, Pending):
            return cascaded_value if beside is None else replace(cascaded_value, beside=beside)
        tokens = substitute(cascaded_value.value.tokens, self.style.custom.get)
        value = substituted(cascaded_value.value.written, name, tokens)
        return replace(cascaded_value, value=value, below=None, beside=beside)

    def _declared(self, name: str) -> Value | None:
        """The author's value of a property, or else the user agent's; None where neither declares it."""
        cascaded_value = self.style.own.get(name)
        return self.user_agent.get(name) if cascaded_value is None or cascaded_value.value == "revert" else cascaded_value.value

    def _font(self, width: float, root_size: float) -> None:
        """The font's family and size (CSS Fonts 4, sections 2.1 and 2.5)."""
        style = self.style
        inherited, was_monospace = style.font_size, style.font_family == _MONOSPACE
        family = self._declared("font-family")
        if family is not None and not isinstance(family, Wide):
            style.font_family = str(family)
        elif family == "initial":
            style.font_family = INITIAL.font_family
        # Browsers size the lone generic ``monospace`` from a smaller default (13px instead of 16px).
        is_monospace = style.font_family == _MONOSPACE
        medium = MONOSPACE_SIZE if is_monospace else BASE_SIZE
        scale = 1.0 if is_monospace == was_monospace else 13 / 16 if is_monospace else 16 / 13
        style.font_size = relative = inherited * scale
        value = self._declared("font-size")
        if isinstance(value, Wide):
            if value in ("inherit", "unset"):
                style.font_size = inherited
            elif value == "initial":
                style.font_size = medium
        elif isinstance(value, str):
            if value in SIZE_WORDS:
                style.font_size = SIZE_WORDS[value] * medium / BASE_SIZE
            else:
                style.font_size = relative * (1.2 if value == "larger" else 1 / 1.2)
        elif callable(value):
            length: Length = value(Metrics(relative, root_size or BASE_SIZE, width))
            style.font_size = max(0.0, length.resolve(relative))

    def _apply_user_agent(self) -> None:
        style, declared = self.style, self.user_agent
        for name, value in declared.items():
            if name in PROPERTIES:
                self._apply(name, value)
        if not _TRACKED.isdisjoint(declared):
            self._forget(*declared)
        if self.element.tag == "th" and style.text_align == "start":  # HTML, section 15.3.8: centred by default
            style.text_align = "center"
            self._forget("text-align")
        if self.element.foreign and self.element.tag != "svg":
            style.display = "none"

    def _track_origins(self) -> None:
        """Note which author declarations set the tracked properties, here or further out."""
        own = self.style.own
        tracked = [name for name in TRACKED if name in own]
        if tracked:
            self.style.origins = dict(self.style.origins)
            for name in tracked:
                self._track(name, own[name])

    def _track(self, name: str, cascaded_value: CascadedValue) -> None:
        value, origins = cascaded_value.value, self.style.origins
        if isinstance(value, Wide) and value == "revert":
            return  # what the user agent's style sheet leaves of what is inherited
        if isinstance(value, Wide):
            inherits = value in ("inherit", "unset")
        elif (name == "line-height" and value == "normal") or value == "currentcolor":
            inherits = name == "color"
        else:
            origins[name] = cascaded_value.source.origin(self.element)
            return
        further_out = self.parent.origins if self.parent is not None else {}
        if inherits and name in further_out:
            origins[name] = further_out[name]
        else:
            origins.pop(name, None)

    def _apply(self, name: str, value: Value) -> None:
        """Set the computed value of one property from a declared one (CSS Cascade 4, section 4.4)."""
        if isinstance(value, Wide):
            self._apply_wide(name, value)
            return
        if callable(value):
            value = value(self.metrics)
        row = PROPERTIES.get(name)
        if row is None:
            self.style.set_other(name, value)
        else:
            setattr(self.style, row.field, row.compute(value) if row.compute is not None else value)

    def _apply_wide(self, name: str, value: Wide) -> None:
        """Set what a CSS-wide keyword stands for; ``revert`` leaves what is already set."""
        if value == "revert":
            return
        row, parent = PROPERTIES.get(name), self.parent
        if row is None:
            if value == "inherit" and parent is not None and (inherited := parent.others.get(name)) is not None:
                self.style.set_other(name, inherited)
        elif parent is not None and (value == "inherit" or (value == "unset" and row.inherited)):
            setattr(self.style, row.field, getattr(parent, row.field))
        else:
            setattr(self.style, row.field, row.initial)

    def _border_widths(self) -> None:
        """A border without a style has no width; one of no declared width is ``medium`` (CSS Backgrounds 3, section 3.3)."""
        if _BORDER_NAMES.isdisjoint(self.style.own) and _BORDER_NAMES.isdisjoint(self.user_agent):
            return
        for style_name, width_name, field in _BORDERS:
            style, width = self._declared(style_name), self._declared(width_name)
            if style is None or style in ("none", "hidden") or isinstance(style, Wide):
                setattr(self.style, field, 0.0)
            elif width is None or (isinstance(width, Wide) and not getattr(self.style, field)):
                setattr(self.style, field, _MEDIUM_BORDER)

    def _text_properties(self) -> None:
        style, own = self.style, self.style.own
        if not text_properties.NAMES.isdisjoint(self.user_agent):
            style.text_properties = text_properties.inherited(style.text_properties, self.user_agent, style.others)
        if own and not text_properties.NAMES.isdisjoint(own):
            values = {n: w.value for n, w in own.items()}
            style.text_properties = text_properties.inherited(style.text_properties, values, style.others)

    def _text_align(self) -> None:
        style = self.style
        if style.text_align in ("match-parent", "-webkit-match-parent"):
            style.text_align = self.parent.text_align if self.parent is not None else "start"
        if self.element.tag == "table" and style.text_align.startswith("-webkit-"):
            # Browsers never let <center> and align reach into a table: it falls back to the default.
            style.text_align = "start"
            self._forget("text-align")
        if style.text_align == "-webkit-auto":
            style.text_align = "start"

    def _float_and_display(self) -> None:
        """How ``position``, ``float`` and ``display`` bear on each other (CSS 2.2, section 9.7; CSS Display 3, section 2.7)."""
        style, parent = self.style, self.parent
        if style.floating in ("inline-start", "inline-end"):
            start = (style.floating == "inline-start") == (style.direction == "ltr")
            style.floating = "left" if start else "right"
        is_item = parent is not None and parent.blockifies
        out_of_flow = style.position in ("absolute", "fixed")
        if is_item or out_of_flow:
            style.floating = "none"
        if self.element.tag in REPLACED and style.display.startswith(("contents", "table-")):
            style.display = "none" if style.display == "contents" else "inline"  # CSS Display 3, appendix B, section 2.4
        if parent is None and style.display == "contents":
            style.display = "block"  # CSS Display 3, section 2.8
        if is_item or out_of_flow or style.floating != "none" or parent is None:
            style.display = _BLOCKIFIED.get(style.display, style.display)
        style.blockifies = style.display in _BLOCKIFYING or (is_item and style.display == "contents")
