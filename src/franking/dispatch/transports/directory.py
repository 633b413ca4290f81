"""``dir:PATH``: one ``.eml`` file per message, named by its Message-ID and written atomically."""

from __future__ import annotations

import re
from pathlib import Path

from franking.dispatch.pipelined import Source
from franking.dispatch.transport import Options, TransportType
from franking.errors import ConfigurationError
from franking.files.private import make_private_folder, write_private
from franking.model import Envelope, Outcome, State


class DirectoryTransport:
    """Writes into a folder, which is created if it does not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"dir:{folder}"

    async def connect(self) -> DirectoryTransport:
        """Create the folder. Raises ``ConfigurationError`` if that fails."""
        try:
            make_private_folder(self.folder)
        except OSError as error:
            raise ConfigurationError(f"transport {self.url}: {error.strerror}") from None
        return self

    def _path(self, envelope: Envelope) -> Path:
        return self.folder / (re.sub(r"[^A-Za-z0-9.@-]", "_", envelope.message_id.strip("<>")) + ".eml")

    @property
    def alive(self) -> bool:
        """A folder is always usable."""
        return True

    async def work(self, source: Source) -> None:
        """Write files until the source has no more messages."""
        while (envelope := await source.take()) is not None:
            source.done(envelope, await self.deliver(envelope))

    async def deliver(self, envelope: Envelope) -> Outcome:
        """Write, sync and rename: the file exists with all its bytes, readable by its owner only, or not at all."""
        target = self._path(envelope)
        try:
            write_private(target, envelope.content)
        except OSError as error:
            return Outcome(State.DEFERRED, f"cannot write: {error.strerror}")
        return Outcome(State.SENT, f"written as {target.name}")

    async def close(self) -> None:
        """Nothing to close."""

    def evidence(self, envelope: Envelope) -> bool | None:
        """True if the file exists under its final name: it is complete then."""
        return self._path(envelope).is_file()


def open_directory(url: str, _options: Options) -> DirectoryTransport:
    """The folder of ``dir:PATH``."""
    rest = url.partition(":")[2]
    if not rest:
        raise ConfigurationError("transport dir: has no folder; expected for example dir:build/outbox")
    return DirectoryTransport(Path(rest.removeprefix("//")))


TRANSPORT = TransportType(("dir",), ("dir:PATH",), open_directory)
