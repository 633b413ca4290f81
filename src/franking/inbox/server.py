"""The SMTP side: aiosmtpd on 127.0.0.1."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from franking.errors import ConfigurationError, FrankingError, install_hint
from franking.inbox.store import Store

SIZE_LIMIT = 32 * 1024 * 1024


class _Handler:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        path = self._store.add(envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        return f"250 2.0.0 Ok: stored as {path.name}"


class Inbox:
    """A server with its store. ``port`` 0 chooses a free port; after ``start``, ``port`` is the actual one.

    Raises ``ConfigurationError`` without the extra, ``FrankingError`` if the store cannot be created.
    """

    def __init__(self, store: Path, port: int) -> None:
        try:
            from aiosmtpd.controller import Controller
        except ModuleNotFoundError:
            raise ConfigurationError(f"the inbox needs aiosmtpd: {install_hint('inbox')}") from None
        try:
            self._controller = Controller(
                _Handler(Store(store)),
                hostname="127.0.0.1",
                port=port,
                server_hostname="localhost",
                data_size_limit=SIZE_LIMIT,
                decode_data=False,
            )
        except OSError as error:
            raise FrankingError(f"the inbox's store {store} cannot be made: {error.strerror}") from None
        self.port = port
        self._ended = threading.Event()

    def start(self) -> None:
        """Start listening. Raises ``FrankingError`` if the port is taken."""
        if self.port == 0:
            self._controller.port = _free_port()
        try:
            self._controller.start()
        except (OSError, TimeoutError) as error:
            raise FrankingError(f"port {self._controller.port} on 127.0.0.1 cannot be opened: {error}") from None
        self.port = self._controller.port

    def wait(self) -> None:
        """Sleep until interrupted."""
        self._ended.wait()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
