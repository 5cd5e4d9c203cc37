-- insert_team
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) on conflict on constraint "team_pkey" do update set "name" = excluded."name", "id" = excluded."id" returning t1."id", t1."name"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- insert_team, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) on conflict on constraint "team_pkey" do update set "name" = excluded."name", "id" = excluded."id" returning t1."id", t1."name"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || coalesce((
        select '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' from "public"."team" t5 where t5."id" = t4."id" limit 1), 'null') || ',"after":' || '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
