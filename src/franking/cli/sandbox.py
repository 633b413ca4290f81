"""``franking sandbox``: the marketplace's API on this machine."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path

from franking.cli.terminal import out
from franking.errors import ConfigurationError
from franking.model.counted import counted
from franking.sandbox import SandboxServer, Script, read_script


def run_sandbox(port: int, script: Path | None) -> None:
    """Serve until interrupted, then print the number of sent messages. Raises ``ConfigurationError`` for an unusable port."""
    scripted = read_script(script) if script is not None else Script()
    try:
        server = SandboxServer(scripted, port)
    except OSError as error:
        raise ConfigurationError(f"port {port}: {(error.strerror or 'cannot be used').lower()}") from None
    out(f"the marketplace's API plays on {server.url}; it reaches no buyer")
    out(f'franking.toml: amazon_endpoint = "{server.url}", amazon_client_id = "sandbox"')
    out("environment:   FRANKING_AMAZON_CLIENT_SECRET=sandbox FRANKING_AMAZON_REFRESH_TOKEN=sandbox")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # handled like Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()
    out(f"{counted(len(server.state.sent), 'message was', 'messages were')} sent")
    sys.stdout.flush()
