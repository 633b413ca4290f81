"""Which messages are replies in the buyer's own thread: an opt-out leaves those, and nothing else by email."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What waits from before is no such reply: critical kinds went out as ``[Important]``, which they may no longer."""
    op.add_column("message", sa.Column("threaded", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Back to kinds alone."""
    op.drop_column("message", "threaded")
