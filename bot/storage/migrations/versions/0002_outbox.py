"""The outbox: orders, their contents, the places in the windows, and how each channel does."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("job", sa.String(160), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("thread_id", sa.String(32), nullable=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("of", sa.String(200), nullable=False),
        sa.Column("content", sa.String(64), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("message_ids", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.Column("tried_at", sa.Double(), nullable=True),
        sa.Column("lease", sa.String(40), nullable=True),
        sa.Column("leased_until", sa.Double(), nullable=True),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_job", "outbox", ["job"])
    op.create_index("ix_outbox_due", "outbox", ["channel", "state", "due_at"])
    op.create_index("ix_outbox_chat", "outbox", ["channel", "chat_id", "state"])
    op.create_table(
        "outbox_contents",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_outbox_contents"),
    )
    op.create_table(
        "outbox_slots",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("counted_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_slots"),
    )
    op.create_index("ix_outbox_slots_started", "outbox_slots", ["channel", "started_at"])
    op.create_table(
        "outbox_lanes",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("halted_until", sa.Double(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("down_since", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name="pk_outbox_lanes"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("outbox_lanes", "outbox_slots", "outbox_contents", "outbox"):
        op.drop_table(name)
