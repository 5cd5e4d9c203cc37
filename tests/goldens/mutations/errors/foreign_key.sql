-- insert_match_one
with w1 as (insert into "public"."match" as t1 ("id", "home_team_id", "away_team_id") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_match_one, dry run
with w1 as (insert into "public"."match" as t1 ("id", "home_team_id", "away_team_id") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"match","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"home_team_id":' || (t4."home_team_id")::text || ',"away_team_id":' || (t4."away_team_id")::text || ',"home_goals":' || coalesce((t4."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t4."away_goals")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
