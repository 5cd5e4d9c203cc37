-- insert_staff_one
with w1 as (insert into "public"."staff" as t1 ("id", "name", "department_id") values ($1::int4, $2::text, $3::int4) returning t1."id", t1."name", t1."department_id"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_staff_one, dry run
with w1 as (insert into "public"."staff" as t1 ("id", "name", "department_id") values ($1::int4, $2::text, $3::int4) returning t1."id", t1."name", t1."department_id"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"staff","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || ',"department_id":' || (t4."department_id")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
