"""The live preview as designers start it, for tests in a browser."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

FRANKING = str(Path(sys.executable).with_name("franking"))


@dataclass(frozen=True)
class Preview:
    """A running preview: its address, its folder of templates and themes, and the inbox that it sends to."""

    url: str
    folder: Path
    inbox: Path

    def file(self, name: str) -> Path:
        """A file of the folder."""
        return self.folder / name


@contextmanager
def previewing(folder: Path, *options: str) -> Iterator[str]:
    """The address of a preview of ``folder``. It must end on an interrupt, without a traceback."""
    port = free_port()
    command = [FRANKING, "preview", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "preview: http://127.0.0.1" in process.stderr.readline()
    yield f"http://127.0.0.1:{port}/"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors, errors
