-- update_team
with w1 as (update "public"."team" as t1 set "name" = $1::text where (
select count(*) from "public"."match" t2 where t2."home_team_id" = t1."id") = $2::int8 returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t3."id")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_team, dry run
with w1 as (update "public"."team" as t1 set "name" = $1::text from "public"."team" t3 where t3.ctid = t1.ctid and t3.tableoid = t1.tableoid and (
select count(*) from "public"."match" t2 where t2."home_team_id" = t1."id") = $2::int8 returning t1."id", t1."name", t3."id" as "narthex was 0", t3."name" as "narthex was 1"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"id":' || (t4."id")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t4) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || '{"id":' || (t6."narthex was 0")::text || ',"name":' || to_json(t6."narthex was 1")::text || '}' || ',"after":' || '{"id":' || (t6."id")::text || ',"name":' || to_json(t6."name")::text || '}' || '}' as j from w1 t6) a limit 10000) d) from answer a
