"""Computed styles: the cascade's winners turned into the values that the rules and the layout read.

For the properties that the policy forbids to override, the style also says which author declaration set them
(``origins``), through inheritance; None is the user agent's or the initial value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from franking.css import defaults, text_properties
from franking.css.computed_style import AUTO, BASE_SIZE, FIELDS, INITIAL, MONOSPACE_SIZE, TRACKED, ComputedStyle
from franking.css.custom import custom_properties
from franking.css.declaration_origin import CascadedValue, CascadedValues, DeclarationOrigin, kinds
from franking.css.declarations import Pending, interpret
from franking.css.lengths import Length, Metrics
from franking.css.logical import sided
from franking.css.properties import INHERITED, LONGHANDS, SIZE_WORDS
from franking.css.registered import Registered
from franking.css.values import Unmodelled, Value, Wide
from franking.css.variables import substitute
from franking.html.document import Element


class Computer:
    """Works out the computed style of one element, ``style``, from its winners and its parent's style."""

    def __init__(
        self,
        element: Element,
        parent: ComputedStyle | None,
        winners: CascadedValues,
        width: float,
        root_size: float,
        quirks: bool,
        body_color: DeclarationOrigin | None,
        registered: Mapping[str, Registered],
    ) -> None:
        self.body_color = body_color
        self.element = element
        self.parent = parent
        self.style = style = ComputedStyle(element=element)
        self._inherit(parent, quirks)
        own_direction = winners.get("direction")
        if own_direction is not None and own_direction.value in ("ltr", "rtl"):
            style.direction = own_direction.value
        self._defaults()
        custom, pending = kinds(winners)
        if registered or custom:
            style.custom = custom_properties(winners, style.custom, registered, root=parent is None)
        # A <font face> or <body text> still counts as the user agent's font until an author value replaces it.
        self.winners = winners
        if custom or pending:
            self.winners = {name: self._resolved(name, w) for name, w in winners.items() if not name.startswith("--")}
        unread = [name for name, winner in self.winners.items() if name not in LONGHANDS or type(winner.value) is Unmodelled]
        if unread:
            style.unmodelled = {n: self.winners[n] for n in unread if type(self.winners[n].value) is Unmodelled}
            self.winners = {name: winner for name, winner in self.winners.items() if name not in unread}
        if style.direction == "rtl":
            self.winners = sided(self.winners)
        style.own = self.winners
        self._font(width, root_size)
        self.metrics = Metrics(style.font_size, root_size, width)
        if style.own:
            self._apply()
        self._adjust()

    def _resolved(self, name: str, winner: CascadedValue) -> CascadedValue:
        if not isinstance(winner.value, Pending):
            return winner
        tokens = substitute(winner.value.tokens, self.style.custom.get)
        expanded = interpret(winner.value.written, tokens, False) if tokens is not None else []
        return CascadedValue(dict(expanded).get(name, Wide("unset")), winner.rank, winner.source)

    def _inherit(self, parent: ComputedStyle | None, quirks: bool) -> None:
        style = self.style
        if parent is None:
            return
        style.text_align = parent.text_align
        style.text_align_last = parent.text_align_last
        style.direction = parent.direction
        style.visibility = parent.visibility
        style.white_space = parent.white_space
        style.border_collapse = parent.border_collapse
        style.border_spacing = parent.border_spacing
        style.font_family = parent.font_family
        style.font_size = parent.font_size
        style.font_weight = parent.font_weight
        style.overflow_wrap = parent.overflow_wrap
        style.word_break = parent.word_break
        style.text_properties, style.zoom = parent.text_properties, parent.zoom
        style.origins = parent.origins
        style.custom = parent.custom
        if self.element.tag == "table" and quirks:
            # Quirks Mode, section 3.4: tables reset these (font-family and, visibly, color are not reset).
            style.white_space = "normal"
            style.font_size = MONOSPACE_SIZE if style.font_family == "monospace" else BASE_SIZE
            style.font_weight = 400.0
            style.text_align = "start"
            style.origins = {n: a for n, a in style.origins.items() if n not in ("line-height", "text-align", "color")}
            if self.body_color is not None:
                style.origins["color"] = self.body_color  # in quirks mode a table takes the document's colour

    def _defaults(self) -> None:
        style, tag = self.style, self.element.tag
        style.display = "none" if self.element.foreign and tag != "svg" else defaults.display_of(tag)
        if tag in defaults.PREFORMATTED:
            style.white_space = defaults.PREFORMATTED[tag]
        if tag == "a" and "href" in self.element.attrs:
            # The browser colours links itself; they inherit no colour.
            style.origins = {n: a for n, a in style.origins.items() if n != "color"}
        if tag in defaults.BOLD:
            style.font_weight = 700.0
        if tag in defaults.MARGINS:
            left, right = defaults.MARGINS[tag]
            if style.direction == "rtl":
                left, right = right, left
            style.margin_left = AUTO if left < 0 else Length(left)
            style.margin_right = AUTO if right < 0 else Length(right)
        if tag in defaults.PADDINGS:
            left, right = defaults.PADDINGS[tag]
            if style.direction == "rtl":
                left, right = right, left
            style.padding_left, style.padding_right = Length(left), Length(right)
        if tag in defaults.BORDERS:
            style.border_left = style.border_right = defaults.BORDERS[tag]
        if tag in defaults.BORDER_BOX or (tag == "input"):
            style.box_sizing = "border-box"
        if tag == "table":
            style.border_spacing = 2.0
            style.border_collapse = "separate"
        if style.text_properties is not None and (tag == "table" or tag in defaults.CONTROL_FONT):
            style.text_properties = replace(style.text_properties, indent=Length()) if tag == "table" else None
        if (tag == "th" and style.text_align == "start") or tag == "button":
            style.text_align = "center"
            style.origins = {n: a for n, a in style.origins.items() if n != "text-align"}
        if tag == "input" and self.element.attrs.get("type", "").lower() == "hidden":
            style.display = "none"
        if "popover" in self.element.attrs:  # HTML, section 15.3.1: not shown before a script or a button asks for it
            style.display, style.position, style.width = "none", "fixed", "fit-content"
            style.margin_left = style.margin_right = AUTO
        if tag == "fieldset":
            style.min_width = "min-content"
        if tag == "dialog":  # HTML, section 15.3.6 and 15.5.3
            style.display = "block" if "open" in self.element.attrs else "none"
            style.position = "absolute"
            style.width = "fit-content"
            style.margin_left = style.margin_right = AUTO

    def _font(self, width: float, root_size: float) -> None:
        style, tag, own = self.style, self.element.tag, self.style.own
        inherited = style.font_size
        family = own.get("font-family")
        default = family is None or family.value == "revert"
        was_mono = style.font_family == "monospace"
        if family is not None and not isinstance(family.value, Wide):
            style.font_family = str(family.value)
        elif family is not None and family.value in ("initial",):
            style.font_family = "serif"
        elif default and tag in defaults.MONOSPACE:
            style.font_family = "monospace"
        if default and (tag in defaults.MONOSPACE or tag in defaults.CONTROL_FONT):
            # The browser's own font for these replaces what they would inherit.
            style.origins = {n: a for n, a in style.origins.items() if n != "font-family"}
        is_mono = style.font_family == "monospace"
        # Browsers size the lone generic ``monospace`` from a smaller default (13px instead of 16px).
        scale = 1.0 if is_mono == was_mono else 13 / 16 if is_mono else 16 / 13
        base = MONOSPACE_SIZE if is_mono else BASE_SIZE
        if tag in defaults.FONT_SCALE:
            style.font_size = inherited * scale * defaults.FONT_SCALE[tag]
        elif tag in defaults.CONTROL_FONT:
            style.font_size = 40 / 3
            style.font_family = "system-ui"
        else:
            style.font_size = inherited * scale
        winner = own.get("font-size")
        if winner is None:
            return
        value = winner.value
        if isinstance(value, Wide):
            if value in ("inherit", "unset"):
                style.font_size = inherited
            elif value == "initial":
                style.font_size = base
        elif isinstance(value, str):
            if value in SIZE_WORDS:
                style.font_size = SIZE_WORDS[value] * base / BASE_SIZE
            else:
                style.font_size = inherited * scale * (1.2 if value == "larger" else 1 / 1.2)
        elif callable(value):
            relative = inherited * scale
            length: Length = value(Metrics(relative, root_size or BASE_SIZE, width))
            style.font_size = max(0.0, length.resolve(relative))

    def _apply(self) -> None:
        style = self.style
        tracked = [name for name in TRACKED if name in style.own]
        if tracked:
            style.origins = dict(style.origins)
            for name in tracked:
                self._track(name, style.own[name])
        for name, winner in style.own.items():
            if name in ("font-size", "font-family"):
                continue
            value = winner.value
            if isinstance(value, Wide):
                value = self._wide(name, value)
                if value is None:
                    continue
            self._set(name, value)

    def _track(self, name: str, winner: CascadedValue) -> None:
        value, origins = winner.value, self.style.origins
        parent = self.parent.origins if self.parent is not None else {}
        if isinstance(value, Wide):
            if value == "revert":
                return  # what the user agent's style sheet leaves of what is inherited
            if value in ("inherit", "unset"):
                if name in parent:
                    origins[name] = parent[name]
                else:
                    origins.pop(name, None)
            else:
                origins.pop(name, None)
        elif (name == "line-height" and value == "normal") or value == "currentcolor":
            if name == "color" and name in parent:
                origins[name] = parent[name]
            else:
                origins.pop(name, None)
        else:
            origins[name] = winner.source.origin(self.element)

    def _wide(self, name: str, value: Wide) -> Value | None:
        """The value behind a CSS-wide keyword; None leaves the default that is already set."""
        if value == "revert":
            return None
        attribute = FIELDS.get(name)
        if attribute is None:
            return self.parent.others.get(name) if value == "inherit" and self.parent is not None else None
        if value == "inherit" or (value == "unset" and name in INHERITED):
            return getattr(self.parent, attribute) if self.parent is not None else getattr(INITIAL, attribute)
        return getattr(INITIAL, attribute)

    def _set(self, name: str, value: Value) -> None:
        style, metrics = self.style, self.metrics
        if callable(value):
            value = value(metrics)
        attribute = FIELDS.get(name)
        if attribute is None:
            style.set_other(name, value)
        elif attribute == "font_weight":
            style.font_weight = defaults.WEIGHTS[value] if isinstance(value, str) else float(value)
        elif attribute == "border_spacing":
            style.border_spacing = value.resolve(0.0) if isinstance(value, Length) else float(value)
        elif attribute in ("border_left", "border_right"):
            setattr(style, attribute, value.resolve(0.0) if isinstance(value, Length) else float(value))
        else:
            setattr(style, attribute, value)

    def _adjust(self) -> None:
        style, own = self.style, self.style.own
        for name, width, border in defaults.BORDER_FIELDS if own else ():
            if (winner := own.get(name)) is not None:
                if winner.value in ("none", "hidden") or isinstance(winner.value, Wide):
                    setattr(style, border, 0.0)
                elif width not in own:
                    setattr(style, border, 3.0)
            elif width in own and self.element.tag not in defaults.BORDERS:
                setattr(style, border, 0.0)
        if self.element.tag == "fieldset":  # HTML, section 15.3.12: 0.75em
            for side in {"padding-left", "padding-right"} - own.keys():
                setattr(style, side.replace("-", "_"), Length(0.75 * style.font_size))
        if own and not text_properties.NAMES.isdisjoint(own):
            values = {n: w.value for n, w in own.items()}
            style.text_properties = text_properties.inherited(style.text_properties, values, style.others)
        if "zoom" in style.others:
            style.zoom *= style.others["zoom"]
        if style.text_align in ("match-parent", "-webkit-match-parent"):
            style.text_align = self.parent.text_align if self.parent is not None else "start"
        if self.element.tag == "table" and style.text_align.startswith("-webkit-"):
            # Browsers never let <center> and align reach into a table: it falls back to the default.
            style.text_align = "start"
            style.origins = {n: a for n, a in style.origins.items() if n != "text-align"}
        if style.text_align == "-webkit-auto":
            style.text_align = "start"
        if style.floating in ("inline-start", "inline-end"):
            start = (style.floating == "inline-start") == (style.direction == "ltr")
            style.floating = "left" if start else "right"
        item = self.parent is not None and self.parent.blockifies
        out_of_flow = style.position in ("absolute", "fixed")
        style.floating = "none" if item or out_of_flow else style.floating
        outside = style.floating != "none" or out_of_flow or self.parent is None
        if self.element.tag in defaults.REPLACED and style.display.startswith(("contents", "table-")):
            style.display = "none" if style.display == "contents" else "inline"  # CSS Display 3, appendix B, section 2.4
        if self.parent is None and style.display == "contents":
            style.display = "block"  # CSS Display 3, section 2.8
        if outside or item:
            style.display = defaults.BLOCKIFIED.get(style.display, style.display)
        style.blockifies = style.display in defaults.BLOCKIFYING or (item and style.display == "contents")
