"""The name that a misspelt one may mean."""

from __future__ import annotations

from collections.abc import Iterable


def near(name: str, known: Iterable[str], quote: str = "'") -> str:
    """``; did you mean 'other'?``, or "" if nothing known is similar."""
    import difflib  # only for an error

    found = difflib.get_close_matches(name, sorted(known), 1)
    return f"; did you mean {quote}{found[0]}{quote}?" if found else ""
