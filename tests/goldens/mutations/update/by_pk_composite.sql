-- update_link_by_pk
with w1 as (update "public"."link" as t1 set "weight" = t1."weight" + $1::float4 where t1."source" = $2::int4 and t1."target" = $3::int4 returning t1."source", t1."target", t1."weight"), answer as materialized (
select (
  select '{"source":' || (t2."source")::text || ',"target":' || (t2."target")::text || ',"weight":' || to_json(t2."weight")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- update_link_by_pk, dry run
with w1 as (update "public"."link" as t1 set "weight" = t1."weight" + $1::float4 from "public"."link" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and t1."source" = $2::int4 and t1."target" = $3::int4 returning t1."source", t1."target", t1."weight", t2."source" as "narthex was 0", t2."target" as "narthex was 1", t2."weight" as "narthex was 2"), answer as materialized (
select (
  select '{"source":' || (t3."source")::text || ',"target":' || (t3."target")::text || ',"weight":' || to_json(t3."weight")::text || '}' from w1 t3) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"link","before":' || '{"source":' || (t5."narthex was 0")::text || ',"target":' || (t5."narthex was 1")::text || ',"weight":' || to_json(t5."narthex was 2")::text || '}' || ',"after":' || '{"source":' || (t5."source")::text || ',"target":' || (t5."target")::text || ',"weight":' || to_json(t5."weight")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
