"""``Plural-Forms`` of a catalogue: the number of plural forms, and the C expression that selects one for a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from gettext import c2py

_HEADER = re.compile(r"\s*nplurals\s*=\s*(\d{1,3})\s*;\s*plural\s*=\s*([^;]*?)\s*;?\s*")
_TRIED = range(1001)  # the numbers that msgfmt tests
_LARGE = (10**4, 10**5, 10**6, 10**6 + 1, 2 * 10**6, 10**9)
_OFTEN = 5  # a form for at most that many numbers may omit the number (msgfmt's OFTEN)


@dataclass(frozen=True, slots=True)
class PluralForms:
    """``choose`` returns the form (0 to ``number`` - 1) for a whole number; ``seldom`` are forms for few numbers."""

    number: int
    expression: str
    choose: Callable[[int], int]
    seldom: frozenset[int]


def plural_forms(header: str) -> PluralForms:
    """Read ``nplurals=N; plural=EXPRESSION;``. The expression is compiled by the standard library from a closed set of
    tokens (digits, ``n`` and C's operators). Raises ``ValueError`` with the reason."""
    match = _HEADER.fullmatch(header)
    if match is None:
        raise ValueError(f"found Plural-Forms {header[:60]!r}, expected nplurals=NUMBER; plural=EXPRESSION;")
    number = int(match[1])
    if not number:
        raise ValueError("found nplurals=0, expected 1 or more")
    try:
        choose = c2py(match[2])
    except (ValueError, SyntaxError, MemoryError, OverflowError):
        raise ValueError(f"found plural={match[2][:60]!r}, expected a C expression of n and whole numbers") from None
    counts = [0] * number
    for n in (*_TRIED, *_LARGE):
        try:
            form = choose(n)
        except ZeroDivisionError:
            raise ValueError(f"the plural expression divides by zero where n is {n}") from None
        if not 0 <= form < number:
            raise ValueError(f"the plural expression gives form {form} where n is {n}, and nplurals is {number}")
        if n in _TRIED:
            counts[form] += 1
    return PluralForms(number, match[2], choose, frozenset(form for form, times in enumerate(counts) if times <= _OFTEN))
