"""A PostgreSQL server of its own: own data folder and port, ended with its user."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.ports import free_port
from tests.real.need import postgres_bin


def empty(url: str) -> None:
    """Drop all that a database holds."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@dataclass
class Postgres:
    """A running server; ``url`` is its database as the outbox setting names it."""

    url: str
    _control: list[str]
    _options: str
    _root: Path

    def _run(self, *arguments: str) -> None:
        # Output goes to the server's own log, or waiting for the pipe's end would never end.
        subprocess.run(
            [*self._control, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._root
        )

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._run("-w", "-o", self._options, "start")

    def start_unready(self) -> None:
        """Start so that it takes no connection yet, as while it recovers: a standby that waits and may not be read."""
        signal = self._root / "data" / "standby.signal"
        signal.touch()
        shutil.chown(signal, (self._root / "data").stat().st_uid)
        self._run("-W", "-o", f"{self._options} -c hot_standby=off", "start")

    def start_ready(self) -> None:
        """From unready: start again, and take connections."""
        self.stop()
        (self._root / "data" / "standby.signal").unlink()
        self.start()

    def stop(self, mode: str = "immediate") -> None:
        """Stop; ``immediate`` is what a crash does."""
        self._run("-m", mode, "stop")


@contextmanager
def running(root: Path) -> Iterator[Postgres]:
    """A server with an empty database under ``root``."""
    programs = postgres_bin()
    assert programs is not None
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        for parent in [root, *root.parents[:-1]]:
            parent.chmod(parent.stat().st_mode | 0o011)
        shutil.chown(root, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    port = free_port()
    data = root / "data"
    subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-A", "trust", "-U", "franking"], check=True, capture_output=True, cwd=root
    )
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-l", str(root / "log")]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    server = Postgres(f"postgresql://franking@127.0.0.1:{port}/postgres", control, options, root)
    server.start()
    try:
        yield server
    finally:
        server.stop()
