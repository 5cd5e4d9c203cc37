-- insert_team
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), w2 as (insert into "public"."team" as t2 ("id", "name") values ($3::int4, $4::text) returning t2."id", t2."name"), w3 as (insert into "public"."match" as t3 ("id", "home_team_id", "away_team_id") 
select $5::int4, w1."id", w2."id" from w1 cross join w2 returning t3."id", t3."home_team_id", t3."away_team_id", t3."home_goals", t3."away_goals"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t4."id")::text || '}', ','), '') || ']' from w1 t4) || '}' as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_team, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), w2 as (insert into "public"."team" as t2 ("id", "name") values ($3::int4, $4::text) returning t2."id", t2."name"), w3 as (insert into "public"."match" as t3 ("id", "home_team_id", "away_team_id") 
select $5::int4, w1."id", w2."id" from w1 cross join w2 returning t3."id", t3."home_team_id", t3."away_team_id", t3."home_goals", t3."away_goals"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t4."id")::text || '}', ','), '') || ']' from w1 t4) || '}' as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || 'null' || ',"after":' || '{"id":' || (t8."id")::text || ',"name":' || to_json(t8."name")::text || '}' || '}' as j from w1 t8 union all 
      select '{"entity":"team","before":' || 'null' || ',"after":' || '{"id":' || (t9."id")::text || ',"name":' || to_json(t9."name")::text || '}' || '}' as j from w2 t9 union all 
      select '{"entity":"match","before":' || 'null' || ',"after":' || '{"id":' || (t10."id")::text || ',"home_team_id":' || (t10."home_team_id")::text || ',"away_team_id":' || (t10."away_team_id")::text || ',"home_goals":' || coalesce((t10."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t10."away_goals")::text, 'null') || '}' || '}' as j from w3 t10) a limit 10000) d) from answer a
