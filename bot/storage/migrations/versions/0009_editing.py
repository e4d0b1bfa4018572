"""Editing: changes of the knowledge that are not confirmed yet."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "drafts",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "member_id", name="pk_drafts"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("drafts")
