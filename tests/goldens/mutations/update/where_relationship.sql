-- update_team
with w1 as (update "public"."team" as t1 set "name" = $1::text where exists (
select 1 from "public"."match" t2 where (t2."home_team_id" = t1."id" and exists (
  select 1 from "public"."team" t3 where (t3."id" = t2."away_team_id" and (t3."name") = $2::text)))) returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t4."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t4) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_team, dry run
with w1 as (update "public"."team" as t1 set "name" = $1::text from "public"."team" t4 where t4.ctid = t1.ctid and t4.tableoid = t1.tableoid and exists (
select 1 from "public"."match" t2 where (t2."home_team_id" = t1."id" and exists (
  select 1 from "public"."team" t3 where (t3."id" = t2."away_team_id" and (t3."name") = $2::text)))) returning t1."id", t1."name", t4."id" as "narthex was 0", t4."name" as "narthex was 1"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t5."name")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t5) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || '{"id":' || (t7."narthex was 0")::text || ',"name":' || to_json(t7."narthex was 1")::text || '}' || ',"after":' || '{"id":' || (t7."id")::text || ',"name":' || to_json(t7."name")::text || '}' || '}' as j from w1 t7) a limit 10000) d) from answer a
