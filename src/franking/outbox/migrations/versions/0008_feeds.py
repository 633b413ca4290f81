"""Feeds: their documents, the steps of each, and what became of every line."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables."""
    op.create_table(
        "feed",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("seller", sa.String(64), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("marketplace", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("content_type", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary),
        sa.Column("document_id", sa.String(200), nullable=False, server_default=""),
        sa.Column("feed_id", sa.String(200), nullable=False, server_default=""),
        sa.Column("report_id", sa.String(200), nullable=False, server_default=""),
        sa.Column("reply", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.Column("submitted_at", sa.DateTime),
    )
    op.create_index("by_seller_state", "feed", ["seller", "state"])
    op.create_table(
        "feed_step",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("feed", sa.Integer, sa.ForeignKey("feed.number"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
    )
    op.create_index("ix_feed_step_feed", "feed_step", ["feed"])
    op.create_table(
        "feed_line",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("feed", sa.Integer, sa.ForeignKey("feed.number"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("seller", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.String(64), nullable=False, server_default=""),
        sa.Column("reply", sa.Text, nullable=False, server_default=""),
        sa.Column("live", sa.Integer),
        sa.UniqueConstraint("seller", "order_id", "subject", "live", name="one_live_line_per_subject"),
    )
    op.create_index("ix_feed_line_feed", "feed_line", ["feed"])


def downgrade() -> None:
    """Without them."""
    for name in ("feed_line", "feed_step", "feed"):
        op.drop_table(name)
