-- insert_team_one
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || '}' from w1 t2 where (t2."id") <= $3::int4) as j, case when exists (
  select 1 from w1 t3 where not coalesce(($5::bool and (t3."name") ~~ $4::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_team_one, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || '}' from w1 t2 where (t2."id") <= $3::int4) as j, case when exists (
  select 1 from w1 t3 where not coalesce(($5::bool and (t3."name") ~~ $4::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || 'null' || ',"after":' || case when (t4."id") <= $3::int4 then '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' else 'null' end || '}' as j from w1 t4) a limit 10000) d) from answer a
