"""Notices, their copies in groups, and receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of notices."""
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("phase", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("pending", sa.Text, nullable=True),
        sa.Column("aim", sa.Text, nullable=True),
        sa.Column("send_at", sa.Float, nullable=True),
        sa.Column("receipt", sa.Boolean, nullable=False),
        sa.Column("deadline", sa.Float, nullable=True),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("queued_at", sa.Float, nullable=True),
        sa.Column("approver", sa.String(64), nullable=False),
        sa.Column("report_id", sa.String(64), nullable=False),
        sa.Column("running", sa.Boolean, nullable=False),
        sa.Column("corrections", sa.Integer, nullable=False),
        sa.Column("nudges", sa.Integer, nullable=False),
        sa.Column("nudged_at", sa.Float, nullable=True),
    )
    op.create_index("ix_notices_phase", "notices", ["phase"])
    op.create_index("ix_notices_running", "notices", ["running"])
    op.create_table(
        "notice_copies",
        sa.Column("notice_id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("chat_id", sa.String(64), primary_key=True),
        sa.Column("thread_id", sa.String(64), nullable=True),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("unit", sa.String(24), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("shown", sa.String(40), nullable=False),
        sa.Column("touched", sa.Boolean, nullable=False),
        sa.Column("edited_at", sa.Float, nullable=True),
        sa.Column("edits", sa.Integer, nullable=False),
    )
    op.create_index("ix_notice_copies_touched", "notice_copies", ["touched"])
    op.create_table(
        "notice_receipts",
        sa.Column("notice_id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("chat_id", sa.String(64), primary_key=True),
        sa.Column("member_id", sa.String(64), primary_key=True),
        sa.Column("answer", sa.String(1), nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
