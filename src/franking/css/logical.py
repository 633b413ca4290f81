"""Logical sides in right-to-left text (CSS Logical 1, section 4): the start is on the right.

Declarations name the sides as in left-to-right text; ``sided`` puts them where they belong.
"""

from __future__ import annotations

from franking.css.declaration_origin import CascadedValue, CascadedValues, Inline, Sheet

_PAIRS = (
    ("margin-left", "margin-right"),
    ("padding-left", "padding-right"),
    ("left", "right"),
    ("border-left-width", "border-right-width"),
    ("border-left-style", "border-right-style"),
)


def sided(cascaded: CascadedValues) -> CascadedValues:
    """The cascaded values of an element whose direction is right-to-left; the same where no logical side is declared."""
    found = cascaded
    for left, right in _PAIRS:
        one, other = cascaded.get(left), cascaded.get(right)
        if not (_is_logical(one) or _is_logical(other)):
            continue
        if found is cascaded:
            found = dict(cascaded)
        for side, same, opposite in ((left, one, other), (right, other, one)):
            candidates = [w for w, logical in ((same, False), (opposite, True)) if w is not None and _is_logical(w) is logical]
            if candidates:
                found[side] = max(candidates, key=lambda cascaded_value: cascaded_value.rank)
            else:
                found.pop(side, None)
    return found


def _is_logical(cascaded_value: CascadedValue | None) -> bool:
    """Whether a declaration names a side by the direction of the text."""
    source = cascaded_value.source if cascaded_value is not None else None
    if not isinstance(source, Inline | Sheet):
        return False
    written = source.longhand.written
    return "inline" in written or written.endswith(("-start", "-end")) or "-start-" in written or "-end-" in written
