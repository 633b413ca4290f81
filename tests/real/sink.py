"""A real SMTP server of its own process that breaks off, refuses or stalls as told, and logs what it took and when.

It is strict about the order of commands (RFC 5321, section 4.1.4). Its faults, each in a share of the commands:

=========  ===================================================================================================================
cut        it hangs up, before or behind a command, in the middle of a body, before or after it has taken the message
reply      4yz and 5yz to MAIL, RCPT and the final dot
stall      it answers letter by letter
data       it knows no PIPELINING and refuses DATA, which leaves the transaction open
rset       it refuses RCPT, and says 250 to a RSET that it then forgets: MAIL gets 503
closing    5yz to RCPT, DATA and the final dot, and hangs up behind each
=========  ===================================================================================================================
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port, wait_for

REPLIES = ("421 going down", "450 busy", "451 later", "452 full", "550 no", "552 too much", "554 refused")
REFUSALS = ("550 5.1.1 unknown", "552 5.2.2 full", "553 5.1.3 no", "554 5.7.1 refused")
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

    async def refuses(place: str) -> bool:
        """Whether it has said no; in kind "closing" it hangs up then."""
        if not (kind == "closing" or (kind, place) in (("data", "data"), ("rset", "rcpt"))) or dice.random() >= share:
            return False
        temporary = ("451 4.3.0 later", "452 4.3.1 no room") if kind != "closing" else ()
        await say(dice.choice((*REFUSALS, *temporary)))
        return True

    sender = recipient = ""
    await say("220 ready")
    while line := await reader.readline():
        verb = line[:4].upper().decode("ascii", "replace")
        if verb == "EHLO":
            await say("250-localhost\r\n" + ("" if kind == "data" else "250-PIPELINING\r\n") + "250 8BITMIME")
        elif verb in ("MAIL", "RCPT"):
            if kind == "cut" and strikes(verb.lower()):
                break
            if (verb == "RCPT") != bool(sender):
                await say("503 5.5.1 bad sequence of commands")
                continue
            if kind == "reply" and strikes(verb):
                # A server that refuses a sender for good refuses it each time, and that stops a batch.
                await say(dice.choice([r for r in REPLIES if verb == "RCPT" or not r.startswith(("550", "554"))]))
                continue
            if verb == "RCPT" and await refuses("rcpt"):
                if kind == "closing":
                    break
                continue
            address = line.decode().partition("<")[2].partition(">")[0]
            sender, recipient = (address, "") if verb == "MAIL" else (sender, address)
            await say("250 ok")
        elif verb == "DATA":
            if kind == "cut" and strikes("data"):
                break
            if not recipient:
                await say("554 5.5.1 no valid recipients")
                continue
            if await refuses("data"):
                if kind == "closing":
                    break
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
            elif kind == "closing" and await refuses("dot"):
                break
            else:
                with log.open("a") as file:
                    file.write(f"{recipient} {time.time():.3f}\n")
                if kind == "cut" and strikes("reply"):
                    break  # it took the message, and the reply is lost
                await say("250 taken")
            sender = recipient = ""
        elif verb == "RSET":
            if kind != "rset" or dice.random() >= 0.5:
                sender = recipient = ""
            await say("250 ok")
        elif verb == "QUIT":
            await say("221 bye")
            break
    if kind == "closing":
        writer.close()  # what it said last arrives
    else:
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
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, log, faults), daemon=True)
    process.start()
    wait_for(port)
    try:
        yield port
    finally:
        process.kill()
        process.join()


def taken(log: Path) -> list[tuple[str, float]]:
    """What the server took: each recipient with the time, seconds since 1970."""
    lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    return [(address, float(moment)) for address, moment in lines]
