"""Files of users that are read whole up to a size."""

from __future__ import annotations

from pathlib import Path

from franking.errors import InputError


def read_at_most(file: Path, megabytes: int, expected: str) -> bytes:
    """The bytes of a file. Raises ``InputError`` with the file if it cannot be read or is larger than ``megabytes`` MiB;
    ``expected`` is what it should be."""
    largest = megabytes << 20
    try:
        with file.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    if len(data) > largest:
        raise InputError(f"{file}: over {megabytes} MB, expected {expected}")
    return data
