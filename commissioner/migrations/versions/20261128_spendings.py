"""What is spent is told source by source, and why where it is too much."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_spendings"
down_revision = "20261128_project_steps"
branch_labels = None
depends_on = None

TELLING = ("project_updates", "update_versions")


def upgrade() -> None:
    """Add the table and the reason."""
    op.create_table(
        "update_spendings",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("funding_id", sa.Integer(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("spent_fen >= 0", name=op.f("ck_update_spendings_not_negative")),
        sa.ForeignKeyConstraint(["funding_id"], ["fundings.id"], name=op.f("fk_update_spendings_funding_id")),
        sa.ForeignKeyConstraint(
            ["update_id"], ["project_updates.id"], name=op.f("fk_update_spendings_update_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("update_id", "funding_id", name=op.f("pk_update_spendings")),
    )
    for column in ("funding_id", "update_id"):
        op.create_index(op.f(f"ix_update_spendings_{column}"), "update_spendings", [column], unique=False)
    for table in TELLING:
        op.add_column(table, sa.Column("overspent_for", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take them away again."""
    for table in TELLING:
        op.drop_column(table, "overspent_for")
    op.drop_table("update_spendings")
