-- delete_team
with w1 as (delete from "public"."team" as t1 where $3::bool and (t1."name") ~~ $1::text and (t1."id") <= $2::int4 returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 where (t2."id") <= $2::int4) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- delete_team, dry run
with w1 as (delete from "public"."team" as t1 where $3::bool and (t1."name") ~~ $1::text and (t1."id") <= $2::int4 returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 where (t2."id") <= $2::int4) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || case when (t3."id") <= $2::int4 then '{"id":' || (t3."id")::text || ',"name":' || to_json(t3."name")::text || '}' else 'null' end || ',"after":' || 'null' || '}' as j from w1 t3) a limit 10000) d) from answer a
