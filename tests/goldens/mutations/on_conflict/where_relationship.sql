-- insert_team
with w1 as (insert into "public"."team" as t1 ("id", "name") 
select u.c0, u.c1 from unnest($1::int4[], $2::text[]) with ordinality u(c0, c1, o) order by u.o on conflict on constraint "team_pkey" do update set "name" = excluded."name" where exists (
  select 1 from "public"."match" t2 where (t2."home_team_id" = t1."id" and (t2."home_goals") > $3::int2)) returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t3."id")::text || '}', ','), '') || ']' from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_team, dry run
with w1 as (insert into "public"."team" as t1 ("id", "name") 
select u.c0, u.c1 from unnest($1::int4[], $2::text[]) with ordinality u(c0, c1, o) order by u.o on conflict on constraint "team_pkey" do update set "name" = excluded."name" where exists (
  select 1 from "public"."match" t2 where (t2."home_team_id" = t1."id" and (t2."home_goals") > $3::int2)) returning t1."id", t1."name"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t3."id")::text || '}', ','), '') || ']' from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"team","before":' || coalesce((
        select '{"id":' || (t6."id")::text || ',"name":' || to_json(t6."name")::text || '}' from "public"."team" t6 where t6."id" = t5."id" limit 1), 'null') || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
