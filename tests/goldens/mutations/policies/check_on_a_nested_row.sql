-- insert_team_one
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), w2 as (insert into "public"."match" as t2 ("id", "home_team_id", "away_team_id") 
select $3::int4, w1."id", $4::int4 from w1 returning t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 when exists (
  select 1 from w1 t3 where not coalesce(($6::bool and (t3."name") ~~ $5::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."id"::text)), '[]') from w2))::text, 'null') || '}', null::int from answer a

-- insert_team_one, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."team" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w2 as (
select t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."match" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"id":' || (t3."id")::text || ',"matches_by_home_team_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"id":' || (t4."id")::text || '}' as j from "public"."match" t4 where t4."home_team_id" = t3."id" limit 101) r) || '}' from w1 t3 where (t3."id") <= $2::int4) as j, case when exists (
  select 1 from w1 t5 where not coalesce(($4::bool and (t5."name") ~~ $3::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 when exists (
  select 1 from w2 t6 where not coalesce(($5::bool and exists (
    select 1 from "public"."team" t7 where (t7."id" = t6."home_team_id" and (t7."name") ~~ $3::text))), false)) then narthex.refuse('FORBIDDEN', 'match')::int::int8 when (
  select count(*) from w1) < json_array_length((
  select k from carried) -> 'w1') then narthex.refuse('FORBIDDEN', 'team')::int::int8 when (
  select count(*) from w2) < json_array_length((
  select k from carried) -> 'w2') then narthex.refuse('FORBIDDEN', 'match')::int::int8 else (
  select k ->> 'n' from carried)::int8 end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_team_one, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."name"), w2 as (insert into "public"."match" as t2 ("id", "home_team_id", "away_team_id") 
select $3::int4, w1."id", $4::int4 from w1 returning t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'team')::int::int8 when exists (
  select 1 from w1 t3 where not coalesce(($6::bool and (t3."name") ~~ $5::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."id"::text)), '[]') from w2))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || 'null' || ',"after":' || case when (t4."id") <= $7::int4 then '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' else 'null' end || '}' as j from w1 t4 union all 
      select '{"entity":"match","before":' || 'null' || ',"after":' || '{"id":' || (t5."id")::text || ',"home_team_id":' || (t5."home_team_id")::text || ',"away_team_id":' || (t5."away_team_id")::text || ',"home_goals":' || coalesce((t5."home_goals")::text, 'null') || ',"away_goals":' || coalesce((t5."away_goals")::text, 'null') || '}' || '}' as j from w2 t5) a limit 10000) d) from answer a

-- insert_team_one, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."team" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w2 as (
select t2."id", t2."home_team_id", t2."away_team_id", t2."home_goals", t2."away_goals" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."match" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"id":' || (t3."id")::text || ',"matches_by_home_team_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"id":' || (t4."id")::text || '}' as j from "public"."match" t4 where t4."home_team_id" = t3."id" limit 101) r) || '}' from w1 t3 where (t3."id") <= $2::int4) as j, case when exists (
  select 1 from w1 t5 where not coalesce(($4::bool and (t5."name") ~~ $3::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 when exists (
  select 1 from w2 t6 where not coalesce(($5::bool and exists (
    select 1 from "public"."team" t7 where (t7."id" = t6."home_team_id" and (t7."name") ~~ $3::text))), false)) then narthex.refuse('FORBIDDEN', 'match')::int::int8 when (
  select count(*) from w1) < json_array_length((
  select k from carried) -> 'w1') then narthex.refuse('FORBIDDEN', 'team')::int::int8 when (
  select count(*) from w2) < json_array_length((
  select k from carried) -> 'w2') then narthex.refuse('FORBIDDEN', 'match')::int::int8 else (
  select k ->> 'n' from carried)::int8 end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
