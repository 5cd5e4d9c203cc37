-- insert_document
with w1 as (insert into "public"."document" as t1 ("id", "body", "raw") 
select u.c0, u.c1::"pg_catalog"."jsonb", u.c2::"pg_catalog"."json" from unnest($1::int4[], $2::text[], $3::text[]) with ordinality u(c0, c1, c2, o) order by u.o returning t1."id", t1."body", t1."raw"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"body":' || coalesce((t2."body")::text, 'null') || ',"raw":' || coalesce((t2."raw")::text, 'null') || ',"path":' || coalesce((t2."body" #> $4::text[])::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($5::text, a.n, a.j) from answer a

-- insert_document, dry run
with w1 as (insert into "public"."document" as t1 ("id", "body", "raw") 
select u.c0, u.c1::"pg_catalog"."jsonb", u.c2::"pg_catalog"."json" from unnest($1::int4[], $2::text[], $3::text[]) with ordinality u(c0, c1, c2, o) order by u.o returning t1."id", t1."body", t1."raw"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"body":' || coalesce((t2."body")::text, 'null') || ',"raw":' || coalesce((t2."raw")::text, 'null') || ',"path":' || coalesce((t2."body" #> $4::text[])::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"document","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"body":' || coalesce((t4."body")::text, 'null') || ',"raw":' || coalesce((t4."raw")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
