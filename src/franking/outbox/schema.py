"""The ledger's tables: one row per message, one per attempt to deliver it. One schema for SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData()

_TIMED = text("due_at IS NOT NULL")  # as on PostgreSQL, see the migrations; naming it here would load that dialect

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
    Column("recipient", String(254)),  # personal data: removed when the message is done
    Column("message_id", String(200), nullable=False),
    Column("reply", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime, nullable=False),  # UTC
    Column("updated_at", DateTime, nullable=False),
    Column("recipient_digest", String(64), nullable=False, server_default=""),  # SHA-256 of the address
    Column("due_at", DateTime),  # UTC; when a scheduled or deferred message is due
    Column("lease", BigInteger),  # the worker job of this message, if workers send
    Column("threaded", Boolean, nullable=False, server_default=false()),  # a reply in the buyer's own thread
    Column("block", Integer),  # position of the content, see ``blocks``; NULL when the message is done
    Column("place", Integer),
    Column("length", Integer),
    Column("size", Integer),  # bytes of the content as it was queued; none where that is not recorded, so the next two
    Column("facts", Integer),  # the document of what was judged of it
    Column("claimed_at", DateTime),  # UTC; when it was last taken to be sent
    Column("replaced_at", DateTime),  # UTC; when it took the place of one that waited, with another content
    Column("not_after", DateTime),  # UTC; the last permitted moment, exclusive
    Column("open_until", DateTime),  # UTC; the end of the hours that it is to leave in, exclusive
    Column("condition", Integer),  # what is judged again, see ``conditions``
    Column("reason", String(40), nullable=False, server_default=""),  # of a cancelled message: the slug; "": by a person
    UniqueConstraint("seller", "order_id", "kind", name="one_message_per_key"),
    Index("by_state_batch", "state", "batch", "due_at", "number"),
    Index("by_state_due", "state", "due_at", sqlite_where=_TIMED),
    Index("by_message_id", "message_id"),
    Index("by_lease", "lease", sqlite_where=text("lease IS NOT NULL")),
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

# The contents of messages, many in each. No foreign key refers to it: that would need an index, and a message loses its
# position before its content is removed. A number is never reused, so a position cannot refer to another content.
blocks = Table(
    "block",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("messages", Integer, nullable=False),  # messages that still need it
    Column("packed", LargeBinary, nullable=False),  # see ``packing``; personal data: removed when its messages are done
    sqlite_autoincrement=True,
)

# The results of checks, each document once. It contains no personal data and is never removed. No foreign key refers to it,
# because that would need an index.
facts = Table(
    "facts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the document
    Column("packed", LargeBinary, nullable=False),  # the document, zlib (RFC 1950)
)

# Stops: kinds, or whole accounts, that the marketplace refuses until a person lifts the stop.
stops = Table(
    "stop",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("seller", String(64), nullable=False),
    Column("kind", String(64), nullable=False),  # "" for every kind: the account
    Column("reason", Text, nullable=False),
    Column("since", DateTime, nullable=False),  # UTC
    Column("notice", String(64), nullable=False),  # SHA-256 that identifies the notice, so that reading it again adds no stop
    Column("lifted_at", DateTime),  # UTC; by a person
    UniqueConstraint("seller", "kind", "notice", name="one_stop_per_notice"),
)

# Documents for the marketplace, and single calls that take the place of one, with what became of them.
feeds = Table(
    "feed",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("seller", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("marketplace", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("content_type", String(64), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the document
    Column("document", LargeBinary),  # tracking numbers among it: gone when it is done
    Column("document_id", String(200), nullable=False, server_default=""),  # the marketplace's
    Column("feed_id", String(200), nullable=False, server_default=""),
    Column("report_id", String(200), nullable=False, server_default=""),  # of the processing report
    Column("reply", Text, nullable=False, server_default=""),
    Column("created_at", DateTime, nullable=False),  # UTC
    Column("updated_at", DateTime, nullable=False),
    Column("submitted_at", DateTime),  # UTC; when the submission was about to leave
    Index("by_seller_state", "seller", "state"),
)

# Each step of a feed, written before it is taken.
feed_steps = Table(
    "feed_step",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("feed", ForeignKey("feed.number"), nullable=False, index=True),
    Column("at", DateTime, nullable=False),  # UTC
    Column("state", String(16), nullable=False),
    Column("reply", Text, nullable=False),
)

# What a feed does, one row for each order and subject ("cancel:ITEM", "refund:ITEM", "ship:ITEM:PARCEL").
feed_lines = Table(
    "feed_line",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("feed", ForeignKey("feed.number"), nullable=False, index=True),
    Column("place", Integer, nullable=False),  # the message or record that the processing report names
    Column("seller", String(64), nullable=False),
    Column("order_id", String(32), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(64), nullable=False, server_default=""),
    Column("reply", Text, nullable=False, server_default=""),
    # 1, or none where the marketplace did not do it: then, and only then, it may be asked for again.
    Column("live", Integer),
    UniqueConstraint("seller", "order_id", "subject", "live", name="one_live_line_per_subject"),
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

# Rate limits per seller account and per transport, shared by all processes.
allowances = Table(
    "allowance",
    metadata,
    Column("scope", String(300), primary_key=True),
    Column("next_at", Float, nullable=False, server_default="0"),  # the next free send time, seconds since 1970
    Column("first_day", Date, nullable=False),  # UTC; first day of sending, for the daily caps
    Column("day", Date, nullable=False),  # UTC
    Column("used", Integer, nullable=False, server_default="0"),  # messages used of that day's cap
)

# What messages must still fulfil when they leave, each document once. No foreign key leads here, as to ``facts``.
conditions = Table(
    "condition",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("document", Text, nullable=False, unique=True),  # canonical JSON
)

# How many messages of a kind may leave per day, over all runs, workers and channels.
caps = Table(
    "cap",
    metadata,
    Column("seller", String(64), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("daily", Integer, nullable=False),
    Column("zone", String(64), nullable=False),  # whose days are counted
    Column("day", Date, nullable=False),  # in the zone
    Column("used", Integer, nullable=False, server_default="0"),  # of that day
)
