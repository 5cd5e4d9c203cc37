"""Which tables, when rows of them are written, may do something that a rollback does not undo.

A function written in SQL or PL/pgSQL reaches out of its database only through what others can do: an extension that
connects to elsewhere, or a function in a language that may. In a database with neither, no table is outward; in one
with any, every table is that has triggers or defaults of the user's own, and every table from which a foreign key
carries changes to such a one.
"""

from __future__ import annotations

OUTWARD = """
WITH RECURSIVE able AS (
  SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname IN
      ('aws_lambda', 'aws_s3', 'dblink', 'file_fdw', 'http', 'oracle_fdw', 'mysql_fdw', 'pg_cron', 'pg_net', 'pg_task',
       'pgmq', 'pgsql_http', 'plproxy', 'plsh', 'postgres_fdw', 'tds_fdw', 'wrappers'))
    OR EXISTS (SELECT FROM pg_catalog.pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c'))
    OR EXISTS (SELECT FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
               JOIN pg_catalog.pg_language l ON l.oid = p.prolang
               WHERE NOT g.tgisinternal AND l.lanname = 'c') AS outward
),
own AS (
  SELECT g.tgrelid AS oid FROM pg_catalog.pg_trigger g WHERE NOT g.tgisinternal AND g.tgenabled <> 'D'
  UNION
  SELECT d.adrelid FROM pg_catalog.pg_attrdef d
  JOIN pg_catalog.pg_depend e ON e.classid = 'pg_catalog.pg_attrdef'::regclass AND e.objid = d.oid
  WHERE e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
),
carried AS (
  SELECT o.conrelid AS here, o.confrelid AS there FROM pg_catalog.pg_constraint o
  WHERE o.contype = 'f' AND (o.confdeltype IN ('c', 'n', 'd') OR o.confupdtype IN ('c', 'n', 'd'))
  UNION ALL SELECT i.inhrelid, i.inhparent FROM pg_catalog.pg_inherits i
),
reached AS (
  SELECT oid FROM own
  UNION SELECT c.there FROM reached r JOIN carried c ON c.here = r.oid
)
SELECT r.oid FROM reached r, able WHERE able.outward
"""
"""The oids of those tables."""
