"""How outputs name a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from franking.policy import Policy


def shown_name(policy: Policy) -> str:
    """The older name of a policy if it was selected by that name, else its own name."""
    from franking.policy import ALIASES

    return policy.called if policy.called in ALIASES else policy.name
