"""Reminders: calendar addresses, and the weekly mail that an account may ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261123_reminders"
down_revision = "20261123_year_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "calendar_feeds",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_calendar_feeds_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendar_feeds_token_sha256")),
    )
    op.create_table(
        "digests",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("weekly", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("last_sent_on", sa.Date(), nullable=True),
        sa.Column("unsubscribe_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_digests_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_digests")),
        sa.UniqueConstraint("unsubscribe_sha256", name=op.f("uq_digests_unsubscribe_sha256")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("digests")
    op.drop_table("calendar_feeds")
