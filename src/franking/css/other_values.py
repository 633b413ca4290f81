"""Computed values that an element has only where it declares them: those of no field of a computed style."""

from __future__ import annotations

from typing import TypedDict

from franking.css.grids import Areas, Line, Tracks
from franking.css.lengths import Length, Token
from franking.css.transforms import Transform

_Size = Length | str
OtherValues = TypedDict(
    "OtherValues",
    {
        "min-height": _Size, "max-height": _Size, "aspect-ratio": tuple[bool, float | None], "contain": str,
        "top": _Size, "bottom": _Size, "color": str, "-webkit-text-fill-color": str, "font-family": str,
        "font-size": _Size, "line-height": float | _Size,
        "flex-direction": str, "flex-wrap": str, "flex-grow": float, "flex-shrink": float, "flex-basis": _Size,
        "justify-content": str, "justify-items": str, "justify-self": str,
        "align-items": str, "align-self": str, "align-content": str, "column-gap": _Size, "order": float,
        "grid-template-columns": Tracks, "grid-template-rows": Tracks, "grid-template-areas": Areas,
        "grid-auto-columns": Tracks, "grid-auto-flow": str,
        "grid-column-start": Line, "grid-column-end": Line, "grid-row-start": Line, "grid-row-end": Line,
        "opacity": list[Token], "overflow-x": str, "overflow-y": str, "content": list[Token],
        "transform": Transform, "translate": Transform, "scale": Transform, "rotate": Transform, "transform-origin": Length,
        "zoom": float, "letter-spacing": Length, "word-spacing": Length, "text-transform": str, "text-indent": Length,
        "unicode-bidi": str,
        "border-left-style": str, "border-right-style": str,
    },
    total=False,
)  # fmt: skip
