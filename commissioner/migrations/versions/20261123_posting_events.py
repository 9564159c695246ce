"""Postings over time: what was done to each of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261123_posting_events"
down_revision = "20261123_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "posting_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "extended",
                "ended",
                "handed_over",
                "moved",
                "corrected",
                name="postingeventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("other_posting_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_posting_events_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["other_posting_id"], ["postings.id"], name=op.f("fk_posting_events_other_posting_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_posting_events_posting_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_events")),
    )
    for column in ("account_id", "other_posting_id", "posting_id"):
        op.create_index(op.f(f"ix_posting_events_{column}"), "posting_events", [column], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("posting_events")
