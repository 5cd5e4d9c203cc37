-- update_vehicle
with w1 as (update "public"."vehicle" as t1 set "wheels" = t1."wheels" + $1::int4 where (t1."wheels") = $2::int4 returning t1."id", t1."wheels", t1."name", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"wheels":' || (t2."wheels")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_vehicle, dry run
with w1 as (update "public"."vehicle" as t1 set "wheels" = t1."wheels" + $1::int4 from "public"."vehicle" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."wheels") = $2::int4 returning t1."id", t1."wheels", t1."name", t1.tableoid as "narthex table", t1.ctid as "narthex place", t2."id" as "narthex was 0", t2."wheels" as "narthex was 1", t2."name" as "narthex was 2"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"wheels":' || (t3."wheels")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"vehicle","before":' || '{"id":' || (t5."narthex was 0")::text || ',"wheels":' || (t5."narthex was 1")::text || ',"name":' || coalesce(to_json(t5."narthex was 2")::text, 'null') || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"wheels":' || (t5."wheels")::text || ',"name":' || coalesce(to_json(t5."name")::text, 'null') || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
