-- update_measurement
with w1 as (update "public"."measurement" as t1 set "unit" = $1::text where ((t1."sensor_id") = $2::int4 and (t1."at") < $3::text::"pg_catalog"."timestamptz") returning t1."sensor_id", t1."at", t1."value", t1."unit"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- update_measurement, dry run
with w1 as (update "public"."measurement" as t1 set "unit" = $1::text from "public"."measurement" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and ((t1."sensor_id") = $2::int4 and (t1."at") < $3::text::"pg_catalog"."timestamptz") returning t1."sensor_id", t1."at", t1."value", t1."unit", t2."sensor_id" as "narthex was 0", t2."at" as "narthex was 1", t2."value" as "narthex was 2", t2."unit" as "narthex was 3"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"measurement","before":' || '{"sensor_id":' || (t4."narthex was 0")::text || ',"at":' || to_json(t4."narthex was 1")::text || ',"value":' || coalesce(to_json(t4."narthex was 2")::text, 'null') || ',"unit":' || coalesce(to_json(t4."narthex was 3")::text, 'null') || '}' || ',"after":' || '{"sensor_id":' || (t4."sensor_id")::text || ',"at":' || to_json(t4."at")::text || ',"value":' || coalesce(to_json(t4."value")::text, 'null') || ',"unit":' || coalesce(to_json(t4."unit")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
