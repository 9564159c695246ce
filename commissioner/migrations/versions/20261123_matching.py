"""What each side of a match answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261123_matching"
down_revision = "20261123_posting_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of answers."""
    op.create_table(
        "match_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("place", "commissioner", name="matchside", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("on_behalf", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_match_answers_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["match_id"], ["matches.id"], name=op.f("fk_match_answers_match_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_answers")),
        sa.UniqueConstraint("match_id", "side", name=op.f("uq_match_answers_match_id_side")),
    )
    op.create_index(op.f("ix_match_answers_account_id"), "match_answers", ["account_id"], unique=False)
    op.create_index(op.f("ix_match_answers_match_id"), "match_answers", ["match_id"], unique=False)


def downgrade() -> None:
    """Drop it; a setting that the earlier release does not know goes too."""
    op.execute("DELETE FROM programme_settings WHERE key = 'match_weights'")
    op.drop_table("match_answers")
