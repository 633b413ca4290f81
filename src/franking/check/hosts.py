"""Which hosts a message may link to."""

from __future__ import annotations

from franking.model import Message
from franking.policy import marketplaces


def trusted_hosts(message: Message) -> list[str]:
    """The marketplace's own domain (any marketplace's, where the message's is not known) and what the kind allows."""
    own = [message.marketplace.domain] if message.marketplace is not None else [m.domain for m in marketplaces()]
    return [*own, *(host.lower() for host in message.allowed_links)]


def below(host: str, domain: str) -> bool:
    """Whether a host is a domain or lies below it."""
    return host == domain or host.endswith("." + domain)
