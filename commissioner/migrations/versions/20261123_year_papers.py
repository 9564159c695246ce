"""Papers of a commissioner's year, numbered, with the code that verifies them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261123_year_papers"
down_revision = "20261123_visits_in_bursts"
branch_labels = None
depends_on = None

INDEXED = ("commissioner_id", "region_code", "issued_by_id", "revoked_by_id")


def _points_to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_year_papers_{column}"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "year_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("issue_year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=22), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("year BETWEEN 1999 AND 2100", name=op.f("ck_year_papers_year_of_the_programme")),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_year_papers_serials_from_one")),
        sa.CheckConstraint(
            "revoked_at IS NULL OR revoked_reason <> ''", name=op.f("ck_year_papers_revoked_with_a_reason")
        ),
        _points_to("commissioner_id", "commissioners"),
        _points_to("issued_by_id", "accounts"),
        _points_to("revoked_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_papers")),
        sa.UniqueConstraint("code", name=op.f("uq_year_papers_code")),
        sa.UniqueConstraint(
            "region_code", "issue_year", "serial", name=op.f("uq_year_papers_region_code_issue_year_serial")
        ),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_year_papers_{column}"), "year_papers", [column], unique=False)


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("year_papers")
