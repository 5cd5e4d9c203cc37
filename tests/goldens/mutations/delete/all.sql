-- delete_document
with w1 as (delete from "public"."document" as t1 returning t1."id", t1."body", t1."raw"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($1::text, a.n, a.j) from answer a

-- delete_document, dry run
with w1 as (delete from "public"."document" as t1 returning t1."id", t1."body", t1."raw"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"document","before":' || '{"id":' || (t2."id")::text || ',"body":' || coalesce((t2."body")::text, 'null') || ',"raw":' || coalesce((t2."raw")::text, 'null') || '}' || ',"after":' || 'null' || '}' as j from w1 t2) a limit 10000) d) from answer a
