-- insert_ticket
with w1 as (insert into "public"."ticket" as t1 ("ref", "width", "height", "token") values (default, $1::text::"pg_catalog"."numeric", $2::text::"pg_catalog"."numeric", $3::text::"pg_catalog"."uuid"), ($4::int4, $5::text::"pg_catalog"."numeric", $6::text::"pg_catalog"."numeric", $7::text::"pg_catalog"."uuid") returning t1."id", t1."ref", t1."serial", t1."width", t1."height", t1."area", t1."label", t1."token"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"ref":' || (t2."ref")::text || ',"serial":' || (t2."serial")::text || ',"area":' || coalesce(to_json(t2."area")::text, 'null') || ',"label":' || coalesce(to_json(t2."label")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($8::text, a.n, a.j) from answer a

-- insert_ticket, dry run
with w1 as (insert into "public"."ticket" as t1 ("ref", "width", "height", "token") values (default, $1::text::"pg_catalog"."numeric", $2::text::"pg_catalog"."numeric", $3::text::"pg_catalog"."uuid"), ($4::int4, $5::text::"pg_catalog"."numeric", $6::text::"pg_catalog"."numeric", $7::text::"pg_catalog"."uuid") returning t1."id", t1."ref", t1."serial", t1."width", t1."height", t1."area", t1."label", t1."token"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"ref":' || (t2."ref")::text || ',"serial":' || (t2."serial")::text || ',"area":' || coalesce(to_json(t2."area")::text, 'null') || ',"label":' || coalesce(to_json(t2."label")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"ticket","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"ref":' || (t4."ref")::text || ',"serial":' || (t4."serial")::text || ',"width":' || to_json(t4."width")::text || ',"height":' || to_json(t4."height")::text || ',"area":' || coalesce(to_json(t4."area")::text, 'null') || ',"label":' || coalesce(to_json(t4."label")::text, 'null') || ',"token":' || ('"' || (t4."token")::text || '"') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
