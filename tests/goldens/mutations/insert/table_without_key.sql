-- insert_log_entry
with w1 as (insert into "public"."log_entry" as t1 ("at", "level", "detail") values ($1::text::"pg_catalog"."timestamptz", $2::text, default), ($3::text::"pg_catalog"."timestamptz", $4::text, $5::text::"pg_catalog"."jsonb") returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"at":' || to_json(t2."at")::text || ',"level":' || to_json(t2."level")::text || ',"detail":' || coalesce((t2."detail")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_log_entry, dry run
with w1 as (insert into "public"."log_entry" as t1 ("at", "level", "detail") values ($1::text::"pg_catalog"."timestamptz", $2::text, default), ($3::text::"pg_catalog"."timestamptz", $4::text, $5::text::"pg_catalog"."jsonb") returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"at":' || to_json(t2."at")::text || ',"level":' || to_json(t2."level")::text || ',"detail":' || coalesce((t2."detail")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"log_entry","before":' || 'null' || ',"after":' || '{"at":' || to_json(t4."at")::text || ',"level":' || to_json(t4."level")::text || ',"message":' || coalesce(to_json(t4."message")::text, 'null') || ',"detail":' || coalesce((t4."detail")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
