"""Sums of the map for large regions, the marks of what is stale, and places found by where they lie."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_map_sums"
down_revision = "20261128_spendings"
branch_labels = None
depends_on = None

WATCHED = ("visits", "places")
EVENTS = ("insert", "update", "delete")


def upgrade() -> None:
    """Add the tables; the triggers that mark what is stale are made anew after every upgrade (``models.sums``)."""
    op.create_table(
        "kept_sums",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_sums")),
    )
    op.create_table(
        "stale_sums",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("township", sa.String(length=9), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_sums")),
    )
    op.create_table(
        "township_sums",
        sa.Column("township", sa.String(length=9), nullable=False),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("villages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("township", name=op.f("pk_township_sums")),
    )
    op.create_table(
        "month_sums",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("township", sa.String(length=9), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("villages_confirmed", sa.Integer(), nullable=False),
        sa.Column("villages_unrejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "township", name=op.f("pk_month_sums")),
    )
    op.create_index("ix_places_longitude_deg_latitude_deg", "places", ["longitude_deg", "latitude_deg"], unique=False)


def downgrade() -> None:
    """Take the triggers away first: they write into what goes."""
    lite = op.get_bind().dialect.name == "sqlite"
    for table in WATCHED:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER IF EXISTS mark_{table}_{event}" + ("" if lite else f" ON {table}"))
        if not lite:
            op.execute(f"DROP FUNCTION IF EXISTS mark_{table}_stale()")
    op.drop_index("ix_places_longitude_deg_latitude_deg", table_name="places")
    for table in ("month_sums", "township_sums", "stale_sums", "kept_sums"):
        op.drop_table(table)
