"""A nation made up for measuring, by PostgreSQL itself: 510,000 villages in 42,500 townships, 5,000,000 visits.

Commissioners work in a county of their own, one in thirty-two elsewhere; one visit in fifty takes three days, one in
twenty has two commissioners. Fewer visits than that may be asked for; the villages are always all of them.
"""

from __future__ import annotations

import os

from sqlalchemy import text

from commissioner.models import db
from commissioner.vocabulary import RaisedProblemCategory

PROVINCES, CITIES, COUNTIES, TOWNSHIPS, VILLAGES = 25, 10, 10, 17, 12
POSTINGS, PAIRINGS = 50_000, 5_000
# A smaller nation is made sooner; what it tells is not what is promised.
VISITS = int(os.environ.get("COMMISSIONER_BENCHMARK_VISITS", "5000000"))
PROJECTS, BASES, NEEDS, PROBLEMS = 50_000, 10_000, 100_000, 100_000
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
SELECT lpad((10 + p)::text, 2, '0') || '0000000000', lpad((10 + p)::text, 2, '0') || '0000000000', 'province', NULL::int,
       '第' || p || '省', 'current', now(), now() FROM generate_series(1, :provinces) p
UNION ALL
SELECT lpad((10 + p)::text, 2, '0') || lpad(c::text, 2, '0') || '00000000',
       lpad((10 + p)::text, 2, '0') || lpad(c::text, 2, '0') || '00000000', 'city', NULL::int, '第' || c || '市', 'current', now(), now()
FROM generate_series(1, :provinces) p, generate_series(1, :cities) c
"""
PEOPLE = """
INSERT INTO commissioners (kind, field, name, pinyin, initials, speciality, region_code, created_at, updated_at)
SELECT 'individual', 'agricultural', '专家' || n, '', '', '茶叶', '110101000000', now(), now() FROM generate_series(1, :postings) n
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
SELECT gen_random_uuid()::text, CASE WHEN r.a < 0.05 THEN 'care' ELSE 'service' END, p.id, p.region_code, r.day,
       r.day + CASE WHEN r.a > 0.98 THEN 2 ELSE 0 END, '茶园管理',
       CASE WHEN r.b < 0.9 THEN 'confirmed' ELSE 'waiting' END, now(), now()
FROM (SELECT (random() * 509999)::int AS n, DATE '2021-01-01' + (random() * 2100)::int AS day, random() AS a, random() AS b
      FROM generate_series(1, :visits)) r
JOIN numbered p ON p.level = 'village' AND p.n = r.n
"""
LED = """
INSERT INTO visit_commissioners (visit_id, commissioner_id)
SELECT v.id, (SELECT min(id) FROM commissioners) + (
    ((substr(v.region_code, 1, 2)::int - 11) * 100 + (substr(v.region_code, 3, 2)::int - 1) * 10
     + substr(v.region_code, 5, 2)::int - 1 + CASE WHEN v.id % 32 = 0 THEN 7 * (v.id % 11) ELSE 0 END) % 2500
  ) * 20 + (v.id / 7 + n.k * 3) % 20
FROM visits v, generate_series(0, 1) n (k) WHERE n.k = 0 OR v.id % 20 = 0
"""
PROJECTED = """
INSERT INTO projects (title, level, kind, industry, region_code, starts_on, ends_on, stage, created_at, updated_at)
SELECT '项目' || g, (ARRAY['provincial', 'municipal', 'county'])[1 + g % 3], (ARRAY['individual', 'team', 'general'])[1 + g % 3],
       'tea', p.region_code, DATE '2020-01-01' + g % 1800, DATE '2022-12-31' + g % 1800, 'under_way', now(), now()
