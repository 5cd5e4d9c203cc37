-- delete_link
with w1 as (delete from "public"."link" as t1 where (t1."source") = $1::int4 returning t1."source", t1."target", t1."weight"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"source":' || (t2."source")::text || ',"target":' || (t2."target")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- delete_link, dry run
with w1 as (delete from "public"."link" as t1 where (t1."source") = $1::int4 returning t1."source", t1."target", t1."weight"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"source":' || (t2."source")::text || ',"target":' || (t2."target")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"link","before":' || '{"source":' || (t3."source")::text || ',"target":' || (t3."target")::text || ',"weight":' || to_json(t3."weight")::text || '}' || ',"after":' || 'null' || '}' as j from w1 t3) a limit 10000) d) from answer a
