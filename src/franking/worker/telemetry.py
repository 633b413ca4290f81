"""Structured logs without personal data, and metrics for Prometheus."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pythonjsonlogger.json import JsonFormatter

from franking.errors import FrankingError, OutboxUnavailable
from franking.outbox import Ledger

log = logging.getLogger("franking.worker")


def start_logging() -> None:
    """Formats a log record as one JSON object per line. Messages are constant; values are fields, none of which contains an
    address or a text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter("{levelname}{name}{message}", style="{", timestamp=True, rename_fields={"levelname": "level"})
    )
    handler.addFilter(_in_a_line)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(logging.INFO)


def _in_a_line(record: logging.LogRecord) -> bool:
    """An expected error is logged as its one line, without a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, FrankingError):
        record.exc_info, record.exc_text = None, None
        record.reason = str(error)
    return True


class Metrics:
    """Counters of one worker, and the ledger's counts at the time of the request."""

    def __init__(self, ledger: Ledger) -> None:
        self._registry = CollectorRegistry()
        self.messages = Counter(
            "franking_messages", "Attempts that this worker ended, by what became of them.", ["state"], registry=self._registry
        )
        self.chunks = Counter("franking_chunks", "Chunks that this worker worked off.", registry=self._registry)
        self.taken_over = Counter(
            "franking_jobs_taken_over", "Jobs of dead workers that this worker gave back.", registry=self._registry
        )
        self.connections = Counter("franking_connections", "Connections opened.", registry=self._registry)
        self._registry.register(_States(ledger))

    def serve(self, host: str, port: int) -> None:
        """Serve ``http://host:port/metrics``. Raises ``FrankingError`` if the port is taken."""
        try:
            start_http_server(port, host, self._registry)
        except OSError as error:
            raise FrankingError(f"metrics on {host}:{port}: {error.strerror}") from None


class _States(Collector):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The ledger's counts; none while it is unavailable. Raises ``OutboxError`` if it cannot be used, which the client
        sees."""
        try:
            counts, since = self._ledger.counts(), self._ledger.overview().waiting_since()
        except OutboxUnavailable:
            return
        states = GaugeMetricFamily("franking_ledger_messages", "Messages in the ledger.", labels=["state"])
        for state, number in counts.items():
            states.add_metric([state.value], number)
        yield states
        age = (datetime.now(UTC) - since).total_seconds() if since is not None else 0.0
        yield GaugeMetricFamily("franking_oldest_waiting_seconds", "Age of the oldest message that could leave now.", value=age)
