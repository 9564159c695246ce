"""Targets that name an indicator and have parts; days are a unit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "20261128_targets"
down_revision = "20261128_evaluations"
branch_labels = None
depends_on = None

OLD_UNITS = (
    *("persons", "person_times", "households", "enterprises", "enterprise_visits", "mu", "plants", "yuan"),
    *("wan_yuan", "yi_yuan", "sessions", "items", "villages", "count", "times"),
)
UNITS_AFTER_DAYS = ("kilograms", "wan_square_metres", "percent")
IN_UNITS = ("impacts", "introductions", "indicator_results", "project_targets")


def upgrade() -> None:
    """Let a unit be days; add the columns of targets and the table of their parts."""
    _units((*OLD_UNITS, "days", *UNITS_AFTER_DAYS))
    op.create_table(
        "target_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("target_value", sa.BigInteger(), nullable=True),
        sa.Column("actual_value", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(target_value IS NULL OR target_value >= 0) AND (actual_value IS NULL OR actual_value >= 0)",
            name=op.f("ck_target_parts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["project_targets.id"], name=op.f("fk_target_parts_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_parts")),
        sa.UniqueConstraint("target_id", "name", name=op.f("uq_target_parts_target_id_name")),
    )
    op.create_index(op.f("ix_target_parts_target_id"), "target_parts", ["target_id"], unique=False)
    op.create_table(
        "part_figures",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("actual_value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("actual_value >= 0", name=op.f("ck_part_figures_not_negative")),
        sa.ForeignKeyConstraint(
            ["part_id"], ["target_parts.id"], name=op.f("fk_part_figures_part_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["project_updates.id"], name=op.f("fk_part_figures_update_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("update_id", "part_id", name=op.f("pk_part_figures")),
    )
    for column in ("part_id", "update_id"):
        op.create_index(op.f(f"ix_part_figures_{column}"), "part_figures", [column], unique=False)


def downgrade() -> None:
    """Take them away again; what is counted in days goes, because the earlier release knows no such unit."""
    op.drop_table("part_figures")
    op.drop_table("target_parts")
    op.execute("UPDATE introductions SET quantity = NULL, unit = NULL WHERE unit = 'days'")
    for table in ("impacts", "indicator_results", "project_targets"):
        op.execute(f"DELETE FROM {table} WHERE unit = 'days'")  # noqa: S608 - names of ours
    _units((*OLD_UNITS, *UNITS_AFTER_DAYS), down=True)


def _units(units: tuple[str, ...], *, down: bool = False) -> None:
    known = ", ".join(f"'{unit}'" for unit in units)
    for name in IN_UNITS:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_unit"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_unit"), f"unit IN ({known})")
            if name == "project_targets":
                _columns(table, down=down)


def _columns(batch: BatchOperations, *, down: bool) -> None:
    if down:
        batch.drop_constraint(op.f("uq_project_targets_project_id_indicator"), type_="unique")
        for column in ("version", "parts_divide", "indicator"):
            batch.drop_column(column)
        return
    batch.add_column(sa.Column("indicator", sa.String(length=40), nullable=True))
    batch.add_column(sa.Column("parts_divide", sa.Boolean(), server_default="0", nullable=False))
    batch.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    batch.create_unique_constraint(op.f("uq_project_targets_project_id_indicator"), ["project_id", "indicator"])
