"""What was judged of messages, when they were taken to be sent, and what the marketplace has stopped.

Of messages from before, nothing was recorded: their columns stay empty, and are reported as such.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, and what a message refers to."""
    op.create_table(
        "facts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "stop",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("seller", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("notice", sa.String(64), nullable=False),
        sa.Column("lifted_at", sa.DateTime),
        sa.UniqueConstraint("seller", "kind", "notice", name="one_stop_per_notice"),
    )
    op.add_column("message", sa.Column("size", sa.Integer))
    op.add_column("message", sa.Column("facts", sa.Integer))
    op.add_column("message", sa.Column("claimed_at", sa.DateTime))
    op.add_column("message", sa.Column("replaced_at", sa.DateTime))


def downgrade() -> None:
    """Without any of it."""
    for name in ("size", "facts", "claimed_at", "replaced_at"):
        op.drop_column("message", name)
    op.drop_table("stop")
    op.drop_table("facts")
