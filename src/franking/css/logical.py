"""Logical sides in right-to-left text (CSS Logical 1, section 4): the start is on the right.

Declarations name the sides as in left-to-right text; ``sided`` puts them where they belong.
"""

from __future__ import annotations

from dataclasses import replace

from franking.css.declaration_origin import CascadedValue, CascadedValues, Inline, Rank, Sheet
from franking.css.values import Unmodelled

PAIRS = (
    ("margin-left", "margin-right"),
    ("padding-left", "padding-right"),
    ("left", "right"),
    ("border-left-width", "border-right-width"),
    ("border-left-style", "border-right-style"),
)


SIDES = frozenset(name for pair in PAIRS for name in pair)


def winner(current: CascadedValue, new: CascadedValue) -> CascadedValue:
    """The winner of two values of one of ``SIDES``. A logical and a physical one are both kept, as in right-to-left text they
    are of two sides."""
    wins = new.rank >= current.rank
    if is_logical(current) is is_logical(new):
        return replace(new, beside=current.beside) if wins else current
    if wins:
        return replace(new, beside=current)
    return replace(current, beside=new) if current.beside is None or new.rank >= current.beside.rank else current


def sided(cascaded: CascadedValues) -> CascadedValues:
    """The cascaded values of an element whose direction is right-to-left; the same where no logical side is declared."""
    found = cascaded
    for left, right in PAIRS:
        one, other = cascaded.get(left), cascaded.get(right)
        of_left, of_right = _of(one, logical=True), _of(other, logical=True)
        unread = _unread(one) or _unread(other)
        if of_left is None and of_right is None and unread is None:
            continue
        if found is cascaded:
            found = dict(cascaded)
        if unread is not None:
            found[left] = found[right] = unread
            continue
        for side, physical, logical in (
            (left, _of(one, logical=False), of_right),
            (right, _of(other, logical=False), of_left),
        ):
            candidates = [value for value in (physical, logical) if value is not None]
            if candidates:
                found[side] = max(candidates, key=_place)
            else:
                found.pop(side, None)
    return found


def left_to_right_only(value: CascadedValue) -> CascadedValue:
    """A value of one of ``SIDES`` that is known in left-to-right text alone; ``sided`` says that the other is not read."""
    return replace(value, beside=replace(value, value=Unmodelled("revert-layer"), beside=None))


def _unread(value: CascadedValue | None) -> CascadedValue | None:
    """What ``left_to_right_only`` left beside a value: it alone has the source of the value itself."""
    if value is None or value.beside is None or value.beside.source is not value.source:
        return None
    return value.beside


def _of(value: CascadedValue | None, *, logical: bool) -> CascadedValue | None:
    """What wins of one kind."""
    if value is None or is_logical(value) is logical:
        return value
    return value.beside


def _place(value: CascadedValue) -> tuple[Rank, int, int]:
    """The rank, and the place in the block of declarations: of equal ranks the later one wins."""
    source = value.source
    if not isinstance(source, Inline | Sheet):
        return value.rank, 0, 0
    return value.rank, source.longhand.line, source.longhand.column


def is_logical(value: CascadedValue) -> bool:
    """Whether a declaration names a side by the direction of the text."""
    source = value.source
    if not isinstance(source, Inline | Sheet):
        return False
    written = source.longhand.written
    return "inline" in written or written.endswith(("-start", "-end")) or "-start-" in written or "-end-" in written
