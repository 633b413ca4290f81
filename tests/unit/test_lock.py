"""The lock beside an SQLite ledger: one holder, gone with its process, and looking disturbs nobody."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import filelock
import pytest

from franking.errors import OutboxError, OutboxUnavailable
from franking.outbox.lock import file_held, file_lock

HOLDER = """
import sys, time
from pathlib import Path
from franking.outbox.lock import file_lock
lock = file_lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    ledger = tmp_path / "franking.db"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(ledger)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert file_held(ledger)
        with pytest.raises(OutboxUnavailable, match=rf"process {holder.pid}\)"):
            file_lock(ledger)
        holder.kill()
        holder.wait()
    assert not file_held(ledger)
    with file_lock(ledger):
        assert file_held(ledger)
    assert not file_held(ledger)


def test_a_file_that_was_left_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / "franking.db.lock").write_text(f"\0{os.getpid()}\n")
    assert not file_held(tmp_path / "franking.db")
    with file_lock(tmp_path / "franking.db"):
        pass


def test_who_looks_is_not_taken_for_a_sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = tmp_path / "franking.db"
    file_lock(ledger).release()
    other = os.open(tmp_path / "franking.db.lock", os.O_RDWR)
    assert filelock.lock_descriptor(other, blocking=False)
    monkeypatch.setattr("franking.outbox.lock.time.sleep", lambda _: filelock.unlock_descriptor(other))  # it has looked by then
    assert not file_held(ledger)
    os.close(other)


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert not file_held(tmp_path / "franking.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_locks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_descriptor: int, *, blocking: bool = True) -> bool:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(filelock, "lock_descriptor", missing)
    with pytest.raises(OutboxError, match=r"its lock franking\.db\.lock cannot be taken: function not implemented"):
        file_lock(tmp_path / "franking.db")
