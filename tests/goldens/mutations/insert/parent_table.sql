-- insert_vehicle_one
with w1 as (insert into "public"."vehicle" as t1 ("id", "wheels", "name") values ($1::int4, $2::int4, $3::text) returning t1."id", t1."wheels", t1."name", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"wheels":' || (t2."wheels")::text || '}' from w1 t2 limit 1) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_vehicle_one, dry run
with w1 as (insert into "public"."vehicle" as t1 ("id", "wheels", "name") values ($1::int4, $2::int4, $3::text) returning t1."id", t1."wheels", t1."name", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"wheels":' || (t2."wheels")::text || '}' from w1 t2 limit 1) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"vehicle","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"wheels":' || (t4."wheels")::text || ',"name":' || coalesce(to_json(t4."name")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
