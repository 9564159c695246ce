"""The records of the programme, all of them from the start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261123_records"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("account_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("role", sa.String(length=200), server_default="", nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("region_code", sa.String(length=12), server_default="", nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("client_id", name=op.f("uq_audit_entries_client_id")),
    )
    op.create_index(op.f("ix_audit_entries_account_id"), "audit_entries", ["account_id"], unique=False)
    op.create_index(op.f("ix_audit_entries_region_code"), "audit_entries", ["region_code"], unique=False)
    op.create_index("ix_audit_entries_subject_subject_id", "audit_entries", ["subject", "subject_id"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "provincial", "municipal", "county", name="level", native_enum=False, length=40, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_batches_dates_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_batches_seed_key")),
    )
    op.create_index(op.f("ix_batches_region_code"), "batches", ["region_code"], unique=False)
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_campaigns_dates_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_campaigns_seed_key")),
    )
    op.create_index(op.f("ix_campaigns_region_code"), "campaigns", ["region_code"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "university",
                "institute",
                "government",
                "company",
                "cooperative",
                "farm",
                "village_committee",
                "other",
                name="organisationkind",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_organisations_seed_key")),
    )
    op.create_index(op.f("ix_organisations_region_code"), "organisations", ["region_code"], unique=False)
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "province",
                "city",
                "county",
                "township",
                "village",
                name="placelevel",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("pinyin", sa.String(length=200), server_default="", nullable=False),
        sa.Column("initials", sa.String(length=200), server_default="", nullable=False),
        sa.Column("latitude_deg", sa.Double(), nullable=True),
        sa.Column("longitude_deg", sa.Double(), nullable=True),
        sa.Column(
            "coordinate_source",
            sa.Enum(
                "gps",
                "map_click",
                "import",
                "geonames",
                "wikipedia",
                "centroid",
                "approximate",
                "illustrative",
                name="coordinatesource",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "current", "merged", "closed", name="placestate", native_enum=False, length=40, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(latitude_deg IS NULL) = (longitude_deg IS NULL)", name=op.f("ck_places_point_is_whole")),
        sa.CheckConstraint("accuracy_m >= 0", name=op.f("ck_places_accuracy_not_negative")),
        sa.CheckConstraint(
            "latitude_deg BETWEEN -90 AND 90 AND longitude_deg BETWEEN -180 AND 180",
            name=op.f("ck_places_point_is_on_earth"),
        ),
        sa.CheckConstraint("length(region_code) = 12", name=op.f("ck_places_region_code_has_12_digits")),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name=op.f("fk_places_parent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["places.id"], name=op.f("fk_places_successor_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("code", name=op.f("uq_places_code")),
        sa.UniqueConstraint("id", "region_code", name=op.f("uq_places_id_region_code")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_places_seed_key")),
    )
    op.create_index("ix_places_level_region_code", "places", ["level", "region_code"], unique=False)
    op.create_index(op.f("ix_places_parent_id"), "places", ["parent_id"], unique=False)
    op.create_index(op.f("ix_places_region_code"), "places", ["region_code"], unique=False)
    op.create_index(op.f("ix_places_successor_id"), "places", ["successor_id"], unique=False)
    op.create_table(
        "programme_settings",
        sa.Column(
            "key",
            sa.Enum(
                "region_code",
                "owner_name",
                "tile_address",
                "tile_attribution",
                "map_approval_number",
                "coverage_days",
                name="settingkey",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_programme_settings")),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tries")),
    )
    op.create_index(
        "ix_sign_in_tries_address_digest_tried_at", "sign_in_tries", ["address_digest", "tried_at"], unique=False
    )
    op.create_table(
        "bases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("species", sa.String(length=200), server_default="", nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude_deg", sa.Double(), nullable=True),
        sa.Column("longitude_deg", sa.Double(), nullable=True),
        sa.Column(
            "coordinate_source",
            sa.Enum(
                "gps",
                "map_click",
                "import",
                "geonames",
                "wikipedia",
                "centroid",
                "approximate",
                "illustrative",
                name="coordinatesource",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint("(latitude_deg IS NULL) = (longitude_deg IS NULL)", name=op.f("ck_bases_point_is_whole")),
        sa.CheckConstraint("closed_on >= founded_on", name=op.f("ck_bases_dates_in_order")),
        sa.CheckConstraint(
            "latitude_deg BETWEEN -90 AND 90 AND longitude_deg BETWEEN -180 AND 180",
            name=op.f("ck_bases_point_is_on_earth"),
        ),
        sa.ForeignKeyConstraint(["host_id"], ["organisations.id"], name=op.f("fk_bases_host_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_bases_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bases")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_bases_seed_key")),
    )
    op.create_index(op.f("ix_bases_host_id"), "bases", ["host_id"], unique=False)
    op.create_index(op.f("ix_bases_place_id"), "bases", ["place_id"], unique=False)
    op.create_index(op.f("ix_bases_region_code"), "bases", ["region_code"], unique=False)
    op.create_table(
        "commissioners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "individual",
                "team",
                "legal_entity",
                "corps",
                name="commissionerkind",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "field",
            sa.Enum(
                "agricultural",
                "industrial",
                "reverse",
                name="commissionerfield",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("pinyin", sa.String(length=200), server_default="", nullable=False),
        sa.Column("initials", sa.String(length=200), server_default="", nullable=False),
        sa.Column("title", sa.String(length=200), server_default="", nullable=False),
        sa.Column("speciality", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_commissioners_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commissioners")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_commissioners_seed_key")),
    )
    op.create_index(op.f("ix_commissioners_name"), "commissioners", ["name"], unique=False)
    op.create_index(op.f("ix_commissioners_organisation_id"), "commissioners", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_commissioners_region_code"), "commissioners", ["region_code"], unique=False)
    op.create_table(
        "indicator_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "persons",
                "person_times",
                "households",
                "enterprises",
                "enterprise_visits",
                "mu",
                "plants",
                "yuan",
                "wan_yuan",
                "yi_yuan",
                "sessions",
                "items",
                "villages",
                "count",
                "times",
                "kilograms",
                "wan_square_metres",
                "percent",
                name="unit",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("actual", sa.BigInteger(), nullable=True),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("issued_completion_percent", sa.BigInteger(), nullable=True),
        sa.Column("growth_percent", sa.BigInteger(), nullable=True),
        sa.Column("actual_decimals", sa.Integer(), server_default="2", nullable=False),
        sa.Column("completion_decimals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("growth_decimals", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "saying",
            sa.Enum(
                "exact",
                "many",
                "odd",
                "nearly",
                "at_least",
                "over",
                "about",
                "several",
                name="saying",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("rank_of_value", sa.Integer(), nullable=True),
        sa.Column("rank_of_completion", sa.Integer(), nullable=True),
        sa.Column("rank_of_growth", sa.Integer(), nullable=True),
        sa.Column("issued_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "rank_of_value >= 1 AND rank_of_completion >= 1 AND rank_of_growth >= 1",
            name=op.f("ck_indicator_results_ranks_from_one"),
        ),
        sa.CheckConstraint("year BETWEEN 1999 AND 2100", name=op.f("ck_indicator_results_year_of_the_programme")),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_indicator_results_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_results")),
        sa.UniqueConstraint("name", "year", "place_id", name=op.f("uq_indicator_results_name_year_place_id")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_indicator_results_seed_key")),
    )
    op.create_index(op.f("ix_indicator_results_place_id"), "indicator_results", ["place_id"], unique=False)
    op.create_index(op.f("ix_indicator_results_region_code"), "indicator_results", ["region_code"], unique=False)
    op.create_table(
        "needs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("wanted_speciality", sa.String(length=200), server_default="", nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "proposed",
                "agreed",
                "posted",
                "done",
                "declined",
                "withdrawn",
                name="needstate",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("state_note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint("wanted_by >= raised_on", name=op.f("ck_needs_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_needs_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_needs_seed_key")),
    )
    op.create_index(op.f("ix_needs_place_id"), "needs", ["place_id"], unique=False)
    op.create_index(op.f("ix_needs_region_code"), "needs", ["region_code"], unique=False)
    op.create_table(
        "pairings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("programme", sa.String(length=200), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_pairings_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["helper_id"], ["organisations.id"], name=op.f("fk_pairings_helper_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_pairings_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_pairings_seed_key")),
    )
    op.create_index(op.f("ix_pairings_helper_id"), "pairings", ["helper_id"], unique=False)
    op.create_index(op.f("ix_pairings_place_id"), "pairings", ["place_id"], unique=False)
    op.create_index(op.f("ix_pairings_region_code"), "pairings", ["region_code"], unique=False)
    op.create_table(
        "place_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "renamed",
                "merged",
                "closed",
                name="placeeventkind",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("former_name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_place_events_place_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_events")),
    )
    op.create_index(op.f("ix_place_events_place_id"), "place_events", ["place_id"], unique=False)
    op.create_table(
        "place_taggings",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column(
            "tag",
            sa.Enum(
                "focus_village",
                "mountain",
                "community",
                "old_base_area",
                "ethnic",
                name="placetag",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_place_taggings_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("place_id", "tag", name=op.f("pk_place_taggings")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "provincial", "municipal", "county", name="level", native_enum=False, length=40, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "individual",
                "team",
                "general",
                "corps",
                name="projectkind",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("receiving_unit_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "applied",
                "approved",
                "contracted",
                "under_way",
                "mid_term",
                "acceptance",
                "closed",
                "terminated",
                name="projectstage",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Text(), server_default="", nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_projects_dates_in_order")),
        sa.CheckConstraint("spent_fen >= 0", name=op.f("ck_projects_spent_not_negative")),
        sa.ForeignKeyConstraint(
            ["receiving_unit_id"], ["organisations.id"], name=op.f("fk_projects_receiving_unit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("number", name=op.f("uq_projects_number")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_projects_seed_key")),
    )
    op.create_index(op.f("ix_projects_receiving_unit_id"), "projects", ["receiving_unit_id"], unique=False)
    op.create_index(op.f("ix_projects_region_code"), "projects", ["region_code"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "officer",
                "township",
                "commissioner",
                "institution",
                "leader",
                name="role",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("region_code", sa.String(length=12), server_default="", nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("failed_tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_stamp", sa.String(length=32), nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "role <> 'commissioner' OR commissioner_id IS NOT NULL", name=op.f("ck_accounts_commissioner_is_a_person")
        ),
        sa.CheckConstraint(
            "role <> 'institution' OR organisation_id IS NOT NULL", name=op.f("ck_accounts_institution_is_one")
        ),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioners.id"], name=op.f("fk_accounts_commissioner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_accounts_seed_key")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_index(op.f("ix_accounts_commissioner_id"), "accounts", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_accounts_organisation_id"), "accounts", ["organisation_id"], unique=False)
    op.create_table(
        "base_commissioners",
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["bases.id"], name=op.f("fk_base_commissioners_base_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["commissioner_id"],
            ["commissioners.id"],
            name=op.f("fk_base_commissioners_commissioner_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("base_id", "commissioner_id", name=op.f("pk_base_commissioners")),
    )
    op.create_index(op.f("ix_base_commissioners_base_id"), "base_commissioners", ["base_id"], unique=False)
    op.create_index(
        op.f("ix_base_commissioners_commissioner_id"), "base_commissioners", ["commissioner_id"], unique=False
    )
    op.create_table(
        "base_projects",
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_base_projects_base_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_base_projects_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("base_id", "project_id", name=op.f("pk_base_projects")),
    )
    op.create_index(op.f("ix_base_projects_base_id"), "base_projects", ["base_id"], unique=False)
    op.create_index(op.f("ix_base_projects_project_id"), "base_projects", ["project_id"], unique=False)
    op.create_table(
        "briefings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(length=200), server_default="", nullable=False),
        sa.Column("number", sa.String(length=200), server_default="", nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_briefings_base_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_briefings_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_briefings_seed_key")),
    )
    op.create_index(op.f("ix_briefings_base_id"), "briefings", ["base_id"], unique=False)
    op.create_index(op.f("ix_briefings_place_id"), "briefings", ["place_id"], unique=False)
    op.create_index(op.f("ix_briefings_region_code"), "briefings", ["region_code"], unique=False)
    op.create_table(
        "fundings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "central",
                "provincial",
                "municipal",
                "county",
                "own",
                name="fundingsource",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("granted_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("granted_fen >= 0 AND received_fen >= 0", name=op.f("ck_fundings_money_not_negative")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_fundings_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fundings")),
        sa.UniqueConstraint("project_id", "source", name=op.f("uq_fundings_project_id_source")),
    )
    op.create_index(op.f("ix_fundings_project_id"), "fundings", ["project_id"], unique=False)
    op.create_table(
        "impacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "indicator",
            sa.Enum(
                "employment",
                "income_gain",
                "output_value",
                "profit_and_tax",
                "collective_income",
                "households_led",
                "demonstration_households",
                "new_area",
                "enterprises_fostered",
                name="impactindicator",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "unit",
            sa.Enum(
                "persons",
                "person_times",
                "households",
                "enterprises",
                "enterprise_visits",
                "mu",
                "plants",
                "yuan",
                "wan_yuan",
                "yi_yuan",
                "sessions",
                "items",
                "villages",
                "count",
                "times",
                "kilograms",
                "wan_square_metres",
                "percent",
                name="unit",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "verified",
                "rejected",
                name="impactstate",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "overlap",
            sa.Enum(
                "same_people",
                "different_people",
                name="overlapdecision",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(project_id IS NULL) <> (base_id IS NULL)", name=op.f("ck_impacts_one_owner")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_impacts_not_negative")),
        sa.CheckConstraint("year BETWEEN 1999 AND 2100", name=op.f("ck_impacts_year_of_the_programme")),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_impacts_base_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_impacts_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impacts")),
        sa.UniqueConstraint("indicator", "year", "base_id", name=op.f("uq_impacts_indicator_year_base_id")),
        sa.UniqueConstraint("indicator", "year", "project_id", name=op.f("uq_impacts_indicator_year_project_id")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_impacts_seed_key")),
    )
    op.create_index(op.f("ix_impacts_base_id"), "impacts", ["base_id"], unique=False)
    op.create_index(op.f("ix_impacts_project_id"), "impacts", ["project_id"], unique=False)
    op.create_table(
        "introductions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "variety",
                "technology",
                "product",
                name="introductionkind",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("introduced_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column(
            "unit",
            sa.Enum(
                "persons",
                "person_times",
                "households",
                "enterprises",
                "enterprise_visits",
                "mu",
                "plants",
                "yuan",
                "wan_yuan",
                "yi_yuan",
                "sessions",
                "items",
                "villages",
                "count",
                "times",
                "kilograms",
                "wan_square_metres",
                "percent",
                name="unit",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("commissioner_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint("(quantity IS NULL) = (unit IS NULL)", name=op.f("ck_introductions_quantity_has_unit")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_introductions_not_negative")),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_introductions_base_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["commissioner_id"],
            ["commissioners.id"],
            name=op.f("fk_introductions_commissioner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_introductions_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_introductions_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_introductions_seed_key")),
    )
    op.create_index(op.f("ix_introductions_base_id"), "introductions", ["base_id"], unique=False)
    op.create_index(op.f("ix_introductions_commissioner_id"), "introductions", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_introductions_place_id"), "introductions", ["place_id"], unique=False)
    op.create_index(op.f("ix_introductions_project_id"), "introductions", ["project_id"], unique=False)
    op.create_index(op.f("ix_introductions_region_code"), "introductions", ["region_code"], unique=False)
    op.create_table(
        "measurements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column(
            "quantity",
            sa.Enum(
                "area",
                "plants",
                "output",
                "households",
                name="quantity",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("set", "add", "take", name="measurementkind", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_measurements_not_negative")),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_measurements_base_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_measurements_seed_key")),
    )
    op.create_index(op.f("ix_measurements_base_id"), "measurements", ["base_id"], unique=False)
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_milestones_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sa.UniqueConstraint("project_id", "title", name=op.f("uq_milestones_project_id_title")),
    )
    op.create_index(op.f("ix_milestones_project_id"), "milestones", ["project_id"], unique=False)
    op.create_table(
        "postings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "provincial", "municipal", "county", name="level", native_enum=False, length=40, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("required_days", sa.Integer(), nullable=True),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("end_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_postings_dates_in_order")),
        sa.CheckConstraint("required_days BETWEEN 0 AND 366", name=op.f("ck_postings_required_days_in_a_year")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_postings_batch_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioners.id"], name=op.f("fk_postings_commissioner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_postings_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint(
            "commissioner_id", "place_id", "starts_on", name=op.f("uq_postings_commissioner_id_place_id_starts_on")
        ),
        sa.UniqueConstraint("seed_key", name=op.f("uq_postings_seed_key")),
    )
    op.create_index(op.f("ix_postings_batch_id"), "postings", ["batch_id"], unique=False)
    op.create_index(op.f("ix_postings_commissioner_id"), "postings", ["commissioner_id"], unique=False)
    op.create_index("ix_postings_commissioner_id_starts_on", "postings", ["commissioner_id", "starts_on"], unique=False)
    op.create_index(op.f("ix_postings_place_id"), "postings", ["place_id"], unique=False)
    op.create_index(op.f("ix_postings_region_code"), "postings", ["region_code"], unique=False)
    op.create_table(
        "project_commissioners",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.Column("leads", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"],
            ["commissioners.id"],
            name=op.f("fk_project_commissioners_commissioner_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_commissioners_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "commissioner_id", name=op.f("pk_project_commissioners")),
    )
    op.create_index(
        op.f("ix_project_commissioners_commissioner_id"), "project_commissioners", ["commissioner_id"], unique=False
    )
    op.create_index(op.f("ix_project_commissioners_project_id"), "project_commissioners", ["project_id"], unique=False)
    op.create_table(
        "project_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_project_places_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_places_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_places")),
        sa.UniqueConstraint("project_id", "place_id", name=op.f("uq_project_places_project_id_place_id")),
    )
    op.create_index(op.f("ix_project_places_place_id"), "project_places", ["place_id"], unique=False)
    op.create_index(op.f("ix_project_places_project_id"), "project_places", ["project_id"], unique=False)
    op.create_index(op.f("ix_project_places_region_code"), "project_places", ["region_code"], unique=False)
    op.create_table(
        "project_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "persons",
                "person_times",
                "households",
                "enterprises",
                "enterprise_visits",
                "mu",
                "plants",
                "yuan",
                "wan_yuan",
                "yi_yuan",
                "sessions",
                "items",
                "villages",
                "count",
                "times",
                "kilograms",
                "wan_square_metres",
                "percent",
                name="unit",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("target_value", sa.BigInteger(), nullable=False),
        sa.Column("actual_value", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "target_value >= 0 AND (actual_value IS NULL OR actual_value >= 0)",
            name=op.f("ck_project_targets_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_targets_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_targets")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_project_targets_project_id_name")),
    )
    op.create_index(op.f("ix_project_targets_project_id"), "project_targets", ["project_id"], unique=False)
    op.create_table(
        "recognitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pilot", "grade", "honour", name="recognitionkind", native_enum=False, length=40, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "national",
                "provincial",
                "municipal",
                "county",
                name="issuinglevel",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("issuer", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "excellent",
                "good",
                "qualified",
                "unqualified",
                name="grade",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("peers", sa.String(length=200), server_default="", nullable=False),
        sa.Column("only_in_city", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("commissioner_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_recognitions_base_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioners.id"], name=op.f("fk_recognitions_commissioner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_recognitions_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognitions")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_recognitions_seed_key")),
    )
    op.create_index(op.f("ix_recognitions_base_id"), "recognitions", ["base_id"], unique=False)
    op.create_index(op.f("ix_recognitions_commissioner_id"), "recognitions", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_recognitions_place_id"), "recognitions", ["place_id"], unique=False)
    op.create_index(op.f("ix_recognitions_region_code"), "recognitions", ["region_code"], unique=False)
    op.create_table(
        "stage_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "applied",
                "approved",
                "contracted",
                "under_way",
                "mid_term",
                "acceptance",
                "closed",
                "terminated",
                name="projectstage",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_stage_changes_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
        sa.UniqueConstraint(
            "project_id", "stage", "reached_on", name=op.f("uq_stage_changes_project_id_stage_reached_on")
        ),
    )
    op.create_index(op.f("ix_stage_changes_project_id"), "stage_changes", ["project_id"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_team_members_dates_in_order")),
        sa.CheckConstraint("team_id <> member_id", name=op.f("ck_team_members_no_team_in_itself")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["commissioners.id"], name=op.f("fk_team_members_member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["commissioners.id"], name=op.f("fk_team_members_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
        sa.UniqueConstraint(
            "team_id", "member_id", "starts_on", name=op.f("uq_team_members_team_id_member_id_starts_on")
        ),
    )
    op.create_index(op.f("ix_team_members_member_id"), "team_members", ["member_id"], unique=False)
    op.create_index(op.f("ix_team_members_team_id"), "team_members", ["team_id"], unique=False)
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("session_count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("trained_person_times", sa.Integer(), nullable=False),
        sa.Column("low_income_person_times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "low_income_person_times >= 0 AND trained_person_times >= low_income_person_times",
            name=op.f("ck_trainings_low_income_within_all"),
        ),
        sa.CheckConstraint("session_count >= 1", name=op.f("ck_trainings_at_least_one_session")),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioners.id"], name=op.f("fk_trainings_commissioner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_trainings_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_trainings_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_trainings_seed_key")),
    )
    op.create_index(op.f("ix_trainings_commissioner_id"), "trainings", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_trainings_place_id"), "trainings", ["place_id"], unique=False)
    op.create_index(op.f("ix_trainings_project_id"), "trainings", ["project_id"], unique=False)
    op.create_index(op.f("ix_trainings_region_code"), "trainings", ["region_code"], unique=False)
    op.create_table(
        "briefing_commissioners",
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id"], ["briefings.id"], name=op.f("fk_briefing_commissioners_briefing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["commissioner_id"],
            ["commissioners.id"],
            name=op.f("fk_briefing_commissioners_commissioner_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("briefing_id", "commissioner_id", name=op.f("pk_briefing_commissioners")),
    )
    op.create_index(
        op.f("ix_briefing_commissioners_briefing_id"), "briefing_commissioners", ["briefing_id"], unique=False
    )
    op.create_index(
        op.f("ix_briefing_commissioners_commissioner_id"), "briefing_commissioners", ["commissioner_id"], unique=False
    )
    op.create_table(
        "instructions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("leader", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("follow_up", sa.Text(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("headline", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id"], ["briefings.id"], name=op.f("fk_instructions_briefing_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_instructions_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_instructions_seed_key")),
    )
    op.create_index(op.f("ix_instructions_briefing_id"), "instructions", ["briefing_id"], unique=False)
    op.create_index(op.f("ix_instructions_place_id"), "instructions", ["place_id"], unique=False)
    op.create_index(op.f("ix_instructions_region_code"), "instructions", ["region_code"], unique=False)
    op.create_table(
        "matches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "place_agreed",
                "commissioner_agreed",
                "agreed",
                "declined",
                name="matchstate",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("decided_on >= proposed_on", name=op.f("ck_matches_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioners.id"], name=op.f("fk_matches_commissioner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_matches_need_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_matches_posting_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
        sa.UniqueConstraint("need_id", "commissioner_id", name=op.f("uq_matches_need_id_commissioner_id")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_matches_seed_key")),
    )
    op.create_index(op.f("ix_matches_commissioner_id"), "matches", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_matches_need_id"), "matches", ["need_id"], unique=False)
    op.create_index(op.f("ix_matches_posting_id"), "matches", ["posting_id"], unique=False)
    op.create_table(
        "project_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "applied",
                "approved",
                "contracted",
                "under_way",
                "mid_term",
                "acceptance",
                "closed",
                "terminated",
                name="projectstage",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Text(), server_default="", nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.CheckConstraint("spent_fen >= 0", name=op.f("ck_project_updates_spent_not_negative")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["accounts.id"], name=op.f("fk_project_updates_author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_updates_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_updates")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_project_updates_seed_key")),
    )
    op.create_index(op.f("ix_project_updates_author_id"), "project_updates", ["author_id"], unique=False)
    op.create_index(op.f("ix_project_updates_project_id"), "project_updates", ["project_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("service", "care", name="visitkind", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "industry",
            sa.Enum(
                "tea",
                "medicinal",
                "fruit",
                "vegetable",
                "grain",
                "fungi",
                "livestock",
                "aquatic",
                "forestry",
                "processing",
                "manufacturing",
                "other",
                name="industry",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "confirmed",
                "returned",
                "disputed",
                name="visitstate",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("state_note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("logged_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latitude_deg", sa.Double(), nullable=True),
        sa.Column("longitude_deg", sa.Double(), nullable=True),
        sa.Column(
            "coordinate_source",
            sa.Enum(
                "gps",
                "map_click",
                "import",
                "geonames",
                "wikipedia",
                "centroid",
                "approximate",
                "illustrative",
                name="coordinatesource",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(latitude_deg IS NULL) = (longitude_deg IS NULL)", name=op.f("ck_visits_point_is_whole")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_visits_dates_in_order")),
        sa.CheckConstraint(
            "latitude_deg BETWEEN -90 AND 90 AND longitude_deg BETWEEN -180 AND 180",
            name=op.f("ck_visits_point_is_on_earth"),
        ),
        sa.ForeignKeyConstraint(["base_id"], ["bases.id"], name=op.f("fk_visits_base_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_visits_campaign_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_visits_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["logged_by_id"], ["accounts.id"], name=op.f("fk_visits_logged_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_visits_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_visits_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("client_id", name=op.f("uq_visits_client_id")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_visits_seed_key")),
    )
    op.create_index(
        "ix_visits_base_id",
        "visits",
        ["base_id"],
        unique=False,
        sqlite_where=sa.text("base_id IS NOT NULL"),
        postgresql_where=sa.text("base_id IS NOT NULL"),
    )
    op.create_index(
        "ix_visits_campaign_id",
        "visits",
        ["campaign_id"],
        unique=False,
        sqlite_where=sa.text("campaign_id IS NOT NULL"),
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_visits_logged_by_id"), "visits", ["logged_by_id"], unique=False)
    op.create_index(op.f("ix_visits_place_id"), "visits", ["place_id"], unique=False)
    op.create_index(
        "ix_visits_project_id",
        "visits",
        ["project_id"],
        unique=False,
        sqlite_where=sa.text("project_id IS NOT NULL"),
        postgresql_where=sa.text("project_id IS NOT NULL"),
    )
    op.create_index("ix_visits_region_code_starts_on", "visits", ["region_code", "starts_on"], unique=False)
    op.create_index("ix_visits_starts_on_id", "visits", ["starts_on", "id"], unique=False)
    op.create_index("ix_visits_state_region_code", "visits", ["state", "region_code"], unique=False)
    op.create_table(
        "raised_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "category",
            sa.Enum(
                "technology",
                "market",
                "funds",
                "land",
                "living",
                "system",
                "other",
                name="raisedproblemcategory",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(length=200), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "in_hand",
                "solved",
                "dropped",
                name="raisedproblemstate",
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("solved_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.Text(), server_default="", nullable=False),
        sa.Column("seed_key", sa.String(length=120), nullable=True),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "(state = 'solved') = (solved_on IS NOT NULL)", name=op.f("ck_raised_problems_solved_has_a_date")
        ),
        sa.CheckConstraint("due_on >= raised_on", name=op.f("ck_raised_problems_due_after_raised")),
        sa.CheckConstraint("solved_on >= raised_on", name=op.f("ck_raised_problems_solved_after_raised")),
        sa.ForeignKeyConstraint(
            ["place_id", "region_code"],
            ["places.id", "places.region_code"],
            name=op.f("fk_raised_problems_place_id_region_code"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["accounts.id"], name=op.f("fk_raised_problems_raised_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_raised_problems_visit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raised_problems")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_raised_problems_seed_key")),
    )
    op.create_index(op.f("ix_raised_problems_place_id"), "raised_problems", ["place_id"], unique=False)
    op.create_index(op.f("ix_raised_problems_raised_by_id"), "raised_problems", ["raised_by_id"], unique=False)
    op.create_index(op.f("ix_raised_problems_region_code"), "raised_problems", ["region_code"], unique=False)
    op.create_index(op.f("ix_raised_problems_visit_id"), "raised_problems", ["visit_id"], unique=False)
    op.create_table(
        "update_figures",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("actual_value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("actual_value >= 0", name=op.f("ck_update_figures_not_negative")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["project_targets.id"], name=op.f("fk_update_figures_target_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["project_updates.id"], name=op.f("fk_update_figures_update_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("update_id", "target_id", name=op.f("pk_update_figures")),
    )
    op.create_index(op.f("ix_update_figures_target_id"), "update_figures", ["target_id"], unique=False)
    op.create_index(op.f("ix_update_figures_update_id"), "update_figures", ["update_id"], unique=False)
    op.create_table(
        "visit_commissioners",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("commissioner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"],
            ["commissioners.id"],
            name=op.f("fk_visit_commissioners_commissioner_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_commissioners_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "commissioner_id", name=op.f("pk_visit_commissioners")),
    )
    op.create_index(
        op.f("ix_visit_commissioners_commissioner_id"), "visit_commissioners", ["commissioner_id"], unique=False
    )
    op.create_table(
        "visit_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(length=200), server_default="", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_photos_visit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_photos")),
    )
    op.create_index(op.f("ix_visit_photos_visit_id"), "visit_photos", ["visit_id"], unique=False)


def downgrade() -> None:
    """Drop every table."""
    op.drop_index(op.f("ix_visit_photos_visit_id"), table_name="visit_photos")
    op.drop_table("visit_photos")
    op.drop_index(op.f("ix_visit_commissioners_commissioner_id"), table_name="visit_commissioners")
    op.drop_table("visit_commissioners")
    op.drop_index(op.f("ix_update_figures_update_id"), table_name="update_figures")
    op.drop_index(op.f("ix_update_figures_target_id"), table_name="update_figures")
    op.drop_table("update_figures")
    op.drop_index(op.f("ix_raised_problems_visit_id"), table_name="raised_problems")
    op.drop_index(op.f("ix_raised_problems_region_code"), table_name="raised_problems")
    op.drop_index(op.f("ix_raised_problems_raised_by_id"), table_name="raised_problems")
    op.drop_index(op.f("ix_raised_problems_place_id"), table_name="raised_problems")
    op.drop_table("raised_problems")
    op.drop_index("ix_visits_state_region_code", table_name="visits")
    op.drop_index("ix_visits_starts_on_id", table_name="visits")
    op.drop_index("ix_visits_region_code_starts_on", table_name="visits")
    op.drop_index(
        "ix_visits_project_id",
        table_name="visits",
        sqlite_where=sa.text("project_id IS NOT NULL"),
        postgresql_where=sa.text("project_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_visits_place_id"), table_name="visits")
    op.drop_index(op.f("ix_visits_logged_by_id"), table_name="visits")
    op.drop_index(
        "ix_visits_campaign_id",
        table_name="visits",
        sqlite_where=sa.text("campaign_id IS NOT NULL"),
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_visits_base_id",
        table_name="visits",
        sqlite_where=sa.text("base_id IS NOT NULL"),
        postgresql_where=sa.text("base_id IS NOT NULL"),
    )
    op.drop_table("visits")
    op.drop_index(op.f("ix_project_updates_project_id"), table_name="project_updates")
    op.drop_index(op.f("ix_project_updates_author_id"), table_name="project_updates")
    op.drop_table("project_updates")
    op.drop_index(op.f("ix_matches_posting_id"), table_name="matches")
    op.drop_index(op.f("ix_matches_need_id"), table_name="matches")
    op.drop_index(op.f("ix_matches_commissioner_id"), table_name="matches")
    op.drop_table("matches")
    op.drop_index(op.f("ix_instructions_region_code"), table_name="instructions")
    op.drop_index(op.f("ix_instructions_place_id"), table_name="instructions")
    op.drop_index(op.f("ix_instructions_briefing_id"), table_name="instructions")
    op.drop_table("instructions")
    op.drop_index(op.f("ix_briefing_commissioners_commissioner_id"), table_name="briefing_commissioners")
    op.drop_index(op.f("ix_briefing_commissioners_briefing_id"), table_name="briefing_commissioners")
    op.drop_table("briefing_commissioners")
    op.drop_index(op.f("ix_trainings_region_code"), table_name="trainings")
    op.drop_index(op.f("ix_trainings_project_id"), table_name="trainings")
    op.drop_index(op.f("ix_trainings_place_id"), table_name="trainings")
    op.drop_index(op.f("ix_trainings_commissioner_id"), table_name="trainings")
    op.drop_table("trainings")
    op.drop_index(op.f("ix_team_members_team_id"), table_name="team_members")
    op.drop_index(op.f("ix_team_members_member_id"), table_name="team_members")
    op.drop_table("team_members")
    op.drop_index(op.f("ix_stage_changes_project_id"), table_name="stage_changes")
    op.drop_table("stage_changes")
    op.drop_index(op.f("ix_recognitions_region_code"), table_name="recognitions")
    op.drop_index(op.f("ix_recognitions_place_id"), table_name="recognitions")
    op.drop_index(op.f("ix_recognitions_commissioner_id"), table_name="recognitions")
    op.drop_index(op.f("ix_recognitions_base_id"), table_name="recognitions")
    op.drop_table("recognitions")
    op.drop_index(op.f("ix_project_targets_project_id"), table_name="project_targets")
    op.drop_table("project_targets")
    op.drop_index(op.f("ix_project_places_region_code"), table_name="project_places")
    op.drop_index(op.f("ix_project_places_project_id"), table_name="project_places")
    op.drop_index(op.f("ix_project_places_place_id"), table_name="project_places")
    op.drop_table("project_places")
    op.drop_index(op.f("ix_project_commissioners_project_id"), table_name="project_commissioners")
    op.drop_index(op.f("ix_project_commissioners_commissioner_id"), table_name="project_commissioners")
    op.drop_table("project_commissioners")
    op.drop_index(op.f("ix_postings_region_code"), table_name="postings")
    op.drop_index(op.f("ix_postings_place_id"), table_name="postings")
    op.drop_index("ix_postings_commissioner_id_starts_on", table_name="postings")
    op.drop_index(op.f("ix_postings_commissioner_id"), table_name="postings")
    op.drop_index(op.f("ix_postings_batch_id"), table_name="postings")
    op.drop_table("postings")
    op.drop_index(op.f("ix_milestones_project_id"), table_name="milestones")
    op.drop_table("milestones")
    op.drop_index(op.f("ix_measurements_base_id"), table_name="measurements")
    op.drop_table("measurements")
    op.drop_index(op.f("ix_introductions_region_code"), table_name="introductions")
    op.drop_index(op.f("ix_introductions_project_id"), table_name="introductions")
    op.drop_index(op.f("ix_introductions_place_id"), table_name="introductions")
    op.drop_index(op.f("ix_introductions_commissioner_id"), table_name="introductions")
    op.drop_index(op.f("ix_introductions_base_id"), table_name="introductions")
    op.drop_table("introductions")
    op.drop_index(op.f("ix_impacts_project_id"), table_name="impacts")
    op.drop_index(op.f("ix_impacts_base_id"), table_name="impacts")
    op.drop_table("impacts")
    op.drop_index(op.f("ix_fundings_project_id"), table_name="fundings")
    op.drop_table("fundings")
    op.drop_index(op.f("ix_briefings_region_code"), table_name="briefings")
    op.drop_index(op.f("ix_briefings_place_id"), table_name="briefings")
    op.drop_index(op.f("ix_briefings_base_id"), table_name="briefings")
    op.drop_table("briefings")
    op.drop_index(op.f("ix_base_projects_project_id"), table_name="base_projects")
    op.drop_index(op.f("ix_base_projects_base_id"), table_name="base_projects")
    op.drop_table("base_projects")
    op.drop_index(op.f("ix_base_commissioners_commissioner_id"), table_name="base_commissioners")
    op.drop_index(op.f("ix_base_commissioners_base_id"), table_name="base_commissioners")
    op.drop_table("base_commissioners")
    op.drop_index(op.f("ix_accounts_organisation_id"), table_name="accounts")
    op.drop_index(op.f("ix_accounts_commissioner_id"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_index(op.f("ix_projects_region_code"), table_name="projects")
    op.drop_index(op.f("ix_projects_receiving_unit_id"), table_name="projects")
    op.drop_table("projects")
    op.drop_table("place_taggings")
    op.drop_index(op.f("ix_place_events_place_id"), table_name="place_events")
    op.drop_table("place_events")
    op.drop_index(op.f("ix_pairings_region_code"), table_name="pairings")
    op.drop_index(op.f("ix_pairings_place_id"), table_name="pairings")
    op.drop_index(op.f("ix_pairings_helper_id"), table_name="pairings")
    op.drop_table("pairings")
    op.drop_index(op.f("ix_needs_region_code"), table_name="needs")
    op.drop_index(op.f("ix_needs_place_id"), table_name="needs")
    op.drop_table("needs")
    op.drop_index(op.f("ix_indicator_results_region_code"), table_name="indicator_results")
    op.drop_index(op.f("ix_indicator_results_place_id"), table_name="indicator_results")
    op.drop_table("indicator_results")
    op.drop_index(op.f("ix_commissioners_region_code"), table_name="commissioners")
    op.drop_index(op.f("ix_commissioners_organisation_id"), table_name="commissioners")
    op.drop_index(op.f("ix_commissioners_name"), table_name="commissioners")
    op.drop_table("commissioners")
    op.drop_index(op.f("ix_bases_region_code"), table_name="bases")
    op.drop_index(op.f("ix_bases_place_id"), table_name="bases")
    op.drop_index(op.f("ix_bases_host_id"), table_name="bases")
    op.drop_table("bases")
    op.drop_index("ix_sign_in_tries_address_digest_tried_at", table_name="sign_in_tries")
    op.drop_table("sign_in_tries")
    op.drop_table("programme_settings")
    op.drop_index(op.f("ix_places_successor_id"), table_name="places")
    op.drop_index(op.f("ix_places_region_code"), table_name="places")
    op.drop_index(op.f("ix_places_parent_id"), table_name="places")
    op.drop_index("ix_places_level_region_code", table_name="places")
    op.drop_table("places")
    op.drop_index(op.f("ix_organisations_region_code"), table_name="organisations")
    op.drop_table("organisations")
    op.drop_index(op.f("ix_campaigns_region_code"), table_name="campaigns")
    op.drop_table("campaigns")
    op.drop_index(op.f("ix_batches_region_code"), table_name="batches")
    op.drop_table("batches")
    op.drop_index("ix_audit_entries_subject_subject_id", table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_region_code"), table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_account_id"), table_name="audit_entries")
    op.drop_table("audit_entries")
