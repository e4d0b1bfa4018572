"""The inbox: questions asked in vain, how often on which day, and who asked to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "questions",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("wrong_ref", sa.String(125), nullable=False),
        sa.Column("ignored_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sa.UniqueConstraint("key", name="uq_questions_key"),
    )
    op.create_table(
        "question_days",
        sa.Column("question_id", sa.String(12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("doubted", sa.Integer(), nullable=False),
        sa.Column("complained", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", "day", name="pk_question_days"),
    )
    op.create_index("ix_question_days_day", "question_days", ["day"])
    op.create_table(
        "question_waits",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("question_id", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("home", sa.String(40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question_waits"),
        sa.UniqueConstraint(
            "question_id", "channel", "member_id", name="uq_question_waits_question_id"
        ),
    )
    op.create_index("ix_question_waits_channel", "question_waits", ["channel", "member_id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("question_waits")
    op.drop_table("question_days")
    op.drop_table("questions")
