"""Settings that were renamed. The old name works for one release, with a warning that names the new one.

Warnings are ``RenamedSetting``; the commands print them as one line on stderr.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import Any

from franking.errors import RenamedSetting

RENAMED = {"password_file": "smtp_password_file", "token_file": "smtp_token_file"}
"""New name of each old one."""
OLD_CHANNELS: Mapping[str, str] = {
    "marketplace": 'channel "marketplace" is now "email"; the old name works until the next release',
    "other": 'channel "other" works until the next release: use "email" and a policy with relay_only = false, such as basics',
}
"""What to write in place of each old value of ``channel``."""


def with_new_names(found: dict[str, Any]) -> dict[str, Any]:
    """The settings of ``franking.toml``, with each old name replaced by the new one. If both are set, the new one counts."""
    for old, new in RENAMED.items():
        if old in found:
            _warn(f"{old} is now {new}; the old name works until the next release")
            found.setdefault(new, found.pop(old))
    return found


def from_old_variables() -> dict[str, Any]:
    """The settings of environment variables with an old name: ``FRANKING_PASSWORD_FILE`` for
    ``FRANKING_SMTP_PASSWORD_FILE``."""
    found: dict[str, Any] = {}
    for old, new in RENAMED.items():
        name = f"FRANKING_{old.upper()}"
        if name in os.environ:
            _warn(f"{name} is now FRANKING_{new.upper()}; the old name works until the next release")
            found[new] = os.environ[name]
    return found


def warn_of_old_channel(channel: str) -> None:
    """Warn if a channel is given by an old name."""
    if channel in OLD_CHANNELS:
        _warn(OLD_CHANNELS[channel])


def _warn(text: str) -> None:
    warnings.warn(RenamedSetting(text), stacklevel=2)
