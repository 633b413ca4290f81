"""The password for the transport: from the environment or a file that only its owner can read."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from franking.model import FrankingError


@dataclass(frozen=True, slots=True)
class Credentials:
    """A password, never shown. Empty where the transport needs none."""

    password: str = field(default="", repr=False)


def read_credentials(password: str, password_file: Path | None) -> Credentials:
    """The password itself, or the first line of a 0600 file. Raises ``FrankingError`` for a file others can read."""
    if password or password_file is None:
        return Credentials(password)
    try:
        mode = password_file.stat().st_mode
        if stat.S_IMODE(mode) & 0o077:
            raise FrankingError(f"{password_file}: others can read it (mode {stat.S_IMODE(mode):04o}); expected 0600")
        return Credentials(password_file.read_text("utf-8").splitlines()[0])
    except (OSError, IndexError, UnicodeDecodeError):
        raise FrankingError(f"{password_file}: no password can be read from it") from None
