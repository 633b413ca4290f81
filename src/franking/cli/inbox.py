"""``franking inbox``."""

from __future__ import annotations

from pathlib import Path

from franking.cli.columns import print_table
from franking.cli.terminal import out, out_json, say
from franking.inbox import Inbox, heads
from franking.model.counted import counted


def list_store(store: Path, format: str) -> None:
    """Print the messages of the store."""
    letters = list(heads(store))
    if format == "json":
        out_json(
            {
                "schema": 1,
                "messages": [
                    {"file": f"{letter.file}.eml", "to": letter.recipient, "subject": letter.subject, "bytes": letter.size}
                    for letter in letters
                ],
            }
        )
        return
    if letters:
        rows = [(letter.recipient, letter.subject, str(letter.size)) for letter in letters]
        print_table(rows, ("to", "subject", "bytes"), fold=1)
    out(f"{counted(len(letters), 'message')} in {store}")


def serve(store: Path, port: int, web_port: int | None, policy: str) -> None:
    """Run until interrupted. The web page checks messages against ``policy``."""
    inbox = Inbox(store, port)
    inbox.start()
    say(f"inbox: smtp+plain://127.0.0.1:{inbox.port} keeps messages in {store} (Ctrl-C ends it)")
    try:
        if web_port is not None:
            from franking.batch.received import judged
            from franking.inbox.web import serve_web

            serve_web(store, web_port, say, lambda path: judged(path, policy))
        else:
            inbox.wait()
    except KeyboardInterrupt:
        pass
    finally:
        inbox.stop()