FROM generate_series(1, :projects) g JOIN numbered p ON p.level = 'village' AND p.n = g * 10 % 510000
"""
STAGED = """
INSERT INTO stage_changes (project_id, stage, reached_on)
SELECT id, s.stage, starts_on - s.days FROM projects, (VALUES ('applied', 90), ('approved', 10)) s (stage, days)
"""
BASED = """
INSERT INTO bases (name, industry, place_id, region_code, created_at, updated_at)
SELECT '基地' || g, 'tea', p.id, p.region_code, now(), now()
FROM generate_series(1, :bases) g JOIN numbered p ON p.level = 'village' AND p.n = g * 50 % 510000
"""
BELONGING = """
INSERT INTO base_projects (base_id, project_id)
SELECT b.id, (SELECT min(id) FROM projects) + (b.id * 5) % :projects FROM bases b WHERE b.id % 3 = 0
"""
GROWN = """
INSERT INTO measurements (base_id, measured_on, quantity, kind, amount)
SELECT id, make_date(2021 + y, 6, 1), 'area', 'add', 10000 * (id % 40) FROM bases, generate_series(0, 5) y
"""
EMPLOYED = """
INSERT INTO impacts (indicator, unit, year, amount, project_id, base_id, state, created_at, updated_at)
SELECT 'employment', 'persons', 2021 + y, 10000 * (id % 60), project_id, base_id,
       CASE WHEN id % 25 = 0 THEN 'rejected' ELSE 'verified' END, now(), now()
FROM (SELECT id, id AS project_id, NULL::int AS base_id FROM projects UNION ALL SELECT id, NULL::int, id FROM bases) owners,
     generate_series(0, 5) y
"""
NEEDED = """
INSERT INTO needs (title, industry, raised_on, place_id, region_code, state, created_at, updated_at)
SELECT '需求' || g, 'tea', DATE '2021-01-01' + g % 2100, p.id, p.region_code,
       (ARRAY['open', 'agreed', 'posted', 'done'])[1 + g % 4], now(), now()
FROM generate_series(1, :needs) g JOIN numbered p ON p.level = 'village' AND p.n = g * 5 % 510000
"""
ASKED = """
INSERT INTO raised_problems (category, raised_on, place_id, region_code, state, solved_on, created_at, updated_at)
SELECT :category, day, p.id, p.region_code, CASE WHEN r.n % 2 = 0 THEN 'solved' ELSE 'open' END,
       CASE WHEN r.n % 2 = 0 THEN day + 30 END, now(), now()
FROM (SELECT n, DATE '2021-01-01' + n % 2100 AS day FROM generate_series(1, :problems) n) r
JOIN numbered p ON p.level = 'village' AND p.n = r.n * 5 % 510000
"""
RECORDS = (PROJECTED, STAGED, BASED, BELONGING, GROWN, EMPLOYED, NEEDED, ASKED)


def fill(visits: int = VISITS) -> None:
    """Fill the present application's empty PostgreSQL database."""
    sizes = {
        "provinces": PROVINCES,
        "cities": CITIES,
        "counties": COUNTIES,
        "townships": TOWNSHIPS,
        "villages": VILLAGES,
        "postings": POSTINGS,
        "pairings": PAIRINGS,
        "projects": PROJECTS,
        "bases": BASES,
        "needs": NEEDS,
        "problems": PROBLEMS,
        "category": RaisedProblemCategory.TECHNOLOGY.value,
    }

    def run(statement: str, **more: int) -> None:
        given = {**sizes, **more}
        connection.execute(text(statement), {key: value for key, value in given.items() if f":{key}" in statement})

    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "SELECT setseed(0.7)",
            UPPER,
            PLACES,
            PEOPLE,
            NUMBERED,
            NUMBERED_KEY,
            "ANALYZE",
            POSTED,
            HELPER,
            PAIRED,
        ):
            run(statement)
        for _ in range(max(1, visits // AT_ONCE)):
            run(VISITED, visits=min(visits, AT_ONCE))
        for statement in (LED, *RECORDS, "VACUUM ANALYZE"):
            run(statement)
