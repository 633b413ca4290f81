"""The properties that a computed style has a field for: which are inherited, and how a value becomes the computed one.

The initial value of each is its field's in a new ``ComputedStyle``. Properties that are not in the table are kept as they are
declared, in ``ComputedStyle.others``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from franking.css.computed_style import INITIAL
from franking.css.lengths import Length
from franking.css.values import Value

INHERITED, RESET = True, False
_WEIGHTS = {"normal": 400.0, "bold": 700.0, "bolder": 700.0, "lighter": 400.0}


def _weight(value: Value) -> float:
    """A font's weight; those that are relative as from a normal one."""
    return _WEIGHTS[value] if isinstance(value, str) else float(value)


def _px(value: Value) -> float:
    """A length without percentages in CSS px."""
    return value.resolve(0.0) if isinstance(value, Length) else float(value)


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the table. ``compute`` takes a value whose lengths are in CSS px; None takes it as it is."""

    name: str
    field: str
    inherited: bool
    compute: Callable[[Value], Value] | None = None

    @property
    def initial(self) -> Any:
        """The value of the root element and behind ``initial``."""
        return getattr(INITIAL, self.field)


PROPERTIES = {
    row.name: row
    for row in (
        Property("display", "display", RESET),
        Property("position", "position", RESET),
        Property("float", "floating", RESET),
        Property("box-sizing", "box_sizing", RESET),
        Property("width", "width", RESET),
        Property("height", "height", RESET),
        Property("min-width", "min_width", RESET),
        Property("max-width", "max_width", RESET),
        Property("margin-left", "margin_left", RESET),
        Property("margin-right", "margin_right", RESET),
        Property("padding-left", "padding_left", RESET),
        Property("padding-right", "padding_right", RESET),
        Property("border-left-width", "border_left", RESET, _px),
        Property("border-right-width", "border_right", RESET, _px),
        Property("left", "left", RESET),
        Property("right", "right", RESET),
        Property("text-align", "text_align", INHERITED),
        Property("text-align-last", "text_align_last", INHERITED),
        Property("direction", "direction", INHERITED),
        Property("visibility", "visibility", INHERITED),
        Property("white-space", "white_space", INHERITED),
        Property("table-layout", "table_layout", RESET),
        Property("border-collapse", "border_collapse", INHERITED),
        Property("border-spacing", "border_spacing", INHERITED, _px),
        Property("background-image", "background_image", RESET),
        Property("background-color", "background_color", RESET),
        Property("font-weight", "font_weight", INHERITED, _weight),
        Property("overflow-wrap", "overflow_wrap", INHERITED),
        Property("word-break", "word_break", INHERITED),
    )
}

# What a child starts with: the inherited properties, the font, and what is worked out from several properties.
INHERITED_FIELDS = (
    *(row.field for row in PROPERTIES.values() if row.inherited),
    "font_family",
    "font_size",
    "text_properties",
    "zoom",
    "origins",
    "custom",
)
