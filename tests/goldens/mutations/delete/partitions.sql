-- delete_measurement
with w1 as (delete from "public"."measurement" as t1 where (t1."sensor_id") = $1::int4 returning t1."sensor_id", t1."at", t1."value", t1."unit"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- delete_measurement, dry run
with w1 as (delete from "public"."measurement" as t1 where (t1."sensor_id") = $1::int4 returning t1."sensor_id", t1."at", t1."value", t1."unit"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"measurement","before":' || '{"sensor_id":' || (t2."sensor_id")::text || ',"at":' || to_json(t2."at")::text || ',"value":' || coalesce(to_json(t2."value")::text, 'null') || ',"unit":' || coalesce(to_json(t2."unit")::text, 'null') || '}' || ',"after":' || 'null' || '}' as j from w1 t2) a limit 10000) d) from answer a
