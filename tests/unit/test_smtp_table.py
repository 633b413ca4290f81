"""Each command, each class of reply and each end of a connection, on each path: ``smtp-table.yml`` against a strict server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from franking.dispatch import Credentials, Dispatcher, RateLimiter, open_transport
from franking.dispatch import run as dispatch_run
from franking.dispatch.pipelined import Timeouts
from franking.dispatch.smtp import SmtpTransport
from franking.errors import FrankingError
from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.unit.strict_smtp import Fault, StrictServer

PATHS = {
    "one by one": (),
    "pipelined": ("PIPELINING",),
    "chunked": ("PIPELINING", "CHUNKING"),
}
SMALL = b"Subject: x\r\n\r\n.dot\r\nbody\r\n"
LARGE = b"Subject: x\r\n\r\n" + b"y" * 70 + b"\r\n" + (b"x" * 998 + b"\r\n") * 4000


def _rows() -> Iterator[Any]:
    for group in yaml.safe_load(Path(__file__).with_name("smtp-table.yml").read_text()):
        for row in group["rows"]:
            for path in row.get("paths", group.get("paths", PATHS)):
                again = " always" if row.get("always") else ""
                more = "".join(f" {word}" for word in ("large", "keeps_open") if row.get(word))
                first = f"{row['first']['at']} then " if "first" in row else ""
                name = f"{path}: {first}{row['at']} {row['says']}{again}{more}"
                settled = {"tls": group.get("tls"), "user": group.get("user"), "sections": group["group"], **row}
                yield pytest.param(path, settled, id=name)


def _deliver(ledger: Ledger, server: StrictServer, row: dict[str, Any]) -> tuple[str, str]:
    """Send the batch; why it stopped, and the error it ended with."""

    async def run() -> tuple[str, str]:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        scheme = "smtp" if row["tls"] else "smtp+plain"
        user = f"{row['user']}@" if row["user"] else ""
        patience = 0.5 if "nothing" in row["says"] or row.get("stalls") else 10.0
        transport = open_transport(
            f"{scheme}://{user}127.0.0.1:{port}", Credentials(password="secret" if user else ""), timeout=patience
        )
        assert isinstance(transport, SmtpTransport)
        assert transport.timeouts == Timeouts().at_most(patience)
        dispatcher = Dispatcher(ledger, transport, "b", 1, RateLimiter(), lambda _n: None)
        dispatcher._group = 3  # all are at hand from the start: each envelope that may be pipelined is
        error = ""
        try:
            await asyncio.wait_for(dispatcher.run(), 60)
        except FrankingError as problem:
            error = str(problem)
        finally:
            listening.close()
            for writer in server.writers:
                writer.close()
            for writer in server.writers:
                with suppress(ConnectionError):
                    await writer.wait_closed()
            await asyncio.sleep(0.01)
        return dispatcher.stopped, error

    return asyncio.run(run())


@pytest.mark.parametrize(("path", "row"), list(_rows()))
def test_what_follows(path: str, row: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch_run, "_BACKOFF", 0.01)
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.queue("b", [outgoing(n, content=LARGE if row.get("large") and n == 1 else SMALL) for n in range(3)])
    extensions = (*PATHS[path], "8BITMIME", *(("STARTTLS",) if row["tls"] else ()), *(("AUTH PLAIN",) if row["user"] else ()))
    faults = [Fault(row["at"], row["says"], 0 if row.get("always") else row.get("nth", 2))]
    if "first" in row:
        faults.append(Fault(**row["first"]))
    server = StrictServer(extensions, faults, keeps_open=row.get("keeps_open", False))
    stopped, error = _deliver(ledger, server, row)

    with ledger._engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT state FROM message ORDER BY number").all()
    states = [str(row[0]) for row in found]
    assert states[1:] == [row["message"], row.get("next", "sent")], (stopped, error, server.heard)
    if not row.get("always"):
        assert states[0] == ("queued" if row["at"] in ("GREETING",) and row["message"] == "queued" else "sent")
    assert len(set(server.taken)) == len(server.taken), "somebody was written to twice"
    for number, state in enumerate(states):
        took = f"b{number}@marketplace.amazon.de" in server.taken
        assert took or state != "sent", "called sent, and the server did not take it"
        assert not took or state in ("sent", "ambiguous"), "the server took it, and it is not called so"
    if "wire" in row:
        wire = row.get(path, row["wire"])
        if "first" in row:
            server.struck = next(i for i, (_, command) in enumerate(server.heard) if command == "RSET")
        assert server.follows() == wire, server.heard
    if path == "one by one" and not row.get("accepts"):
        assert server.nested == 0, "MAIL inside a transaction that was known to be open"
    assert row.get("stopped", "") in stopped
    assert (row["error"] in error) if "error" in row else not error
    if row["message"] == row.get("next") == "queued":
        assert stopped or error, "the batch ended, and nobody was told why"
