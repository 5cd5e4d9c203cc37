-- update_log_entry
with w1 as (update "public"."log_entry" as t1 set "message" = $1::text where (t1."level") = $2::text returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"level":' || to_json(t2."level")::text || ',"message":' || coalesce(to_json(t2."message")::text, 'null') || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_log_entry, dry run
with w1 as (update "public"."log_entry" as t1 set "message" = $1::text from "public"."log_entry" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."level") = $2::text returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place", t2."at" as "narthex was 0", t2."level" as "narthex was 1", t2."message" as "narthex was 2", t2."detail" as "narthex was 3"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"level":' || to_json(t3."level")::text || ',"message":' || coalesce(to_json(t3."message")::text, 'null') || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"log_entry","before":' || '{"at":' || to_json(t5."narthex was 0")::text || ',"level":' || to_json(t5."narthex was 1")::text || ',"message":' || coalesce(to_json(t5."narthex was 2")::text, 'null') || ',"detail":' || coalesce((t5."narthex was 3")::text, 'null') || '}' || ',"after":' || '{"at":' || to_json(t5."at")::text || ',"level":' || to_json(t5."level")::text || ',"message":' || coalesce(to_json(t5."message")::text, 'null') || ',"detail":' || coalesce((t5."detail")::text, 'null') || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
