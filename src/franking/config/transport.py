"""The transport and the rate limits, for all commands that send."""

from __future__ import annotations

from functools import partial

from franking.batch.sending import Sending
from franking.config.brand import guard_demo
from franking.config.parts import open_client, retries
from franking.config.settings import Settings, init_hint
from franking.dispatch import Transport, open_transport, parse_rate, read_credentials
from franking.errors import FrankingError
from franking.outbox import Limit


def configured_transport(settings: Settings) -> Transport:
    """The configured transport, combined with the marketplace's API if that is configured. Raises ``FrankingError`` if none
    is configured, or if it would send without encryption."""
    if not settings.amazon_client_id:
        if settings.by != "email":
            open_client(settings)  # raises an error that names what is missing
        return _mails(settings)
    if settings.by == "auto" and not settings.transport:
        return _mails(settings)  # the same
    guard_demo(settings)
    from franking.channels.routed import RoutedTransport
    from franking.channels.transport import ApiTransport

    mails = _mails(settings) if settings.transport else None
    return RoutedTransport(mails, ApiTransport(open_client(settings), settings.seller))


def _mails(settings: Settings) -> Transport:
    if not settings.transport:
        raise FrankingError(
            "no transport: pass --transport, or set transport in franking.toml, such as smtp://user@host:587"
            f"{init_hint(settings)}"
        )
    guard_demo(settings)
    credentials = read_credentials(
        settings.smtp_password.get_secret_value(),
        settings.smtp_password_file,
        settings.smtp_token.get_secret_value(),
        settings.smtp_token_file,
    )
    return open_transport(
        settings.transport, credentials, allow_plain=settings.allow_plain, ca_file=settings.ca_file, timeout=settings.timeout
    )


def limits(settings: Settings, seller: str, transport: str) -> list[Limit]:
    """The limits of a seller account on a transport. Raises ``FrankingError`` for an unreadable rate."""
    found: list[Limit] = []
    if settings.rate or settings.daily_caps:
        rate = parse_rate(settings.rate) if settings.rate else None
        found.append(Limit(f"sender:{seller}", rate, tuple(settings.daily_caps)))
    if settings.transport_rate:
        found.append(Limit(f"transport:{transport}", parse_rate(settings.transport_rate)))
    return found


def sending(settings: Settings) -> Sending:
    """The configured way of sending: transport, limits, retries. Raises ``FrankingError``."""
    transport = configured_transport(settings)
    at = partial(limits, settings, transport=transport.url)
    return Sending(transport, settings.connections, retries(settings), at)
