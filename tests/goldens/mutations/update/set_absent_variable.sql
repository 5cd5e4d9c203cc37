-- update_match
with w1 as (update "public"."match" as t1 set "away_goals" = $1::int2 where (t1."id") = $2::int4 returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"home_goals":' || coalesce((t2."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t2."away_goals")::text, 'null') || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_match, dry run
with w1 as (update "public"."match" as t1 set "away_goals" = $1::int2 from "public"."match" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."id") = $2::int4 returning t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals", t2."id" as "narthex was 0", t2."home_team_id" as "narthex was 1", t2."away_team_id" as "narthex was 2", t2."home_goals" as "narthex was 3", t2."away_goals" as "narthex was 4"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"home_goals":' || coalesce((t3."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t3."away_goals")::text, 'null') || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"match","before":' || '{"id":' || (t5."narthex was 0")::text || ',"home_team_id":' || (t5."narthex was 1")::text || ',"away_team_id":' || (t5."narthex was 2")::text || ',"home_goals":' || coalesce((t5."narthex was 3")::text, 'null') || ',"away_goals":' || coalesce((t5."narthex was 4")::text, 'null') || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"home_team_id":' || (t5."home_team_id")::text || ',"away_team_id":' || (t5."away_team_id")::text || ',"home_goals":' || coalesce((t5."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t5."away_goals")::text, 'null') || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
