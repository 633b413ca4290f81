"""Which worker's job answers for a message; how fast and how much may leave over all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A lease per message, an allowance per scope."""
    op.add_column("message", sa.Column("lease", sa.BigInteger))
    held = sa.text("lease IS NOT NULL")  # one machine has no leases, and pays nothing for them
    op.create_index("by_lease", "message", ["lease"], sqlite_where=held, postgresql_where=held)
    op.create_table(
        "allowance",
        sa.Column("scope", sa.String(300), primary_key=True),
        sa.Column("next_at", sa.Float, nullable=False, server_default="0"),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("used", sa.Integer, nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Back to one process at a time."""
    op.drop_table("allowance")
    op.drop_index("by_lease", "message")
    op.drop_column("message", "lease")
