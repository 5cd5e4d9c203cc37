-- insert_scratch_one
with w1 as (insert into "public"."scratch" as t1 ("id") values ($1::int4) returning t1."id", t1."body"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"body":' || coalesce(to_json(t2."body")::text, 'null') || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- insert_scratch_one, dry run
with w1 as (insert into "public"."scratch" as t1 ("id") values ($1::int4) returning t1."id", t1."body"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"body":' || coalesce(to_json(t2."body")::text, 'null') || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"scratch","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"body":' || coalesce(to_json(t4."body")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
