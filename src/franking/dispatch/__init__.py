"""Dispatch: deliver messages of the ledger to a server or a folder."""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.dispatch.connection_pool import PooledTransport as PooledTransport
    from franking.dispatch.credentials import AppCredentials as AppCredentials
    from franking.dispatch.credentials import Credentials as Credentials
    from franking.dispatch.credentials import private_text as private_text
    from franking.dispatch.credentials import read_credentials as read_credentials
    from franking.dispatch.interrupts import interrupted as interrupted
    from franking.dispatch.opening import open_transport as open_transport
    from franking.dispatch.outbox_port import recover as recover
    from franking.dispatch.rate_limiter import RateLimiter as RateLimiter
    from franking.dispatch.rate_limiter import parse_rate as parse_rate
    from franking.dispatch.retry import Retries as Retries
    from franking.dispatch.run import INTERRUPTED as INTERRUPTED
    from franking.dispatch.run import Dispatcher as Dispatcher
    from franking.dispatch.starttls import tls_context as tls_context
    from franking.dispatch.transport import Transport as Transport
    from franking.errors import Unreachable as Unreachable
else:  # loaded as they are asked for: ``plan`` needs neither SMTP nor an event loop
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "franking.dispatch.connection_pool": "PooledTransport",
            "franking.dispatch.credentials": "AppCredentials Credentials private_text read_credentials",
            "franking.dispatch.interrupts": "interrupted",
            "franking.dispatch.opening": "open_transport",
            "franking.dispatch.outbox_port": "recover",
            "franking.dispatch.rate_limiter": "RateLimiter parse_rate",
            "franking.dispatch.retry": "Retries",
            "franking.dispatch.run": "Dispatcher INTERRUPTED",
            "franking.dispatch.starttls": "tls_context",
            "franking.dispatch.transport": "Transport",
            "franking.errors": "Unreachable",
        },
    )
