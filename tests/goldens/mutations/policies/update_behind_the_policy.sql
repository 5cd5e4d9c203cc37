-- update_team
with w1 as (update "public"."team" as t1 set "name" = $1::text where $4::bool and (t1."name") ~~ $2::text and (t1."id") <= $3::int4 and case when ($4::bool and (t1."name") ~~ $2::text and (t1."id") <= $3::int4) then (t1."name") ~ $5::text else false end returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, case when exists (
  select 1 from w1 t2 where not coalesce(($6::bool and (t2."name") ~~ $2::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($7::text, a.n, a.j) from answer a

-- update_team, dry run
with w1 as (update "public"."team" as t1 set "name" = $1::text from "public"."team" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and $4::bool and (t1."name") ~~ $2::text and (t1."id") <= $3::int4 and case when ($4::bool and (t1."name") ~~ $2::text and (t1."id") <= $3::int4) then (t1."name") ~ $5::text else false end returning t1."id", t1."name", t2."id" as "narthex was 0", t2."name" as "narthex was 1"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, case when exists (
  select 1 from w1 t3 where not coalesce(($6::bool and (t3."name") ~~ $2::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || '{"id":' || (t4."narthex was 0")::text || ',"name":' || to_json(t4."narthex was 1")::text || '}' || ',"after":' || case when (t4."id") <= $3::int4 then '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' else 'null' end || '}' as j from w1 t4) a limit 10000) d) from answer a
