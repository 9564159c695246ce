"""Money arrives in dated entries; what is spent may be told source by source."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261128_money"
down_revision = "20261128_targets"
branch_labels = None
depends_on = None

ARRIVED = """
SELECT fundings.id, fundings.received_fen, fundings.source, projects.seed_key
FROM fundings JOIN projects ON projects.id = fundings.project_id WHERE fundings.received_fen > 0
"""


def upgrade() -> None:
    """What a source had received becomes its first entry, without a date, because none was kept."""
    arrived = op.get_bind().execute(sa.text(ARRIVED)).all()
    with op.batch_alter_table("fundings") as table:
        table.drop_constraint(op.f("ck_fundings_money_not_negative"), type_="check")
        table.drop_column("received_fen")
        table.add_column(sa.Column("spent_fen", sa.BigInteger(), nullable=True))
        table.create_check_constraint(
            op.f("ck_fundings_money_not_negative"), "granted_fen >= 0 AND (spent_fen IS NULL OR spent_fen >= 0)"
        )
    receipts = op.create_table(
        "funding_receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("funding_id", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_funding_receipts_something_arrived")),
        sa.ForeignKeyConstraint(
            ["funding_id"], ["fundings.id"], name=op.f("fk_funding_receipts_funding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_receipts")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_funding_receipts_seed_key")),
    )
    op.create_index(op.f("ix_funding_receipts_funding_id"), "funding_receipts", ["funding_id"], unique=False)
    if arrived:
        op.bulk_insert(receipts, [_first_entry(row) for row in arrived])


def _first_entry(row: sa.Row[Any]) -> dict[str, Any]:
    # Of a data set's project it is named as the data set names it, so that loading it again brings no second one.
    seed_key = f"{row.seed_key}-{row.source}-1" if row.seed_key else None
    return {"funding_id": row.id, "amount_fen": row.received_fen, "seed_key": seed_key}


def downgrade() -> None:
    """Keep the sums, lose the dates."""
    total = "SELECT funding_id, SUM(amount_fen) AS received_fen FROM funding_receipts GROUP BY funding_id"
    arrived = op.get_bind().execute(sa.text(total)).all()
    op.drop_table("funding_receipts")
    with op.batch_alter_table("fundings") as table:
        table.drop_constraint(op.f("ck_fundings_money_not_negative"), type_="check")
        table.drop_column("spent_fen")
        table.add_column(sa.Column("received_fen", sa.BigInteger(), server_default="0", nullable=False))
        table.create_check_constraint(op.f("ck_fundings_money_not_negative"), "granted_fen >= 0 AND received_fen >= 0")
    for row in arrived:
        kept = {"received": int(row.received_fen), "id": row.funding_id}
        op.get_bind().execute(sa.text("UPDATE fundings SET received_fen = :received WHERE id = :id"), kept)
