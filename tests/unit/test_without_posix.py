"""The program where nothing of POSIX is at hand: every module loads, and a batch is planned, sent, interrupted and ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from franking.inbox import Inbox
from franking.outbox.lock import file_held

RUNNER = [sys.executable, "-P", str(Path(__file__).with_name("without_posix.py"))]
BATCH = ("samples/amazon.com-unshipped.txt", "--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z")


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = Inbox(tmp_path / "inbox", 0)
    inbox.start()
    yield inbox
    inbox.stop()


def test_every_module_loads_and_a_batch_is_sent(tmp_path: Path, inbox: Inbox) -> None:
    def taken() -> list[str]:
        """The Message-IDs of what the server took."""
        return [str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in (tmp_path / "inbox").glob("*.eml")]

    given = (
        "--brand",
        "Kiefer Nord",
        "--sender",
        "shop@kiefer-nord.example",
        "--transport",
        f"smtp+plain://127.0.0.1:{inbox.port}",
    )
    commands = [("--modules",), ("init", *given), ("plan", *BATCH)]
    words = [word for command in commands for word in ("--then", *command)][1:]
    done = subprocess.run([*RUNNER, *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "7 would get" in done.stdout

    sending = [*RUNNER, "send", *BATCH, "--rate", "1/s", "--connections", "1", "--format", "json"]
    with subprocess.Popen(sending, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 240
        while not taken() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        held = file_held(tmp_path / "franking.db")
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=240)
    assert held
    assert process.returncode == 3, error
    counts = json.loads(out)
    assert (counts["ambiguous"], counts["failed"]) == (0, 0)
    assert counts["sent"] == len(taken()) < 6
    again = subprocess.run([*RUNNER, "send", *BATCH], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert again.returncode == 1, again.stderr  # one of the samples is rejected
    assert len(taken()) == len(set(taken())) == 6
    assert not file_held(tmp_path / "franking.db")
