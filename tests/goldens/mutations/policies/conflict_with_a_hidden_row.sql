-- insert_team
with w1 as (insert into "public"."team" as t1 ("id", "name") 
select u.c0, u.c1 from unnest($1::int4[], $2::text[]) with ordinality u(c0, c1, o) order by u.o on conflict on constraint "team_pkey" do update set "name" = excluded."name" where ($5::bool and (t1."name") ~~ $3::text and (t1."id") <= $4::int4) returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || '}', ',' order by t2."narthex ordinal"), '') || ']' from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 where (t2."id") <= $4::int4) || '}' as j, case when exists (
  select 1 from w1 t3 where not coalesce(($6::bool and (t3."name") ~~ $3::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($7::text, a.n, a.j) from answer a

-- insert_team, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") 
select u.c0, u.c1 from unnest($1::int4[], $2::text[]) with ordinality u(c0, c1, o) order by u.o on conflict on constraint "team_pkey" do update set "name" = excluded."name" where ($5::bool and (t1."name") ~~ $3::text and (t1."id") <= $4::int4) returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"name":' || to_json(t2."name")::text || '}', ',' order by t2."narthex ordinal"), '') || ']' from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 where (t2."id") <= $4::int4) || '}' as j, case when exists (
  select 1 from w1 t3 where not coalesce(($6::bool and (t3."name") ~~ $3::text), false)) then narthex.refuse('FORBIDDEN', 'team')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || coalesce((
        select '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' from "public"."team" t5 where t5."id" = t4."id" and (t5."id") <= $4::int4 limit 1), 'null') || ',"after":' || case when (t4."id") <= $4::int4 then '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' else 'null' end || '}' as j from w1 t4) a limit 10000) d) from answer a
