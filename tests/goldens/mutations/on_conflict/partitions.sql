-- insert_measurement
with w1 as (insert into "public"."measurement" as t1 ("sensor_id", "at", "value") values ($1::int4, $2::text::"pg_catalog"."timestamptz", $3::text::"pg_catalog"."float8") on conflict on constraint "measurement_pkey" do update set "value" = excluded."value" returning t1."sensor_id", t1."at", t1."value", t1."unit"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"value":' || coalesce(to_json(t2."value")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_measurement, dry run
with w1 as (insert into "public"."measurement" as t1 ("sensor_id", "at", "value") values ($1::int4, $2::text::"pg_catalog"."timestamptz", $3::text::"pg_catalog"."float8") on conflict on constraint "measurement_pkey" do update set "value" = excluded."value" returning t1."sensor_id", t1."at", t1."value", t1."unit"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"value":' || coalesce(to_json(t2."value")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"measurement","before":' || coalesce((
        select '{"sensor_id":' || (t5."sensor_id")::text || ',"at":' || to_json(t5."at")::text || ',"value":' || coalesce(to_json(t5."value")::text, 'null') || ',"unit":' || coalesce(to_json(t5."unit")::text, 'null') || '}' from "public"."measurement" t5 where t5."sensor_id" = t4."sensor_id" and t5."at" = t4."at" limit 1), 'null') || ',"after":' || '{"sensor_id":' || (t4."sensor_id")::text || ',"at":' || to_json(t4."at")::text || ',"value":' || coalesce(to_json(t4."value")::text, 'null') || ',"unit":' || coalesce(to_json(t4."unit")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
