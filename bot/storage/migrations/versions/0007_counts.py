"""Counts: how often what was asked a day, and what became of it; nothing of who asked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "desk_counts",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("ref", sa.String(121), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "ref", "what", "private", name="pk_desk_counts"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desk_counts")
