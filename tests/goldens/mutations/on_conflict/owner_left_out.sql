-- insert_team_one
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) on conflict on constraint "team_pkey" do nothing returning t1."id", t1."name"), w2 as (insert into "public"."match" as t2 ("id", "home_team_id", "away_team_id") 
select $3::int4, w1."id", $4::int4 from w1 returning t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals"), answer as materialized (
select (
  select '{"id":' || (t3."id")::text || '}' from w1 t3) as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($5::text, a.n, a.j) from answer a

-- insert_team_one, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) on conflict on constraint "team_pkey" do nothing returning t1."id", t1."name"), w2 as (insert into "public"."match" as t2 ("id", "home_team_id", "away_team_id") 
select $3::int4, w1."id", $4::int4 from w1 returning t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals"), answer as materialized (
select (
  select '{"id":' || (t3."id")::text || '}' from w1 t3) as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || 'null' || ',"after":' || '{"id":' || (t6."id")::text || ',"name":' || to_json(t6."name")::text || '}' || '}' as j from w1 t6 union all 
      select '{"entity":"match","before":' || 'null' || ',"after":' || '{"id":' || (t7."id")::text || ',"home_team_id":' || (t7."home_team_id")::text || ',"away_team_id":' || (t7."away_team_id")::text || ',"home_goals":' || coalesce((t7."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t7."away_goals")::text, 'null') || '}' || '}' as j from w2 t7) a limit 10000) d) from answer a
