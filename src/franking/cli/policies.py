"""Which policy a command without other settings takes, and how outputs name it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from franking.policy import Policy


def chosen_policy(flag: str | None) -> str:
    """The policy of a command that needs no other setting: the flag, else FRANKING_POLICY, else franking.toml."""
    if flag is not None:
        return flag
    if os.environ.get("FRANKING_POLICY") or Path("franking.toml").exists():
        from franking.config.settings import load_settings

        return load_settings().policy
    from franking.policy import DEFAULT

    return DEFAULT


def shown_name(policy: Policy) -> str:
    """How outputs name a policy: by the older name where it was asked for by that, else by its own."""
    from franking.policy import ALIASES

    return policy.called if policy.called in ALIASES else policy.name
