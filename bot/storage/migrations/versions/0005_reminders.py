"""Reminders: which one was queued, skipped or missed for which group, and up to when was looked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reminders",
        sa.Column("event", sa.String(125), nullable=False),
        sa.Column("occurrence", sa.String(10), nullable=False),
        sa.Column("rule", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("fate", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("moment", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.String(90), nullable=False),
        sa.PrimaryKeyConstraint(
            "event", "occurrence", "rule", "channel", "chat_id", name="pk_reminders"
        ),
    )
    op.create_index("ix_reminders_moment", "reminders", ["moment"])
    op.create_table(
        "reminders_seen",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("upto", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminders_seen"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("reminders_seen")
    op.drop_table("reminders")
