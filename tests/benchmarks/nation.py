"""A nation made up for measuring, by PostgreSQL itself: 510,000 villages in 42,500 townships, 5,000,000 visits."""

from __future__ import annotations

from sqlalchemy import text

from commissioner.models import db

PROVINCES, CITIES, COUNTIES, TOWNSHIPS, VILLAGES = 25, 10, 10, 17, 12
POSTINGS, PAIRINGS, VISITS = 50_000, 5_000, 5_000_000
AT_ONCE = 500_000

# Parts of a region lie in it side by side: so many columns, so many rows.
PLACES = """
INSERT INTO places (code, region_code, level, parent_id, name, state, latitude_deg, longitude_deg, coordinate_source,
                    accuracy_m, created_at, updated_at)
SELECT code, code, level, NULL, name, 'current', lat, lng, 'import', 100, now(), now() FROM (
  SELECT lpad((10 + p)::text, 2, '0') || lpad(c::text, 2, '0') || lpad(k::text, 2, '0') AS county, p, c, k,
         98 + ((p - 1) % 5) * 4.8 + ((c - 1) % 5) * 0.96 + ((k - 1) % 5) * 0.192 AS x,
         22 + ((p - 1) / 5) * 4.0 + ((c - 1) / 5) * 2.0 + ((k - 1) / 5) * 1.0 AS y
  FROM generate_series(1, :provinces) p, generate_series(1, :cities) c, generate_series(1, :counties) k
) counties, LATERAL (
  SELECT county || '000000' AS code, 'county' AS level, county || '县' AS name, y + 0.5 AS lat, x + 0.09 AS lng
  UNION ALL
  SELECT county || (99 + t)::text || '000', 'township', '第' || t || '镇', y + ((t - 1) / 5) * 0.25 + 0.1,
         x + ((t - 1) % 5) * 0.038 + 0.015
  FROM generate_series(1, :townships) t
  UNION ALL
  SELECT county || (99 + t)::text || lpad(v::text, 3, '0'), 'village', t || '镇' || v || '村',
         y + ((t - 1) / 5) * 0.25 + 0.03 + ((v - 1) / 4) * 0.07, x + ((t - 1) % 5) * 0.038 + 0.004 + ((v - 1) % 4) * 0.009
  FROM generate_series(1, :townships) t, generate_series(1, :villages) v
) parts
"""
UPPER = """
INSERT INTO places (code, region_code, level, parent_id, name, state, created_at, updated_at)
SELECT lpad((10 + p)::text, 2, '0') || '0000000000', lpad((10 + p)::text, 2, '0') || '0000000000', 'province', NULL,
       '第' || p || '省', 'current', now(), now() FROM generate_series(1, :provinces) p
UNION ALL
SELECT lpad((10 + p)::text, 2, '0') || lpad(c::text, 2, '0') || '00000000',
       lpad((10 + p)::text, 2, '0') || lpad(c::text, 2, '0') || '00000000', 'city', NULL, '第' || c || '市', 'current', now(), now()
FROM generate_series(1, :provinces) p, generate_series(1, :cities) c
"""
PEOPLE = """
INSERT INTO commissioners (kind, name, pinyin, initials, speciality, region_code, created_at, updated_at)
SELECT 'individual', '专家' || n, '', '', '茶叶', '110101000000', now(), now() FROM generate_series(1, :postings) n
"""
NUMBERED = """
CREATE TEMP TABLE numbered AS
SELECT row_number() OVER (PARTITION BY level ORDER BY id) - 1 AS n, level, id, region_code FROM places
WHERE level IN ('village', 'township')
"""
NUMBERED_KEY = "CREATE UNIQUE INDEX ON numbered (level, n)"
POSTED = """
INSERT INTO postings (commissioner_id, place_id, region_code, level, starts_on, ends_on, created_at, updated_at)
SELECT c.id, p.id, p.region_code, 'county', DATE '2021-01-01' + (random() * 1500)::int,
       CASE WHEN random() < 0.4 THEN DATE '2025-06-30' + (random() * 300)::int END, now(), now()
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n, random() AS r FROM commissioners) c
JOIN numbered p ON p.level = CASE WHEN c.n % 10 = 0 THEN 'village' ELSE 'township' END
 AND p.n = CASE WHEN c.n % 10 = 0 THEN (c.r * 509999)::int ELSE (c.r * 42499)::int END
"""
HELPER = """
INSERT INTO organisations (name, kind, region_code, created_at, updated_at)
VALUES ('农业大学', 'university', '110101000000', now(), now())
"""
PAIRED = """
INSERT INTO pairings (helper_id, place_id, region_code, starts_on, created_at, updated_at)
SELECT (SELECT min(id) FROM organisations), p.id, p.region_code, DATE '2021-01-01' + (r.r * 1500)::int, now(), now()
FROM (SELECT random() AS r FROM generate_series(1, :pairings)) r
JOIN numbered p ON p.level = 'village' AND p.n = (r.r * 509999)::int
"""
VISITED = """
INSERT INTO visits (client_id, kind, place_id, region_code, starts_on, ends_on, topic, state, created_at, updated_at)
SELECT gen_random_uuid()::text, CASE WHEN r.a < 0.05 THEN 'care' ELSE 'service' END, p.id, p.region_code, r.day, r.day, '茶园管理',
       CASE WHEN r.b < 0.9 THEN 'confirmed' ELSE 'waiting' END, now(), now()
FROM (SELECT (random() * 509999)::int AS n, DATE '2021-01-01' + (random() * 2100)::int AS day, random() AS a, random() AS b
      FROM generate_series(1, :visits)) r
JOIN numbered p ON p.level = 'village' AND p.n = r.n
"""


def fill() -> None:
    """Fill the present application's empty PostgreSQL database."""
    sizes = {
        "provinces": PROVINCES,
        "cities": CITIES,
        "counties": COUNTIES,
        "townships": TOWNSHIPS,
        "villages": VILLAGES,
    }
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT setseed(0.7)"))
        for statement in (UPPER, PLACES):
            wanted = {key: value for key, value in sizes.items() if f":{key}" in statement}
            connection.execute(text(statement), wanted)
        connection.execute(text(PEOPLE), {"postings": POSTINGS})
        for statement in (NUMBERED, NUMBERED_KEY, "ANALYZE", POSTED, HELPER):
            connection.execute(text(statement))
        connection.execute(text(PAIRED), {"pairings": PAIRINGS})
        for _ in range(VISITS // AT_ONCE):
            connection.execute(text(VISITED), {"visits": AT_ONCE})
        connection.execute(text("VACUUM ANALYZE"))
