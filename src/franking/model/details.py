"""Values that the seller adds to an order because no report contains them, such as a question or the start of a warranty."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from franking.model.catalog import Variable

FORMS: Final = {
    "text": "text",
    "date": "a date such as 2026-12-01",
    "money": "an amount such as 19.90",
    "number": "a whole number",
}


def parse_detail(variable: Variable, written: str) -> object:
    """The value of a detail: ``str``, ``date``, ``Decimal`` or ``int``. Raises ``ValueError`` if it has another form."""
    written, form = written.strip(), variable.type
    if variable.choices and written not in variable.choices:
        raise ValueError(f"expected one of: {', '.join(variable.choices)}")
    try:
        if form == "date":
            return date.fromisoformat(written)
        if form == "money":
            amount = Decimal(written)
            if not amount.is_finite():
                raise ValueError
            return amount
        return int(written) if form == "number" else written
    except (ValueError, InvalidOperation):
        raise ValueError(f"expected {FORMS[form]}") from None
