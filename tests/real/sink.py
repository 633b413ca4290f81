"""A real SMTP server of its own process that breaks off, refuses or stalls as told, and logs what it took and when."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPLIES = ("421 going down", "450 busy", "451 later", "452 full", "550 no", "552 too much", "554 refused")
PLACES = ("mail", "rcpt", "data", "body", "dot", "reply")  # where the server may break off


async def _session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: Path, faults: tuple[str, float]) -> None:
    kind, share = faults
    dice = random.Random(os.urandom(8))

    def strikes(place: str) -> bool:
        return dice.random() < share and (kind in ("cut", "reply")) and (kind != "cut" or dice.choice(PLACES) == place)

    async def say(line: str) -> None:
        if kind == "stall" and dice.random() < share:
            for letter in line:  # a server that answers letter by letter, and not to the end
                if writer.is_closing():
                    break
                writer.write(letter.encode())
                await asyncio.sleep(0.2)
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    sender = recipient = ""
    await say("220 ready")
    while line := await reader.readline():
        verb = line[:4].upper().decode("ascii", "replace")
        if verb == "EHLO":
            await say("250-localhost\r\n250-PIPELINING\r\n250 8BITMIME")
        elif verb in ("MAIL", "RCPT"):
            if kind == "cut" and strikes(verb.lower()):
                break
            if verb == "RCPT" and not sender:
                await say("503 MAIL first")
                continue
            if kind == "reply" and strikes(verb):
                await say(dice.choice(REPLIES))
                continue
            address = line.decode().partition("<")[2].partition(">")[0]
            sender, recipient = (address, "") if verb == "MAIL" else (sender, address)
            await say("250 ok")
        elif verb == "DATA":
            if kind == "cut" and strikes("data"):
                break
            if not recipient:
                await say("554 nobody to write to")
                continue
            await say("354 go on")
            if kind == "cut" and strikes("body"):
                await reader.read(20)
                break
            while (part := await reader.readline()) not in (b".\r\n", b""):
                pass
            if part == b"":
                break  # the client hung up before the final dot
            if kind == "cut" and strikes("dot"):
                break  # it had the final dot and took nothing
            if kind == "reply" and strikes("dot"):
                await say(dice.choice(REPLIES))
            else:
                with log.open("a") as file:
                    file.write(f"{recipient} {time.time():.3f}\n")
                if kind == "cut" and strikes("reply"):
                    break  # it took the message, and the reply is lost
                await say("250 taken")
            sender = recipient = ""
        elif verb == "RSET":
            sender = recipient = ""
            await say("250 ok")
        elif verb == "QUIT":
            await say("221 bye")
            break
    writer.transport.abort()


def _serve(port: int, log: Path, faults: tuple[str, float]) -> None:
    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):  # the client was killed
            await _session(reader, writer, log, faults)

    async def run() -> None:
        server = await asyncio.start_server(session, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def server(log: Path, faults: tuple[str, float]) -> Iterator[int]:
    """A server of its own process; ``faults`` are cut, reply or stall and their share of the commands."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, log, faults), daemon=True)
    process.start()
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    try:
        yield port
    finally:
        process.kill()
        process.join()


def taken(log: Path) -> list[tuple[str, float]]:
    """What the server took: each recipient with the time, seconds since 1970."""
    lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    return [(address, float(moment)) for address, moment in lines]
