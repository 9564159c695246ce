"""The last thing that somebody did is found in the index."""

from __future__ import annotations

from alembic import op

revision = "20261128_last_deeds"
down_revision = "20261128_service_sums"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sort each account's lines by their number."""
    op.create_index("ix_audit_entries_account_id_id", "audit_entries", ["account_id", "id"])
    op.drop_index("ix_audit_entries_account_id", table_name="audit_entries")


def downgrade() -> None:
    """Go back to the accounts alone."""
    op.create_index("ix_audit_entries_account_id", "audit_entries", ["account_id"])
    op.drop_index("ix_audit_entries_account_id_id", table_name="audit_entries")
