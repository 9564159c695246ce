"""Links that show the map on a wall."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_walls"
down_revision = "20261128_map_sums"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "wall_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("view", sa.String(length=500), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("last_opened_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "expires_on IS NULL OR expires_on >= made_on", name=op.f("ck_wall_links_expires_after_it_is_made")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_wall_links_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_wall_links_token_sha256")),
    )
    op.create_index(op.f("ix_wall_links_account_id"), "wall_links", ["account_id"])
    op.create_index(op.f("ix_wall_links_region_code"), "wall_links", ["region_code"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("wall_links")
