-- insert_car_one
with w1 as (insert into "public"."car" as t1 ("id", "wheels", "doors") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."wheels", t1."name", t1."doors"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"wheels":' || (t2."wheels")::text || ',"doors":' || coalesce((t2."doors")::text, 'null') || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_car_one, dry run
with w1 as (insert into "public"."car" as t1 ("id", "wheels", "doors") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."wheels", t1."name", t1."doors"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"wheels":' || (t2."wheels")::text || ',"doors":' || coalesce((t2."doors")::text, 'null') || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"car","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"wheels":' || (t4."wheels")::text || ',"name":' || coalesce(to_json(t4."name")::text, 'null') || ',"doors":' || coalesce((t4."doors")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
