"""What messages must still fulfil when they leave, why they were taken back, and daily caps by kind.

Messages from before have no conditions, as they were queued without.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, and what a message refers to."""
    op.create_table(
        "condition",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("document", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "cap",
        sa.Column("seller", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(64), primary_key=True),
        sa.Column("daily", sa.Integer, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("used", sa.Integer, nullable=False, server_default="0"),
    )
    op.add_column("message", sa.Column("not_after", sa.DateTime))
    op.add_column("message", sa.Column("open_until", sa.DateTime))
    op.add_column("message", sa.Column("condition", sa.Integer))
    op.add_column("message", sa.Column("reason", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    """Without any of it."""
    for name in ("not_after", "open_until", "condition", "reason"):
        op.drop_column("message", name)
    op.drop_table("cap")
    op.drop_table("condition")
