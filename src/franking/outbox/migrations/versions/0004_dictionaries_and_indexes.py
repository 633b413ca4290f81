"""Dictionaries that contents are packed with, and indexes that change less often with a message's state.

What was packed before stays as it is, and is read all the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of dictionaries, and for each message the one that it needs."""
    op.create_table(
        "dictionary",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_dictionary_kind", "dictionary", ["kind"])
    op.add_column("message", sa.Column("dictionary", sa.Integer))
    timed = sa.text("due_at IS NOT NULL")
    op.drop_index("by_state_due", "message")
    op.create_index("by_state_due", "message", ["state", "due_at"], sqlite_where=timed, postgresql_where=timed)
    op.drop_index("by_batch_state", "message")
    op.create_index("by_state_batch", "message", ["state", "batch", "due_at", "number"])


def downgrade() -> None:
    """Only for ledgers without waiting messages: an earlier version cannot read what was packed since."""
    op.drop_index("by_state_batch", "message")
    op.create_index("by_batch_state", "message", ["batch", "state", "number"])
    op.drop_index("by_state_due", "message")
    op.create_index("by_state_due", "message", ["state", "due_at"])
    op.drop_column("message", "dictionary")
    op.drop_index("ix_dictionary_kind", "dictionary")
    op.drop_table("dictionary")
