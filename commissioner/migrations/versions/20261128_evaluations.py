"""Evaluations: schemes with criteria and grades, what was said and decided of each person, and townships' words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_evaluations"
down_revision = "20261128_needs"
branch_labels = None
depends_on = None

TABLES = (
    "evaluation_schemes",
    "scheme_criteria",
    "scheme_grades",
    "evaluations",
    "evaluation_marks",
    "evaluation_opinions",
)


def upgrade() -> None:
    """Add the tables."""
    _evaluation_schemes()
    _scheme_criteria()
    _scheme_grades()
    _evaluations()
    _evaluation_marks()
    _evaluation_opinions()


def downgrade() -> None:
    """Take them away, those that point to others first."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _evaluation_schemes() -> None:
    op.create_table(
        "evaluation_schemes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "provincial", "municipal", "county", name="level", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "published",
                "closed",
                name="schemestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_evaluation_schemes_dates_in_order")),
        sa.CheckConstraint("year BETWEEN 1999 AND 2100", name=op.f("ck_evaluation_schemes_year_of_the_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_schemes")),
        sa.UniqueConstraint("region_code", "level", "year", name=op.f("uq_evaluation_schemes_region_code_level_year")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_evaluation_schemes_seed_key")),
    )
    _indexes("evaluation_schemes", "region_code")


def _scheme_criteria() -> None:
    op.create_table(
        "scheme_criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("help", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_scheme_criteria_weight_in_percent")),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["evaluation_schemes.id"], name=op.f("fk_scheme_criteria_scheme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_criteria")),
        sa.UniqueConstraint("scheme_id", "name", name=op.f("uq_scheme_criteria_scheme_id_name")),
    )
    _indexes("scheme_criteria", "scheme_id")


def _scheme_grades() -> None:
    op.create_table(
        "scheme_grades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "excellent",
                "good",
                "qualified",
                "unqualified",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("meaning", sa.Text(), server_default="", nullable=False),
        sa.Column("quota_persons", sa.Integer(), nullable=True),
        sa.Column("quota_percent", sa.Integer(), nullable=True),
        sa.Column("needs_reason", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("quota_percent BETWEEN 0 AND 100", name=op.f("ck_scheme_grades_quota_in_percent")),
        sa.CheckConstraint("quota_persons >= 0", name=op.f("ck_scheme_grades_quota_of_persons")),
        sa.CheckConstraint("quota_persons IS NULL OR quota_percent IS NULL", name=op.f("ck_scheme_grades_one_quota")),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["evaluation_schemes.id"], name=op.f("fk_scheme_grades_scheme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_grades")),
        sa.UniqueConstraint("scheme_id", "grade", name=op.f("uq_scheme_grades_scheme_id_grade")),
    )
    _indexes("scheme_grades", "scheme_id")


def _evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "excellent",
                "good",
                "qualified",
                "unqualified",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("grade_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.Text(), server_default="", nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioners.id"], name=op.f("fk_evaluations_commissioner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_evaluations_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["evaluation_schemes.id"], name=op.f("fk_evaluations_scheme_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("scheme_id", "commissioner_id", name=op.f("uq_evaluations_scheme_id_commissioner_id")),
    )
    _indexes("evaluations", "commissioner_id", "decided_by_id", "scheme_id")


def _evaluation_marks() -> None:
    op.create_table(
        "evaluation_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 10000", name=op.f("ck_evaluation_marks_score_out_of_a_hundred")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["scheme_criteria.id"], name=op.f("fk_evaluation_marks_criterion_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_evaluation_marks_evaluation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_marks")),
        sa.UniqueConstraint(
            "evaluation_id", "criterion_id", name=op.f("uq_evaluation_marks_evaluation_id_criterion_id")
        ),
    )
    _indexes("evaluation_marks", "criterion_id", "evaluation_id")


def _evaluation_opinions() -> None:
    op.create_table(
        "evaluation_opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_evaluation_opinions_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_evaluation_opinions_evaluation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_opinions")),
        sa.UniqueConstraint(
            "evaluation_id", "region_code", name=op.f("uq_evaluation_opinions_evaluation_id_region_code")
        ),
    )
    _indexes("evaluation_opinions", "account_id", "evaluation_id", "region_code")
