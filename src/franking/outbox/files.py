"""The file of an SQLite ledger."""

from __future__ import annotations

from pathlib import Path

from franking.errors import OutboxError
from franking.files.private import make_private

BUSY = 30  # seconds that a writer waits for other writers
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")


def make(path: Path) -> None:
    """Create the file if it does not exist, readable by its owner only: it contains personal data until messages are done."""
    try:
        if not path.parent.is_dir():
            raise OutboxError(f"the ledger's folder {path.parent} does not exist")
        if path.is_dir():
            raise OutboxError(f"the ledger {path} is a folder; expected a file")
        make_private(path)  # SQLite creates its journal files with the same mode
        for beside in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if beside.exists():
                make_private(beside)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise OutboxError(f"the ledger {path}: cannot be made: {(reason or 'no file name').lower()}") from None
