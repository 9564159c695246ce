"""Imported boundaries, files that wait for a yes, and the key of tiles as a setting of its own."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_boundaries"
down_revision = "20261128_updates"
branch_labels = None
depends_on = None

LEVELS = ("province", "city", "county", "township", "village")
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
WRITTEN_KEY = re.compile(r"([?&]tk=)([A-Za-z0-9_-]{8,})")
SETTINGS = sa.table("programme_settings", sa.column("key", sa.String), sa.column("value", sa.String))


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40, create_constraint=True)


def upgrade() -> None:
    """Add the tables; a key that stands in the address of tiles goes to its own setting."""
    op.create_table(
        "boundary_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("level", _words("placelevel", LEVELS), nullable=False),
        sa.Column("datum", _words("datum", DATUMS), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_imports")),
    )
    op.create_index(op.f("ix_boundary_imports_region_code"), "boundary_imports", ["region_code"], unique=False)
    op.create_table(
        "boundaries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("level", _words("placelevel", LEVELS), nullable=False),
        sa.Column("area_km2", sa.Double(), nullable=False),
        sa.Column("vertices", sa.Integer(), nullable=False),
        sa.Column("whole", sa.LargeBinary(), nullable=False),
        sa.Column("drawn", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("area_km2 > 0", name=op.f("ck_boundaries_area_is_positive")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["boundary_imports.id"], name=op.f("fk_boundaries_import_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_boundaries_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundaries")),
        sa.UniqueConstraint("place_id", name=op.f("uq_boundaries_place_id")),
    )
    for column in ("import_id", "region_code"):
        op.create_index(op.f(f"ix_boundaries_{column}"), "boundaries", [column], unique=False)
    op.create_table(
        "staged_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), server_default="", nullable=False),
        sa.Column("file_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staged_files_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_files")),
        sa.UniqueConstraint("account_id", "purpose", name=op.f("uq_staged_files_account_id_purpose")),
    )
    op.create_index(op.f("ix_staged_files_account_id"), "staged_files", ["account_id"], unique=False)
    _keep_the_key_apart()


def _keep_the_key_apart() -> None:
    address = op.get_bind().scalar(sa.select(SETTINGS.c.value).where(SETTINGS.c.key == "tile_address")) or ""
    found = WRITTEN_KEY.search(address)
    if found is not None:
        apart = WRITTEN_KEY.sub(r"\1{tk}", address)
        op.execute(SETTINGS.update().where(SETTINGS.c.key == "tile_address").values(value=apart))
        op.execute(SETTINGS.insert().values(key="tile_key", value=found[2]))


def downgrade() -> None:
    """Take the tables away, and put the key back into the address."""
    bind = op.get_bind()
    told = dict(bind.execute(sa.select(SETTINGS.c.key, SETTINGS.c.value)).all())
    address = told.get("tile_address", "").replace("{tk}", told.get("tile_key", ""))
    op.execute(SETTINGS.update().where(SETTINGS.c.key == "tile_address").values(value=address))
    later = ("tile_key", "tile_subdomains", "tile_least_zoom", "tile_deepest_zoom")
    op.execute(SETTINGS.delete().where(SETTINGS.c.key.in_(later)))
    for table in ("staged_files", "boundaries", "boundary_imports"):
        op.drop_table(table)
