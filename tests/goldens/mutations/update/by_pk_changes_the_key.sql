-- update_node_by_pk
with w1 as (update "public"."node" as t1 set "id" = $1::int4 where t1."id" = $2::int4 returning t1."id", t1."label"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || ',"label":' || coalesce(to_json(t2."label")::text, 'null') || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_node_by_pk, dry run
with w1 as (update "public"."node" as t1 set "id" = $1::int4 from "public"."node" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and t1."id" = $2::int4 returning t1."id", t1."label", t2."id" as "narthex was 0", t2."label" as "narthex was 1"), answer as materialized (
select (
  select '{"id":' || (t3."id")::text || ',"label":' || coalesce(to_json(t3."label")::text, 'null') || '}' from w1 t3) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"node","before":' || '{"id":' || (t5."narthex was 0")::text || ',"label":' || coalesce(to_json(t5."narthex was 1")::text, 'null') || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"label":' || coalesce(to_json(t5."label")::text, 'null') || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
