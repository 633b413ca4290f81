"""Addresses that must not be written to, as people and files name them."""

from __future__ import annotations

import sys
from pathlib import Path

from franking.errors import InputError
from franking.model import is_address


def one_address(text: str) -> str:
    """An address. Raises ``InputError``, without what was found: it may be a person's."""
    if not is_address(text.strip(), public=True):
        raise InputError("not a mail address; expected for example token@marketplace.amazon.de")
    return text.strip()


def read_addresses(file: Path) -> list[str]:
    """The addresses of a file, one a line; ``-`` is standard input, ``#`` begins a remark. Raises ``InputError`` that names the
    line where one holds no address."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{file}: cannot be read as text; expected one address per line") from None
    addresses: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            if not is_address(line.strip(), public=True):
                raise InputError(f"{file}:{number}: no mail address; expected one address a line")
            addresses.append(line.strip())
    return addresses
