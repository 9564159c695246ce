"""Updates that count only when approved: their state and version, every version kept, reporting periods that are closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_updates"
down_revision = "20261123_matching"
branch_labels = None
depends_on = None

STATES = ("draft", "submitted", "returned", "approved")
DECISIONS = ("taken_back", "returned", "approved", "withdrawn")
EVENTS = ("closed", "reopened")
STAGES = ("applied", "approved", "contracted", "under_way", "mid_term", "acceptance", "closed", "terminated")


def _word(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _account(table: str, column: str = "account_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["accounts.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    """Add what is new; what was reported before stands as approved."""
    with op.batch_alter_table("project_updates") as table:
        table.add_column(sa.Column("state", _word("updatestate", STATES), server_default="approved", nullable=False))
        table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        table.alter_column("spent_fen", existing_type=sa.BigInteger(), nullable=True)
        table.create_index("ix_project_updates_state_posted_at", ["state", "posted_at"], unique=False)
    _versions()
    _periods()


def _versions() -> None:
    op.create_table(
        "update_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("stage", _word("projectstage", STAGES), nullable=False),
        sa.Column("progress", sa.Text(), server_default="", nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=True),
        sa.Column("correction", sa.Text(), server_default="", nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_update_versions_numbers_from_one")),
        _account("update_versions"),
        sa.ForeignKeyConstraint(
            ["update_id"], ["project_updates.id"], name=op.f("fk_update_versions_update_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_versions")),
        sa.UniqueConstraint("update_id", "number", name=op.f("uq_update_versions_update_id_number")),
    )
    _index("update_versions", "account_id", "update_id")
    op.create_table(
        "update_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", _word("updatedecisionkind", DECISIONS), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind NOT IN ('returned', 'withdrawn') OR note <> ''",
            name=op.f("ck_update_decisions_refused_with_a_reason"),
        ),
        _account("update_decisions"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["update_versions.id"], name=op.f("fk_update_decisions_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_decisions")),
    )
    _index("update_decisions", "account_id", "version_id")


def _periods() -> None:
    op.create_table(
        "reporting_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("due_on >= starts_on", name=op.f("ck_reporting_periods_due_after_the_start")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_reporting_periods_dates_in_order")),
        _account("reporting_periods", "closed_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_periods")),
        sa.UniqueConstraint("region_code", "name", name=op.f("uq_reporting_periods_region_code_name")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_reporting_periods_seed_key")),
    )
    _index("reporting_periods", "closed_by_id", "region_code")
    op.create_table(
        "period_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("kind", _word("periodeventkind", EVENTS), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("kind <> 'reopened' OR reason <> ''", name=op.f("ck_period_events_reopened_with_a_reason")),
        _account("period_events"),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_periods.id"], name=op.f("fk_period_events_period_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_events")),
    )
    _index("period_events", "account_id", "period_id")


def downgrade() -> None:
    """Take it away again; what was not approved goes with it, and money that was not spoken of is what it was before."""
    for name in ("period_events", "reporting_periods", "update_decisions", "update_versions"):
        op.drop_table(name)
    op.execute("DELETE FROM project_updates WHERE state <> 'approved'")
    op.execute(
        "UPDATE project_updates SET spent_fen = coalesce((SELECT max(earlier.spent_fen) FROM project_updates AS earlier"
        " WHERE earlier.project_id = project_updates.project_id AND earlier.reported_on <= project_updates.reported_on),"
        " 0) WHERE spent_fen IS NULL"
    )
    with op.batch_alter_table("project_updates") as table:
        table.drop_index("ix_project_updates_state_posted_at")
        table.alter_column("spent_fen", existing_type=sa.BigInteger(), nullable=False)
        table.drop_constraint(op.f("ck_project_updates_updatestate"), type_="check")
        table.drop_column("version")
        table.drop_column("state")
