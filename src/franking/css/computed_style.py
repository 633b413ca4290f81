"""The computed style of one element: the values that the rules and the layout read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from franking.css.declaration_origin import CascadedValues, DeclarationOrigin
from franking.css.lengths import ZERO, Length, Token
from franking.css.other_values import OtherValues
from franking.css.text_properties import TextProperties
from franking.css.values import Wide
from franking.html.document import Element

TRACKED = ("text-align", "text-align-last", "line-height", "font-family", "color", "-webkit-text-fill-color")
Size = Length | str
AUTO = "auto"
FIT = ("fit-content", "-webkit-fit-content")
BASE_SIZE = 16.0
MONOSPACE_SIZE = 13.0  # of the lone generic family
_PLAIN_DISPLAYS = frozenset(
    """none block inline inline-block list-item table table-row-group table-header-group table-footer-group table-row
    table-cell""".split()
)
_PLAIN_VALUES = frozenset(["border-left-style", "border-right-style", "line-height", "font-family", "font-size", "min-height"])
_COLORS = frozenset(["color", "-webkit-text-fill-color"])
_MOST_MARGIN = 200.0  # CSS px
_LEAST_FONT = 6.0  # CSS px


@dataclass
class ComputedStyle:
    """One element's computed style. Lengths are CSS px or a ``Length`` that still depends on the container. Without slots:
    a dictionary of values is copied three times as fast."""

    display: str = "inline"
    position: str = "static"
    floating: str = "none"
    box_sizing: str = "content-box"
    width: Size = AUTO
    height: Size = AUTO
    min_width: Size = AUTO
    max_width: Size = "none"
    margin_left: Size = ZERO
    margin_right: Size = ZERO
    padding_left: Length = ZERO
    padding_right: Length = ZERO
    border_left: float = 0.0
    border_right: float = 0.0
    left: Size = AUTO
    right: Size = AUTO
    text_align: str = "start"
    text_align_last: str = "auto"
    direction: str = "ltr"
    visibility: str = "visible"
    white_space: str = "normal"
    table_layout: str = "auto"
    border_collapse: str = "separate"
    border_spacing: float = 0.0
    background_image: str = "none"
    background_color: str = "transparent"
    font_family: str = "serif"
    font_size: float = BASE_SIZE
    font_weight: float = 400.0
    overflow_wrap: str = "normal"
    word_break: str = "normal"
    text_properties: TextProperties | None = None  # None where nothing changes the width of text
    zoom: float = 1.0  # of the element and all around it
    others: OtherValues = field(default_factory=OtherValues)
    origins: dict[str, DeclarationOrigin] = field(default_factory=dict)
    own: CascadedValues = field(default_factory=dict)
    unmodelled: CascadedValues = field(default_factory=dict)  # declarations that win and that the engine does not read
    custom: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    element: Element | None = None
    blockifies: bool = False  # its children are items of a flex or grid container
    plain: bool = True  # it has nothing that few styles have (see ``is_plain``)

    def set_other(self, name: str, value: object) -> None:
        """Set the computed value of a property that has no field: one that its parser makes."""
        cast("dict[str, object]", self.others)[name] = value

    def own_origin(self, *names: str) -> DeclarationOrigin | None:
        """The author declaration on this very element of the first of ``names`` that has one."""
        for name in names:
            cascaded_value = self.own.get(name)
            if cascaded_value is not None and not isinstance(cascaded_value.value, Wide):
                return self.origin(name)
        return None

    def origin(self, name: str) -> DeclarationOrigin | None:
        """The author declaration of a property on this very element."""
        cascaded_value = self.own.get(name)
        return cascaded_value.source.origin(self.element) if cascaded_value is not None and self.element is not None else None

    def on(self, element: Element | None, origins: dict[str, DeclarationOrigin]) -> ComputedStyle:
        """The same style on an element that is written alike (None: on none), with what it inherits of ``origins``."""
        style = object.__new__(ComputedStyle)
        style.__dict__ = values = self.__dict__.copy()
        values["element"], values["origins"] = element, origins
        return style


def is_plain(style: ComputedStyle) -> bool:
    """Whether a style is in the flow, from left to right, with nothing that could hide or move a text and nothing that the
    layout does not read. Most styles are: whatever looks for one of these in a message looks at the others alone."""
    margin = style.margin_left
    return (
        style.display in _PLAIN_DISPLAYS
        and style.position == "static"
        and style.floating == "none"
        and style.zoom == 1.0
        and style.direction == "ltr"
        and style.visibility == "visible"
        and style.white_space in ("normal", "nowrap")
        and style.font_size >= _LEAST_FONT
        and style.text_properties is None
        and style.background_image == "none"
        and not style.unmodelled
        and _PLAIN_VALUES.issuperset(style.others)
        and _COLORS.isdisjoint(style.own)
        and (
            isinstance(margin, str)
            or (margin.function is None and 0.0 <= margin.px < _MOST_MARGIN and 0.0 <= margin.percent < 100.0)
        )
    )


INITIAL = ComputedStyle()
