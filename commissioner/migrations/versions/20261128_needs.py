"""The life of a need: raised before it is opened, what was done to it, its photos, and the call of a batch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_needs"
down_revision = "20261128_boundaries"
branch_labels = None
depends_on = None

STATES = ("open", "proposed", "agreed", "posted", "done", "declined", "withdrawn")
HELP = ("guidance", "training", "variety", "processing", "pests", "branding", "residence", "other")
ONE_PAIR = "uq_matches_need_id_commissioner_id"
PAIR_INDEX = "ix_matches_need_id_commissioner_id"


def upgrade() -> None:
    """Add them; a pair may meet again once its first match was closed with the need."""
    with op.batch_alter_table("batches") as table:
        table.add_column(sa.Column("call_opens_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("call_closes_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("call_text", sa.Text(), server_default="", nullable=False))
        table.create_check_constraint(op.f("ck_batches_call_in_order"), "call_closes_on >= call_opens_on")
        table.create_check_constraint(
            op.f("ck_batches_call_is_whole"), "(call_opens_on IS NULL) = (call_closes_on IS NULL)"
        )
    with op.batch_alter_table("needs") as table:
        table.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("help_kind", sa.String(length=40), nullable=True))
        table.create_foreign_key(op.f("fk_needs_batch_id"), "batches", ["batch_id"], ["id"], ondelete="RESTRICT")
        table.create_check_constraint(op.f("ck_needs_helpkind"), _one_of("help_kind", HELP))
        table.drop_constraint(op.f("ck_needs_needstate"), type_="check")
        table.create_check_constraint(op.f("ck_needs_needstate"), _one_of("state", ("raised", *STATES)))
    op.create_index(op.f("ix_needs_batch_id"), "needs", ["batch_id"], unique=False)
    with op.batch_alter_table("matches") as table:
        table.add_column(sa.Column("closed_with_need", sa.Boolean(), server_default="0", nullable=False))
        table.drop_constraint(op.f(ONE_PAIR), type_="unique")
    still = sa.text("NOT closed_with_need")
    op.create_index(
        PAIR_INDEX,
        "matches",
        ["need_id", "commissioner_id"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    _events()
    _photos()


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _events() -> None:
    op.create_table(
        "need_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column(
            "state",
            sa.Enum("raised", *STATES, name="needstate", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_need_events_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_need_events_need_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_events")),
    )
    for column in ("account_id", "need_id"):
        op.create_index(op.f(f"ix_need_events_{column}"), "need_events", [column], unique=False)


def _photos() -> None:
    op.create_table(
        "need_photos",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(length=200), server_default="", nullable=False),
        sa.Column("position_kept", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["accounts.id"], name=op.f("fk_need_photos_added_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_need_photos_need_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_photos")),
    )
    for column in ("added_by_id", "need_id", "content_sha256"):
        op.create_index(op.f(f"ix_need_photos_{column}"), "need_photos", [column], unique=False)
    op.create_index("ix_need_photos_need_id_sent_sha256", "need_photos", ["need_id", "sent_sha256"], unique=True)


def downgrade() -> None:
    """Take them away again: what was raised counts as open, of a pair's matches the last one stays."""
    op.drop_table("need_photos")
    op.drop_table("need_events")
    op.drop_index(PAIR_INDEX, table_name="matches")
    latest = "SELECT max(id) FROM matches GROUP BY need_id, commissioner_id"
    op.execute(f"DELETE FROM matches WHERE closed_with_need AND id NOT IN ({latest})")  # noqa: S608 - words of ours
    with op.batch_alter_table("matches") as table:
        table.drop_column("closed_with_need")
        table.create_unique_constraint(op.f(ONE_PAIR), ["need_id", "commissioner_id"])
    op.execute("UPDATE needs SET state = 'open' WHERE state = 'raised'")
    op.drop_index(op.f("ix_needs_batch_id"), table_name="needs")
    with op.batch_alter_table("needs") as table:
        table.drop_constraint(op.f("ck_needs_needstate"), type_="check")
        table.create_check_constraint(op.f("ck_needs_needstate"), _one_of("state", STATES))
        table.drop_constraint(op.f("ck_needs_helpkind"), type_="check")
        table.drop_constraint(op.f("fk_needs_batch_id"), type_="foreignkey")
        table.drop_column("help_kind")
        table.drop_column("batch_id")
    with op.batch_alter_table("batches") as table:
        table.drop_constraint(op.f("ck_batches_call_is_whole"), type_="check")
        table.drop_constraint(op.f("ck_batches_call_in_order"), type_="check")
        for name in ("call_text", "call_closes_on", "call_opens_on"):
            table.drop_column(name)
