-- insert_match_one
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), w2 as (insert into "public"."match" as t2 ("id", "home_team_id", "away_team_id") 
select $3::int4, w1."id", $4::int4 from w1 returning t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."id"::text)), '[]') from w2))::text, 'null') || '}', null::int from answer a

-- insert_match_one, then
with carried as materialized (
select $1::text::json as k), w2 as (
select t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."match" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"home_team_id":' || (t2."home_team_id")::text || ',"home_team":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' from w2 t2 left join "public"."team" t3 on t3."id" = t2."home_team_id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_match_one, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), w2 as (insert into "public"."match" as t2 ("id", "home_team_id", "away_team_id") 
select $3::int4, w1."id", $4::int4 from w1 returning t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."id"::text)), '[]') from w2))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || 'null' || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' || '}' as j from w1 t5 union all 
      select '{"entity":"match","before":' || 'null' || ',"after":' || '{"id":' || (t6."id")::text || ',"home_team_id":' || (t6."home_team_id")::text || ',"away_team_id":' || (t6."away_team_id")::text || ',"home_goals":' || coalesce((t6."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t6."away_goals")::text, 'null') || '}' || '}' as j from w2 t6) a limit 10000) d) from answer a

-- insert_match_one, dry run
with carried as materialized (
select $1::text::json as k), w2 as (
select t1."id", t1."home_team_id", t1."away_team_id", t1."home_goals", t1."away_goals" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."match" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"home_team_id":' || (t2."home_team_id")::text || ',"home_team":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' from w2 t2 left join "public"."team" t3 on t3."id" = t2."home_team_id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
