"""Visits sent from phones and settled by people: merges, replies to problems, planned stops, photos that can be sent twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261123_visits_in_bursts"
down_revision = "20261123_records"
branch_labels = None
depends_on = None

FIRST_SETTINGS = (
    "region_code",
    "owner_name",
    "tile_address",
    "tile_attribution",
    "map_approval_number",
    "coverage_days",
)
NEW_TABLES = ("problem_replies", "visits_kept_apart", "merged_visits", "campaign_stops")


def upgrade() -> None:
    """Add the tables and columns; a setting's name is no longer held to a list."""
    with op.batch_alter_table("programme_settings", recreate="auto") as table:
        table.drop_constraint(op.f("ck_programme_settings_settingkey"), type_="check")
    op.create_table(
        "campaign_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("wish", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_stops_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["commissioner_id"],
            ["commissioners.id"],
            name=op.f("fk_campaign_stops_commissioner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_campaign_stops_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_stops")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_campaign_stops_seed_key")),
    )
    op.create_index(op.f("ix_campaign_stops_campaign_id"), "campaign_stops", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_campaign_stops_commissioner_id"), "campaign_stops", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_campaign_stops_place_id"), "campaign_stops", ["place_id"], unique=False)
    op.create_index(op.f("ix_campaign_stops_region_code"), "campaign_stops", ["region_code"], unique=False)
    op.create_table(
        "merged_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_by_id"], ["accounts.id"], name=op.f("fk_merged_visits_merged_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_merged_visits_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_visits")),
        sa.UniqueConstraint("client_id", name=op.f("uq_merged_visits_client_id")),
    )
    op.create_index(op.f("ix_merged_visits_merged_by_id"), "merged_visits", ["merged_by_id"], unique=False)
    op.create_index(op.f("ix_merged_visits_visit_id"), "merged_visits", ["visit_id"], unique=False)
    op.create_table(
        "visits_kept_apart",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("visit_id < other_id", name=op.f("ck_visits_kept_apart_smaller_first")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_visits_kept_apart_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["visits.id"], name=op.f("fk_visits_kept_apart_other_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visits_kept_apart_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "other_id", name=op.f("pk_visits_kept_apart")),
    )
    op.create_index(op.f("ix_visits_kept_apart_decided_by_id"), "visits_kept_apart", ["decided_by_id"], unique=False)
    op.create_index(op.f("ix_visits_kept_apart_other_id"), "visits_kept_apart", ["other_id"], unique=False)
    op.create_index(op.f("ix_visits_kept_apart_visit_id"), "visits_kept_apart", ["visit_id"], unique=False)
    op.create_table(
        "problem_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "in_hand",
                "solved",
                "dropped",
                name="raisedproblemstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("owner_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_problem_replies_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["raised_problems.id"], name=op.f("fk_problem_replies_problem_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_replies")),
    )
    op.create_index(op.f("ix_problem_replies_account_id"), "problem_replies", ["account_id"], unique=False)
    op.create_index(op.f("ix_problem_replies_problem_id"), "problem_replies", ["problem_id"], unique=False)
    _add_reference("raised_problems", "owner_id")
    op.create_index(op.f("ix_raised_problems_owner_id"), "raised_problems", ["owner_id"], unique=False)
    op.add_column("visit_photos", sa.Column("sent_sha256", sa.String(length=64), server_default="", nullable=False))
    op.add_column("visit_photos", sa.Column("position_kept", sa.Boolean(), server_default="0", nullable=False))
    _add_reference("visit_photos", "added_by_id")
    op.create_index(op.f("ix_visit_photos_added_by_id"), "visit_photos", ["added_by_id"], unique=False)
    op.create_index("ix_visit_photos_content_sha256", "visit_photos", ["content_sha256"], unique=False)
    op.create_index("ix_visit_photos_visit_id_sent_sha256", "visit_photos", ["visit_id", "sent_sha256"], unique=True)
    op.add_column("visits", sa.Column("sent_sha256", sa.String(length=64), nullable=True))
    op.drop_index("ix_visits_place_id", table_name="visits")
    op.create_index("ix_visits_place_id_starts_on", "visits", ["place_id", "starts_on"], unique=False)


def downgrade() -> None:
    """Take them away again; settings that the earlier release does not know go too."""
    op.drop_index("ix_visits_place_id_starts_on", table_name="visits")
    op.create_index("ix_visits_place_id", "visits", ["place_id"], unique=False)
    op.drop_column("visits", "sent_sha256")
    op.drop_index("ix_visit_photos_visit_id_sent_sha256", table_name="visit_photos")
    op.drop_index("ix_visit_photos_content_sha256", table_name="visit_photos")
    op.drop_index("ix_visit_photos_added_by_id", table_name="visit_photos")
    with op.batch_alter_table("visit_photos") as table:
        for name in ("added_by_id", "position_kept", "sent_sha256"):
            table.drop_column(name)
    op.drop_index("ix_raised_problems_owner_id", table_name="raised_problems")
    with op.batch_alter_table("raised_problems") as table:
        table.drop_column("owner_id")
    for name in NEW_TABLES:
        op.drop_table(name)
    known = ", ".join(f"'{name}'" for name in FIRST_SETTINGS)
    op.execute(f"DELETE FROM programme_settings WHERE key NOT IN ({known})")  # noqa: S608 - names of ours
    with op.batch_alter_table("programme_settings") as table:
        table.create_check_constraint(op.f("ck_programme_settings_settingkey"), f"key IN ({known})")


def _add_reference(table: str, column: str) -> None:
    # As a batch: SQLite adds no key to a table that stands, so a copy takes its place.
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f(f"fk_{table}_{column}"), "accounts", [column], ["id"], ondelete="RESTRICT")
