"""The hosts that a message may link to."""

from __future__ import annotations

from franking.model import Message
from franking.policy import Policy, marketplaces


def trusted_hosts(message: Message, policy: Policy) -> list[str]:
    """The marketplace's domain (those of all marketplaces of the policy if the message's is unknown) and the hosts that the
    kind permits."""
    if message.marketplace is not None:
        own = [message.marketplace.domain] if message.marketplace.domain else []
    else:
        own = [place.domain for platform in sorted(policy.platforms) for place in marketplaces(platform) if place.domain]
    return [*own, *(host.lower() for host in message.allowed_links)]


def below(host: str, domain: str) -> bool:
    """Whether a host is a domain or a subdomain of it."""
    return host == domain or host.endswith("." + domain)
