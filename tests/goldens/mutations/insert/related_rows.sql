-- insert_match_one
with w1 as (insert into "public"."match" as t1 ("id", "home_team_id", "away_team_id") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"home_team":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || ',"away_team":' || case when t4."id" is null then 'null' else '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' end || '}' from w1 t2 left join "public"."team" t3 on t3."id" = t2."home_team_id" left join "public"."team" t4 on t4."id" = t2."away_team_id") as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_match_one, dry run
with w1 as (insert into "public"."match" as t1 ("id", "home_team_id", "away_team_id") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"home_team":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || ',"away_team":' || case when t4."id" is null then 'null' else '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' end || '}' from w1 t2 left join "public"."team" t3 on t3."id" = t2."home_team_id" left join "public"."team" t4 on t4."id" = t2."away_team_id") as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"match","before":' || 'null' || ',"after":' || '{"id":' || (t6."id")::text || ',"home_team_id":' || (t6."home_team_id")::text || ',"away_team_id":' || (t6."away_team_id")::text || ',"home_goals":' || coalesce((t6."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t6."away_goals")::text, 'null') || '}' || '}' as j from w1 t6) a limit 10000) d) from answer a
