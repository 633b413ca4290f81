"""What the transport logs in with: from the environment, or from files that only their owner can read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from franking.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Credentials:
    """A password, or an OAuth 2 access token, never shown. Empty where the transport needs none."""

    password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    token_file: Path | None = None

    def token(self) -> str:
        """The access token; a file is read each time, because tokens are renewed. Raises ``ConfigurationError`` where it cannot
        be read."""
        return self.access_token or (_first_line(self.token_file, "token") if self.token_file is not None else "")


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """What an application logs in with at a marketplace's API, never shown. Secrets come from files where they are not given
    themselves; a file is read each time, because secrets are rotated."""

    client_id: str
    secret: str = field(default="", repr=False)
    secret_file: Path | None = None
    refresh: str = field(default="", repr=False)
    refresh_file: Path | None = None

    def client_secret(self) -> str:
        """The application's secret. Raises ``ConfigurationError`` where there is none."""
        return _given(self.secret, self.secret_file, "amazon_client_secret")

    def refresh_token(self) -> str:
        """The seller's permission. Raises ``ConfigurationError`` where there is none."""
        return _given(self.refresh, self.refresh_file, "amazon_refresh_token")


def _given(value: str, file: Path | None, setting: str) -> str:
    if value:
        return value
    if file is not None:
        return _first_line(file, setting.replace("_", " "))
    raise ConfigurationError(f"no {setting}: set FRANKING_{setting.upper()}, or {setting}_file to a file of mode 0600")


def read_credentials(password: str, password_file: Path | None, token: str = "", token_file: Path | None = None) -> Credentials:
    """What is given, or the first line of 0600 files. Raises ``ConfigurationError`` for a file others can read."""
    if not password and password_file is not None:
        password = _first_line(password_file, "password")
    credentials = Credentials(password, token, token_file)
    credentials.token()
    return credentials


def _first_line(path: Path, what: str) -> str:
    return private_text(path, what).splitlines()[0].strip()


def private_text(path: Path, what: str) -> str:
    """The text of a file that only its owner can read. Raises ``ConfigurationError`` for one that others can read too, or that
    holds nothing. Windows keeps that in access lists, which are not looked at."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077 and hasattr(os, "geteuid"):  # where there are no users of POSIX, a mode says nothing of others
            raise ConfigurationError(f"{path}: others can read it (mode {mode:04o}); expected 0600")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text.strip():
        raise ConfigurationError(f"{path}: no {what} can be read from it")
    return text
