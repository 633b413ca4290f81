"""When deferred messages are due, which connection made an attempt, who is not written to any more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Retries with a time, attempts with their connection, suppressions."""
    op.add_column("message", sa.Column("due_at", sa.DateTime))
    op.add_column("message", sa.Column("recipient_digest", sa.String(64), nullable=False, server_default=""))
    op.create_index("by_state_due", "message", ["state", "due_at"])
    op.create_index("by_message_id", "message", ["message_id"])
    op.add_column("attempt", sa.Column("connection", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "suppression",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("seller", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.UniqueConstraint("seller", "digest", name="one_suppression_per_address"),
    )
    if "franking_schema" in sa.inspect(op.get_bind()).get_table_names():
        op.drop_table("franking_schema")  # the version of ledgers from before there were migrations


def downgrade() -> None:
    """Back to messages and attempts."""
    op.drop_table("suppression")
    op.drop_column("attempt", "connection")
    op.drop_index("by_message_id", "message")
    op.drop_index("by_state_due", "message")
    op.drop_column("message", "recipient_digest")
    op.drop_column("message", "due_at")
