-- delete_team_by_pk
with w1 as (delete from "public"."team" as t1 where t1."id" = $1::int4 returning t1."id", t1."name"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- delete_team_by_pk, dry run
with w1 as (delete from "public"."team" as t1 where t1."id" = $1::int4 returning t1."id", t1."name"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || '{"id":' || (t3."id")::text || ',"name":' || to_json(t3."name")::text || '}' || ',"after":' || 'null' || '}' as j from w1 t3) a limit 10000) d) from answer a
