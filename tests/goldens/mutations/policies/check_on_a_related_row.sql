-- insert_match_one
with w1 as (insert into "public"."match" as t1 ("id", "home_team_id", "away_team_id") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, case when exists (
  select 1 from w1 t3 where not coalesce(($5::bool and exists (
    select 1 from "public"."team" t4 where (t4."id" = t3."home_team_id" and (t4."name") ~~ $4::text))), false)) then narthex.refuse('FORBIDDEN', 'match')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_match_one, dry run
with w1 as (insert into "public"."match" as t1 ("id", "home_team_id", "away_team_id") values ($1::int4, $2::int4, $3::int4) returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, case when exists (
  select 1 from w1 t3 where not coalesce(($5::bool and exists (
    select 1 from "public"."team" t4 where (t4."id" = t3."home_team_id" and (t4."name") ~~ $4::text))), false)) then narthex.refuse('FORBIDDEN', 'match')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"match","before":' || 'null' || ',"after":' || '{"id":' || (t5."id")::text || ',"home_team_id":' || (t5."home_team_id")::text || ',"away_team_id":' || (t5."away_team_id")::text || ',"home_goals":' || coalesce((t5."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t5."away_goals")::text, 'null') || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
