"""The policy of a command that needs no other setting."""

from __future__ import annotations

import os
from pathlib import Path


def chosen_policy(option: str | None) -> str:
    """The option, else ``FRANKING_POLICY``, else ``policy`` in franking.toml, else the default.

    Settings are loaded only if one of the last two exists, because that takes time. Raises ``FrankingError`` for unusable
    settings.
    """
    if option is not None:
        return option
    if os.environ.get("FRANKING_POLICY") or Path("franking.toml").exists():
        from franking.config.settings import load_settings

        return load_settings().policy
    from franking.policy import DEFAULT

    return DEFAULT
