"""``franking worker``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import AllowPlain, CaFile, Connections, Outbox, PolicyName, Rate, Transport


def worker(
    transport: Transport = None,
    outbox: Outbox = None,
    rate: Rate = None,
    connections: Connections = None,
    chunks: Annotated[int, typer.Option(help="Number of chunks in parallel.", min=1, max=50)] = 2,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="Exit when no message is due.")] = False,
    metrics: Annotated[str | None, typer.Option(help="Serve Prometheus metrics on HOST:PORT.", metavar="HOST:PORT")] = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    policy: PolicyName = None,
) -> None:
    """Run a worker: send the messages that send queued in a PostgreSQL ledger (extra: postgres)."""
    from franking.cli.worker import run_worker
    from franking.config.settings import load_settings

    settings = load_settings(
        transport=transport,
        outbox=outbox,
        rate=rate,
        connections=connections,
        allow_plain=allow_plain,
        ca_file=ca_file,
        policy=policy,
    )
    run_worker(settings, chunks, until_idle, metrics)
