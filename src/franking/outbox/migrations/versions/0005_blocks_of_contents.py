"""Contents of many messages in one block, instead of one in each row.

What waits is packed anew; a content that cannot be read is reported when it is sent, as before.
"""

import zlib
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
import zstandard
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TOGETHER = 50  # messages of a block
_LARGEST = 1 << 20  # bytes of them, unless it is one message
_NOWHERE = 0  # the number of no block

message = sa.table("message", *map(sa.column, ("number", "content", "dictionary", "block", "place", "length")))
block = sa.table("block", *map(sa.column, ("number", "messages", "packed")))
dictionary = sa.table("dictionary", sa.column("number"), sa.column("content"))


def upgrade() -> None:
    """A table of blocks, and for each message its spot in one of them."""
    op.create_table(
        "block",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    for name in ("block", "place", "length"):
        op.add_column("message", sa.Column(name, sa.Integer))
    _pack_anew(op.get_bind())
    op.drop_column("message", "content")
    op.drop_column("message", "dictionary")
    op.drop_index("ix_dictionary_kind", "dictionary")
    op.drop_table("dictionary")


def _pack_anew(connection: sa.Connection) -> None:
    kept = connection.execute(sa.select(dictionary)).all()
    readers = {row.number: _reader(row.content) for row in kept} | {None: zstandard.ZstdDecompressor()}
    number = size = 0
    together: list[tuple[int, bytes]] = []
    for row in _waiting(connection):
        content = _content(row.content, readers.get(row.dictionary))
        if content is None:
            _move(connection, [{"of": row.number, "block": _NOWHERE, "place": 0, "length": 0}])
            continue
        if together and (len(together) == _TOGETHER or size + len(content) > _LARGEST):
            number, size = number + 1, 0
            _write(connection, number, together)
            together = []
        together.append((row.number, content))
        size += len(content)
    if together:
        number += 1
        _write(connection, number, together)
    if number and connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT setval(pg_get_serial_sequence('block', 'number'), :number)"), {"number": number})


def _waiting(connection: sa.Connection) -> Iterator[sa.Row[Any]]:
    chosen = sa.select(message.c.number).where(message.c.content.is_not(None)).order_by(message.c.number)
    for number in connection.execute(chosen).scalars().all():
        yield connection.execute(sa.select(message).where(message.c.number == number)).one()


def _write(connection: sa.Connection, number: int, together: list[tuple[int, bytes]]) -> None:
    packed = zstandard.ZstdCompressor(level=1).compress(b"".join(content for _, content in together))
    connection.execute(sa.insert(block).values(number=number, messages=len(together), packed=packed))
    places = accumulate((len(content) for _, content in together), initial=0)
    _move(
        connection,
        [
            {"of": of, "block": number, "place": place, "length": len(content)}
            for (of, content), place in zip(together, places, strict=False)
        ],
    )


def _move(connection: sa.Connection, spots: list[dict[str, int]]) -> None:
    values: dict[str, Any] = {name: sa.bindparam(name) for name in ("block", "place", "length")}
    connection.execute(sa.update(message).where(message.c.number == sa.bindparam("of")).values(values), spots)


def _reader(content: bytes) -> zstandard.ZstdDecompressor:
    shared = zstandard.ZstdDecompressor().decompress(content)
    return zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(shared, dict_type=zstandard.DICT_TYPE_RAWCONTENT))


def _content(packed: bytes, reader: zstandard.ZstdDecompressor | None) -> bytes | None:
    try:
        if not packed.startswith(zstandard.FRAME_HEADER):
            return zlib.decompress(packed)
        return reader.decompress(packed) if reader is not None else None
    except (zlib.error, zstandard.ZstdError):
        return None


def downgrade() -> None:
    """Only for ledgers without waiting messages: an earlier version does not know of blocks."""
    op.create_table(
        "dictionary",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_dictionary_kind", "dictionary", ["kind"])
    op.add_column("message", sa.Column("dictionary", sa.Integer))
    op.add_column("message", sa.Column("content", sa.LargeBinary))
    for name in ("block", "place", "length"):
        op.drop_column("message", name)
    op.drop_table("block")
