-- insert_team_one
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) on conflict on constraint "team_pkey" do update set "name" = excluded."name" returning t1."id", t1."name"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || ',"matches_by_home_team_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"id":' || (t3."id")::text || '}' as j from "public"."match" t3 where t3."home_team_id" = t2."id" order by t3."id" asc nulls last limit 101) r) || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- insert_team_one, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) on conflict on constraint "team_pkey" do update set "name" = excluded."name" returning t1."id", t1."name"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || ',"matches_by_home_team_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"id":' || (t3."id")::text || '}' as j from "public"."match" t3 where t3."home_team_id" = t2."id" order by t3."id" asc nulls last limit 101) r) || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || coalesce((
        select '{"id":' || (t6."id")::text || ',"name":' || to_json(t6."name")::text || '}' from "public"."team" t6 where t6."id" = t5."id" limit 1), 'null') || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
