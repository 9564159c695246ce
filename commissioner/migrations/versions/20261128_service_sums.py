"""Sums of service visits and service days by region; the map's own are worked out anew when somebody asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_service_sums"
down_revision = "20261128_walls"
branch_labels = None
depends_on = None

WATCHED = ("visits", "places", "visit_commissioners")
EVENTS = ("insert", "update", "delete")
SERVICES = ("services_confirmed", "services_unrejected")


def upgrade() -> None:
    """Add the tables; the triggers that mark what is stale are made anew after every upgrade (``models.sums``)."""
    _forget_all()
    _month_sums(*SERVICES)
    op.create_index("ix_month_sums_township_month", "month_sums", ["township", "month"], unique=False)
    op.create_table(
        "stale_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale_people")),
    )
    op.create_table(
        "region_sums",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("visits", *SERVICES)),
        sa.PrimaryKeyConstraint("region", "month", name=op.f("pk_region_sums")),
    )
    op.create_table(
        "person_sums",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("commissioner_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days_confirmed", sa.Integer(), nullable=False),
        sa.Column("days_unrejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("region", "year", "commissioner_id", name=op.f("pk_person_sums")),
    )
    op.create_index("ix_person_sums_commissioner_id", "person_sums", ["commissioner_id"], unique=False)


def downgrade() -> None:
    """Take the triggers away first: they write into what goes."""
    lite = op.get_bind().dialect.name == "sqlite"
    for table in WATCHED:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER IF EXISTS mark_{table}_{event}" + ("" if lite else f" ON {table}"))
        if not lite:
            op.execute(f"DROP FUNCTION IF EXISTS mark_{table}_stale()")
    for table in ("person_sums", "region_sums", "stale_people"):
        op.drop_table(table)
    _forget_all()
    _month_sums()


def _forget_all() -> None:
    """No sums are kept until somebody asks for some: then all are worked out."""
    for table in ("kept_sums", "stale_sums", "township_sums"):
        op.execute(sa.delete(sa.table(table)))
    op.drop_table("month_sums")


def _month_sums(*services: str) -> None:
    counts = ("visits", "villages_confirmed", "villages_unrejected", *services)
    op.create_table(
        "month_sums",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("township", sa.String(length=9), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("month", "township", name=op.f("pk_month_sums")),
    )
