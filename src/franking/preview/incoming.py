"""A file that the page takes in: what it is given, and the seam to what imports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file by its bare name, and what ``franking import`` is told by its options; an empty text is an option left out."""

    name: str
    content: bytes
    kind: str
    theme: str = ""
    dialect: str = ""
    brand: str = ""
    like: str = ""
    replace: bool = False
    dry_run: bool = True


Importer = Callable[[Incoming], dict[str, Any]]
"""Imports a file, and answers what ``franking import --format json`` prints, with the table of ``fields``. Raises
``FrankingError`` as the command does."""


def no_importer(_incoming: Incoming) -> dict[str, Any]:
    """Of a preview that was started without one."""
    raise LookupError("no importer")
