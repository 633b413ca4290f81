"""Dispatch: deliver messages of the ledger to a server or a folder."""

from franking.dispatch.connection_pool import PooledTransport
from franking.dispatch.credentials import AppCredentials, Credentials, private_text, read_credentials
from franking.dispatch.interrupts import interrupted
from franking.dispatch.opening import open_transport
from franking.dispatch.outbox_port import recover
from franking.dispatch.rate_limiter import RateLimiter, parse_rate
from franking.dispatch.retry import Retries
from franking.dispatch.run import Dispatcher
from franking.dispatch.starttls import tls_context
from franking.dispatch.transport import Transport
from franking.errors import Unreachable

__all__ = [
    "AppCredentials",
    "Credentials",
    "Dispatcher",
    "PooledTransport",
    "RateLimiter",
    "Retries",
    "Transport",
    "Unreachable",
    "interrupted",
    "open_transport",
    "parse_rate",
    "private_text",
    "read_credentials",
    "recover",
    "tls_context",
]
