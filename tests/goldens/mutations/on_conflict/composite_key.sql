-- insert_link
with w1 as (insert into "public"."link" as t1 ("source", "target", "weight") 
select u.c0, u.c1, u.c2 from unnest($1::int4[], $2::int4[], $3::float4[]) with ordinality u(c0, c1, c2, o) order by u.o on conflict on constraint "link_pkey" do update set "weight" = excluded."weight" returning t1."source", t1."target", t1."weight"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"source":' || (t2."source")::text || ',"target":' || (t2."target")::text || ',"weight":' || to_json(t2."weight")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_link, dry run
with w1 as (insert into "public"."link" as t1 ("source", "target", "weight") 
select u.c0, u.c1, u.c2 from unnest($1::int4[], $2::int4[], $3::float4[]) with ordinality u(c0, c1, c2, o) order by u.o on conflict on constraint "link_pkey" do update set "weight" = excluded."weight" returning t1."source", t1."target", t1."weight"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"source":' || (t2."source")::text || ',"target":' || (t2."target")::text || ',"weight":' || to_json(t2."weight")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"link","before":' || coalesce((
        select '{"source":' || (t5."source")::text || ',"target":' || (t5."target")::text || ',"weight":' || to_json(t5."weight")::text || '}' from "public"."link" t5 where t5."source" = t4."source" and t5."target" = t4."target" limit 1), 'null') || ',"after":' || '{"source":' || (t4."source")::text || ',"target":' || (t4."target")::text || ',"weight":' || to_json(t4."weight")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
