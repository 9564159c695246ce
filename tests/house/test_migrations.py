"""From nothing, the migrations make exactly the tables that the models describe, on both databases, and can be undone."""

from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from commissioner import create_app
from commissioner.models import Base, db, schema
from commissioner.models.engine import teach_manners
from commissioner.models.schema import _config as config
from tests.conftest import settings_of
from tests.databases import Templates

STEPS_WITHOUT_TABLES = {"alembic_version"}


@pytest.fixture
def nothing(templates: Templates, dialect, tmp_path):
    """An engine on a database without a single table, as the application would open it."""
    with templates.copy(dialect, "nothing") as url:
        app = create_app(settings_of(url, tmp_path))
        with app.app_context():
            yield db.engine
            db.session.remove()
            db.engine.dispose()


def tables(engine):
    return set(inspect(engine).get_table_names()) - STEPS_WITHOUT_TABLES


def described(engine):
    """Everything a database knows of its tables, by name, in five questions."""
    seen = inspect(engine)
    asked = {
        "columns": seen.get_multi_columns(),
        "foreign": seen.get_multi_foreign_keys(),
        "unique": seen.get_multi_unique_constraints(),
        "indexes": seen.get_multi_indexes(),
        "checks": seen.get_multi_check_constraints(),
    }
    return {
        (what, name): by_name(found)
        for what, answers in asked.items()
        for (_schema, name), found in answers.items()
        if name not in STEPS_WITHOUT_TABLES
    }


def by_name(constraints):
    return {one["name"]: {key: plain(value) for key, value in one.items()} for one in constraints}


def plain(value):
    return {key: str(inner) for key, inner in value.items()} if isinstance(value, dict) else str(value)


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(nothing):
    assert not schema.is_current(nothing)
    schema.upgrade(nothing)
    assert schema.is_current(nothing)
    schema.upgrade(nothing)
    assert schema.is_current(nothing)


def test_the_migrations_make_what_the_models_describe(nothing):
    schema.upgrade(nothing)

    assert tables(nothing) == set(Base.metadata.tables)
    with nothing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_and_indexes_are_the_same_as_the_models_would_make(nothing):
    schema.upgrade(nothing)
    migrated = described(nothing)
    Base.metadata.drop_all(nothing)
    Base.metadata.create_all(nothing)

    made = described(nothing)
    assert migrated.keys() == made.keys()
    assert [name for name in made if migrated[name] != made[name]] == []


def test_down_to_nothing_and_up_again(nothing):
    schema.upgrade(nothing)
    first = described(nothing)
    with nothing.begin() as connection:
        command.downgrade(config(connection), "base")
    assert tables(nothing) == set()

    schema.upgrade(nothing)
    assert described(nothing) == first


def test_an_upgrade_that_fails_leaves_nothing_behind(nothing):
    tripped = []

    def trip(_connection, _cursor, statement, *_rest):
        if "CREATE TABLE visits" in statement:
            tripped.append(statement)
            raise OperationalError(statement, {}, Exception("the disk is full"))

    event.listen(nothing, "before_cursor_execute", trip)
    with pytest.raises(OperationalError):
        schema.upgrade(nothing)
    event.remove(nothing, "before_cursor_execute", trip)

    assert tripped
    assert tables(nothing) == set()
    schema.upgrade(nothing)
    assert schema.is_current(nothing)


def test_the_engine_is_as_durable_as_promised(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'durable.sqlite3'}")
    teach_manners(engine)
    with engine.connect() as connection:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    engine.dispose()

    assert found == wanted


def test_what_stands_before_needs_have_a_life_stands_after(nothing):
    code = "330326102000"
    with nothing.begin() as connection:
        command.upgrade(config(connection), "20261123_matching")
    tables_then = MetaData()
    tables_then.reflect(nothing)
    moment, day = datetime(2022, 3, 1, tzinfo=UTC), date(2022, 3, 1)
    stamped = {"created_at": moment, "updated_at": moment}
    place = {"code": code, "region_code": code, "level": "township", "name": "水头镇", "state": "current"}
    person = {"kind": "individual", "field": "agricultural", "name": "示例", "region_code": code}
    need = {"title": "茶", "industry": "tea", "raised_on": day, "place_id": 1, "region_code": code}
    rows = {
        "places": {**place, **stamped},
        "commissioners": {**person, **stamped},
        "needs": {**need, "state": "proposed", **stamped},
        "matches": {"need_id": 1, "commissioner_id": 1, "state": "place_agreed", "proposed_on": day, **stamped},
        "match_answers": {"match_id": 1, "side": "place", "agreed": True, "said_at": moment},
    }
    with nothing.begin() as connection:
        for name, row in rows.items():
            connection.execute(tables_then.tables[name].insert().values(id=1, **row))

    schema.upgrade(nothing)

    with nothing.connect() as connection:
        assert connection.execute(text("SELECT state FROM needs")).scalars().all() == ["proposed"]
        told = connection.execute(text("SELECT state, closed_with_need FROM matches")).one()
        assert (told.state, bool(told.closed_with_need)) == ("place_agreed", False)
        assert connection.execute(text("SELECT count(*) FROM match_answers")).scalar() == 1
