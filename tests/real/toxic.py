"""A line to a server that breaks: a TCP proxy that cuts connections anywhere, in either direction, and lets others crawl."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

from tests.ports import free_port, wait_for

_LONGEST = 6000  # bytes that a connection may carry before it breaks
_CRAWL = 0.002  # seconds per byte


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, room: int, crawl: int, end: asyncio.Event) -> None:
    """Pass bytes on until there is no more room, or the end; the first ``crawl`` bytes one by one."""
    while not end.is_set() and (data := await reader.read(4096)):
        for byte in data[:crawl]:
            if writer.is_closing():
                break
            writer.write(bytes([byte]))
            await asyncio.sleep(_CRAWL)
        data, crawl = data[crawl:], max(0, crawl - len(data))
        writer.write(data[: max(0, room)])
        await writer.drain()
        room -= len(data)
        if room < 0:
            break
    end.set()


async def _serve(port: int, target: int, share: float) -> None:
    dice = random.Random(os.urandom(8))

    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        breaks = dice.random() < share
        # What breaks first: the way there (an envelope, half a body, the final dot) or the way back (a reply).
        there = dice.randrange(1, _LONGEST) if breaks and dice.random() < 0.5 else 1 << 40
        back = dice.randrange(1, _LONGEST // 10) if breaks and there == 1 << 40 else 1 << 40
        crawl = dice.randrange(0, 400) if dice.random() < share else 0
        end = asyncio.Event()
        ways = [
            asyncio.ensure_future(_carry(reader, far_writer, there, crawl, end)),
            asyncio.ensure_future(_carry(far_reader, writer, back, crawl, end)),
        ]
        with contextlib.suppress(ConnectionError):
            await asyncio.wait([*ways, asyncio.ensure_future(end.wait())], return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for one in (writer, far_writer):
            if breaks:
                one.transport.abort()  # a reset, not an orderly end
            else:
                one.close()

    server = await asyncio.start_server(session, "127.0.0.1", port)
    await server.serve_forever()


def _run(port: int, target: int, share: float) -> None:
    asyncio.run(_serve(port, target, share))


@contextmanager
def toxic(target: int, share: float) -> Iterator[int]:
    """A port that leads to ``target``; ``share`` of the connections break."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(port, target, share), daemon=True)
    process.start()
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join()
