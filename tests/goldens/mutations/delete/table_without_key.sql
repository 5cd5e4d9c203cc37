-- delete_log_entry
with w1 as (delete from "public"."log_entry" as t1 where (t1."message") is null returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"at":' || to_json(t2."at")::text || ',"level":' || to_json(t2."level")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($1::text, a.n, a.j) from answer a

-- delete_log_entry, dry run
with w1 as (delete from "public"."log_entry" as t1 where (t1."message") is null returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"at":' || to_json(t2."at")::text || ',"level":' || to_json(t2."level")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"log_entry","before":' || '{"at":' || to_json(t3."at")::text || ',"level":' || to_json(t3."level")::text || ',"message":' || coalesce(to_json(t3."message")::text, 'null') || ',"detail":' || coalesce((t3."detail")::text, 'null') || '}' || ',"after":' || 'null' || '}' as j from w1 t3) a limit 10000) d) from answer a
