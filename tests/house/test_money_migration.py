"""What a source had received before there were entries is its first entry afterwards, and is a sum again on the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from commissioner import create_app
from commissioner.models import db, schema
from tests.conftest import settings_of
from tests.databases import Templates

PROJECT = """
INSERT INTO projects (id, title, level, kind, industry, region_code, stage, seed_key, created_at, updated_at)
VALUES (1, '茶园', 'municipal', 'general', 'tea', '330326000000', 'under_way', 'p99', '2022-01-01', '2022-01-01')
"""
FUNDING = "INSERT INTO fundings (project_id, source, granted_fen, received_fen) VALUES (1, :source, 900, :received)"
TARGET = "INSERT INTO project_targets (id, project_id, name, unit, target_value) VALUES (1, 1, '示范面积', 'mu', 20000)"
UPDATE = """
INSERT INTO project_updates (id, project_id, posted_at, reported_on, stage, spent_fen)
VALUES (1, 1, '2022-01-01', '2022-01-01', 'under_way', 0)
"""
FIGURE = "INSERT INTO update_figures (update_id, target_id, actual_value) VALUES (1, 1, 100)"


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_money_and_figures_come_through_unharmed(templates: Templates, dialect: str, tmp_path: Path) -> None:
    with templates.copy(dialect, "nothing") as url, create_app(settings_of(url, tmp_path)).app_context():
        with db.engine.begin() as connection:
            command.upgrade(schema._config(connection), "20261123_matching")
            for statement in (PROJECT, TARGET, UPDATE, FIGURE):
                connection.execute(text(statement))
            for source, received in (("own", 400), ("county", 0)):
                connection.execute(text(FUNDING), {"source": source, "received": received})
        schema.upgrade(db.engine)
        with db.engine.connect() as connection:
            asked = "SELECT amount_fen, received_on, seed_key FROM funding_receipts"
            assert connection.execute(text(asked)).all() == [(400, None, "p99-own-1")]
            assert connection.execute(text("SELECT actual_value FROM update_figures")).all() == [(100,)]
        with db.engine.begin() as connection:
            command.downgrade(schema._config(connection), "20261128_money-1")
            asked = "SELECT source, received_fen FROM fundings ORDER BY received_fen"
            assert connection.execute(text(asked)).all() == [("county", 0), ("own", 400)]
        db.session.remove()
        db.engine.dispose()
