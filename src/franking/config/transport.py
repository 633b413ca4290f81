"""What the commands that send share: the transport, and how fast and how much may leave by it."""

from __future__ import annotations

from functools import partial

from franking.batch.sending import Sending
from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.config.brand import guard_demo
from franking.config.parts import open_client, retries
from franking.config.settings import Settings, init_hint
from franking.dispatch import Transport, open_transport, parse_rate, read_credentials
from franking.errors import FrankingError
from franking.outbox import Limit


def configured_transport(settings: Settings) -> Transport:
    """The transport of the settings, with the marketplace's API beside it where that is set. Raises ``FrankingError`` where
    there is none, or one that would send in the clear."""
    if not settings.amazon_client_id:
        if settings.by != "email":
            open_client(settings)  # which says what is missing
        return _mails(settings)
    if settings.by == "auto" and not settings.transport:
        return _mails(settings)  # the same
    guard_demo(settings)
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
        settings.password_file,
        settings.smtp_token.get_secret_value(),
        settings.token_file,
    )
    return open_transport(
        settings.transport, credentials, allow_plain=settings.allow_plain, ca_file=settings.ca_file, timeout=settings.timeout
    )


def limits(settings: Settings, seller: str, transport: str) -> list[Limit]:
    """What holds for a seller account at a transport. Raises ``FrankingError`` for an unreadable rate."""
    found: list[Limit] = []
    if settings.rate or settings.daily_caps:
        rate = parse_rate(settings.rate) if settings.rate else None
        found.append(Limit(f"sender:{seller}", rate, tuple(settings.daily_caps)))
    if settings.transport_rate:
        found.append(Limit(f"transport:{transport}", parse_rate(settings.transport_rate)))
    return found


def sending(settings: Settings) -> Sending:
    """How messages leave, as configured. Raises ``FrankingError``."""
    transport = configured_transport(settings)
    at = partial(limits, settings, transport=transport.url)
    return Sending(transport, settings.connections, retries(settings), at)
