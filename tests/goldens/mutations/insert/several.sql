-- insert_team
with w1 as (insert into "public"."team" as t1 ("id", "name") 
select u.c0, u.c1 from unnest($1::int4[], $2::text[]) with ordinality u(c0, c1, o) order by u.o returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || ',"id":' || (t2."id")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- insert_team, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") 
select u.c0, u.c1 from unnest($1::int4[], $2::text[]) with ordinality u(c0, c1, o) order by u.o returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || ',"id":' || (t2."id")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
