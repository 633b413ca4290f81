"""The blocks that contain the contents of messages. A message row has the position of its content. Contents of done
messages are blanked, and a block is deleted with its last message."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, cast, delete, func, insert, select, update

from franking.outbox.packing import blanked, packer, portions
from franking.outbox.prepared import Prepared
from franking.outbox.schema import blocks


class Spot(NamedTuple):
    """The position of a content: block, offset in bytes, and length in bytes."""

    block: int
    place: int
    length: int


def _numbers(dialect: str) -> Any:
    """A query for the numbers in the JSON list parameter ``numbers``."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import JSONB

        row = func.jsonb_array_elements_text(cast(bindparam("numbers"), JSONB)).table_valued("value")
        return select(cast(row.c.value, Integer))
    return select(func.json_each(bindparam("numbers")).table_valued("value").c.value)


@cache
def _adding(dialect: str) -> Prepared:
    row: dict[str, Any] = {"messages": bindparam("messages"), "packed": bindparam("packed")}
    return Prepared(insert(blocks).values(row).returning(blocks.c.number), dialect)


@cache
def _reading(dialect: str) -> Prepared:
    return Prepared(select(blocks.c.number, blocks.c.packed).where(blocks.c.number.in_(_numbers(dialect))), dialect)


@cache
def _counting(dialect: str) -> Prepared:
    chosen = select(blocks.c.number, blocks.c.messages).where(blocks.c.number.in_(_numbers(dialect)))
    # Several workers may have messages in a block: they lock blocks in ascending order.
    return Prepared(chosen.order_by(blocks.c.number).with_for_update(), dialect)


@cache
def _removing(dialect: str) -> Prepared:
    return Prepared(delete(blocks).where(blocks.c.number.in_(_numbers(dialect))), dialect)


@cache
def _changing(dialect: str) -> Prepared:
    row: dict[str, Any] = {"messages": bindparam("left"), "packed": bindparam("rest")}
    return Prepared(update(blocks).where(blocks.c.number == bindparam("block")).values(row), dialect)


def put(connection: Connection, contents: Sequence[bytes]) -> Iterator[list[Spot]]:
    """Write contents block by block; yields the positions of each block. The next block is compressed in a thread while the
    caller works."""
    adding = _adding(connection.dialect.name)
    pack = packer()
    cut = list(portions(contents))
    with ThreadPoolExecutor(1, "packing") as beside:
        for portion, packed in zip(cut, beside.map(lambda portion: pack(b"".join(portion)), cut), strict=True):
            number = adding.run(connection, {"messages": len(portion), "packed": packed}).scalar_one()
            places = accumulate(map(len, portion), initial=0)
            yield [Spot(number, place, len(content)) for place, content in zip(places, portion, strict=False)]


def read(connection: Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    """The compressed blocks with these numbers, without missing ones."""
    values = {"numbers": json.dumps(sorted(numbers))}
    return {row.number: row.packed for row in _reading(connection.dialect.name).run(connection, values)}


def forget(connection: Connection, spots: Iterable[Sequence[int]]) -> None:
    """Remove contents that no message refers to any more. After what locks messages, and once in a transaction, so that two
    of them never wait for each other."""
    dialect = connection.dialect.name
    leaving: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)  # each once, whoever says so twice
    for block, place, length in spots:
        leaving[block].add((place, length))
    if not leaving:
        return
    counted = _counting(dialect).run(connection, {"numbers": json.dumps(list(leaving))})
    left = {row.number: row.messages - len(leaving[row.number]) for row in counted}
    whole = [number for number, messages in left.items() if messages <= 0]
    if whole:
        _removing(dialect).run(connection, {"numbers": json.dumps(whole)})
    for number in left.keys() - whole:  # one in memory at a time
        for packed in read(connection, [number]).values():
            values = {"block": number, "left": left[number], "rest": blanked(packed, leaving[number])}
            _changing(dialect).run(connection, values)
