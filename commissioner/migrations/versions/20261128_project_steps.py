"""A project's way through its stages: what each step needs, requests, documents, who decided; milestones done with a word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261128_project_steps"
down_revision = "20261128_money"
branch_labels = None
depends_on = None

STAGES = ("applied", "approved", "contracted", "under_way", "mid_term", "acceptance", "closed", "terminated")
LEVELS = ("provincial", "municipal", "county")
KINDS = ("individual", "team", "general", "corps")
STATES = ("waiting", "returned", "granted", "withdrawn", "past")
FORMATS = ("pdf", "docx", "xlsx", "jpg")
NEW_TABLES = ("project_documents", "step_requests", "step_rules")
OF_A_STEP = ("decided_by", "decision_number", "decided_on", "opinion", "recorded_by")
OF_A_MILESTONE = ("stage", "done_by", "done_note")
WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Add the tables, and what a step and a milestone tell beside their days."""
    _add_rules()
    _add_requests()
    _add_documents()
    for name in ("decided_by", "decision_number", "recorded_by"):
        op.add_column("stage_changes", _short(name))
    op.add_column("stage_changes", sa.Column("decided_on", sa.Date(), nullable=True))
    op.add_column("stage_changes", _prose("opinion"))
    # Without a list in the database: SQLite would have to copy the table for it.
    op.add_column("milestones", sa.Column("stage", sa.String(length=40), nullable=True))
    for name in ("done_by", "done_note"):
        op.add_column("milestones", _short(name))


def _add_rules() -> None:
    op.create_table(
        "step_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("stage", _words("projectstage", STAGES), nullable=False),
        sa.Column("level", _words("level", LEVELS), nullable=True),
        sa.Column("kind", _words("projectkind", KINDS), nullable=True),
        sa.Column("documents", sa.String(length=200), server_default="", nullable=False),
        *(
            sa.Column(name, sa.Boolean(), server_default="0", nullable=False)
            for name in ("needs_opinion", "needs_decider", "needs_number", "needs_mid_term", "may_ask")
        ),
        _prose("note"),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        _prose("source_note"),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_rules")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_step_rules_seed_key")),
    )
    op.create_index(op.f("ix_step_rules_region_code"), "step_rules", ["region_code"], unique=False)


def _add_requests() -> None:
    op.create_table(
        "step_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("stage", _words("projectstage", STAGES), nullable=False),
        sa.Column("state", _words("requeststate", STATES), nullable=False),
        _prose("words"),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        _short("asked_by"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        _prose("answer"),
        _short("answered_by"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        _to_account("step_requests", "asked_by_id"),
        _to_project("step_requests"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_requests")),
    )
    for name in ("asked_by_id", "project_id"):
        op.create_index(op.f(f"ix_step_requests_{name}"), "step_requests", [name], unique=False)
    op.create_index(
        "ix_step_requests_one_waits",
        "step_requests",
        ["project_id"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def _add_documents() -> None:
    op.create_table(
        "project_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("stage", _words("projectstage", STAGES), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("format", _words("documentformat", FORMATS), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        _short("added_by"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_project_documents_size_positive")),
        _to_account("project_documents", "added_by_id"),
        _to_project("project_documents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_documents")),
    )
    for name in ("added_by_id", "content_sha256", "project_id"):
        op.create_index(op.f(f"ix_project_documents_{name}"), "project_documents", [name], unique=False)
    once = ["project_id", "stage", "kind", "sent_sha256"]
    op.create_index("ix_project_documents_once", "project_documents", once, unique=True)


def downgrade() -> None:
    """Take them away again."""
    for table, names in (("milestones", OF_A_MILESTONE), ("stage_changes", OF_A_STEP)):
        for name in names:
            op.drop_column(table, name)
    for table in NEW_TABLES:
        op.drop_table(table)


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _short(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=200), server_default="", nullable=False)


def _prose(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _to_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["accounts.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def _to_project(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_project_id")
    return sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=name, ondelete="CASCADE")
