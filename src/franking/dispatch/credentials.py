"""Credentials of transports, from the environment or from files that only their owner can read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from franking.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Credentials:
    """A password or an OAuth 2 access token; not part of ``repr``. Empty if the transport needs none."""

    password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    token_file: Path | None = None

    def token(self) -> str:
        """The access token. A file is read each time, because tokens are renewed. Raises ``ConfigurationError`` if it
        cannot be read."""
        return self.access_token or (_first_line(self.token_file, "token") if self.token_file is not None else "")


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """Credentials of an application at a marketplace's API; secrets are not part of ``repr``. Secrets that are not given
    are read from files, each time, because they are rotated."""

    client_id: str
    secret: str = field(default="", repr=False)
    secret_file: Path | None = None
    refresh: str = field(default="", repr=False)
    refresh_file: Path | None = None

    def client_secret(self) -> str:
        """The application's secret. Raises ``ConfigurationError`` if there is none."""
        return _given(self.secret, self.secret_file, "amazon_client_secret")

    def refresh_token(self) -> str:
        """The refresh token, which represents the seller's permission. Raises ``ConfigurationError`` if there is none."""
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
    """The text of a file that only its owner can read. Raises ``ConfigurationError`` for a file that others can read (mode
    other than 0600), and for an empty one. On Windows the access lists are not checked."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077 and hasattr(os, "geteuid"):  # without POSIX users, a mode says nothing about others
            raise ConfigurationError(f"{path}: others can read it (mode {mode:04o}); expected 0600")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text.strip():
        raise ConfigurationError(f"{path}: no {what} can be read from it")
    return text
