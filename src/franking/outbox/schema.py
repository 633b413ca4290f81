"""The ledger's tables: one row per message, one per attempt to deliver it. One schema for SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

messages = Table(
    "message",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("seller", String(64), nullable=False),
    Column("order_id", String(32), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("batch", String(32), nullable=False),
    Column("sender", String(254), nullable=False),
    Column("recipient", String(254)),  # personal data: gone when the message is done
    Column("message_id", String(200), nullable=False),
    Column("content", LargeBinary),  # zlib; personal data: gone when the message is done
    Column("reply", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime, nullable=False),  # UTC
    Column("updated_at", DateTime, nullable=False),
    Column("recipient_digest", String(64), nullable=False, server_default=""),  # SHA-256: bounces and opt-outs find it
    Column("due_at", DateTime),  # UTC; when a deferred message may be tried again
    UniqueConstraint("seller", "order_id", "kind", name="one_message_per_key"),
    Index("by_batch_state", "batch", "state", "number"),
    Index("by_state_due", "state", "due_at"),
    Index("by_message_id", "message_id"),
)

attempts = Table(
    "attempt",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("message", ForeignKey("message.number"), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reply", Text, nullable=False),
    Column("connection", String(64), nullable=False, server_default=""),
)

suppressions = Table(
    "suppression",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("seller", String(64), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the address, no personal data
    Column("reason", String(16), nullable=False),
    Column("since", DateTime, nullable=False),  # UTC
    UniqueConstraint("seller", "digest", name="one_suppression_per_address"),
)
