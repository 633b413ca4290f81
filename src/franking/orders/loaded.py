"""API answers that a program has in memory already, read as a file of them is."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from franking.errors import InputError
from franking.model import BrokenOrder, Marketplace, Order
from franking.orders.api import ApiFile


def orders_of_answers(
    answers: Mapping[str, object] | Sequence[Mapping[str, object]], marketplace: Marketplace | None
) -> list[Order | BrokenOrder]:
    """The orders of one answer or several. Raises ``InputError`` that names the place in them."""
    try:
        text = json.dumps(answers)
    except (TypeError, ValueError, RecursionError):
        raise InputError(
            "orders: found a value that JSON does not have, expected API answers as json.loads returns them"
        ) from None
    with tempfile.TemporaryDirectory() as folder:  # private, and gone at the end
        path = Path(folder, "orders")
        path.write_text(text, "utf-8")
        try:
            source = ApiFile(path, "utf-8", marketplace)
            try:
                return list(source)
            finally:
                source.close()
        except InputError as error:
            raise InputError(str(error).replace(str(path), "orders")) from None
