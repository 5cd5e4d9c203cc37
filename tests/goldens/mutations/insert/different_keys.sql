-- insert_phrase
with w1 as (insert into "public"."phrase" as t1 ("id", "kind", "body", "code") values ($1::int4, $2::text, default, default), ($3::int4, $4::text, $5::text, default), ($6::int4, $7::text, null, $8::text) returning t1."id", t1."kind", t1."body", t1."code", t1."fixed"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"kind":' || to_json(t2."kind")::text || ',"body":' || coalesce(to_json(t2."body")::text, 'null') || ',"code":' || coalesce(to_json(t2."code")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($9::text, a.n, a.j) from answer a

-- insert_phrase, dry run
with w1 as (insert into "public"."phrase" as t1 ("id", "kind", "body", "code") values ($1::int4, $2::text, default, default), ($3::int4, $4::text, $5::text, default), ($6::int4, $7::text, null, $8::text) returning t1."id", t1."kind", t1."body", t1."code", t1."fixed"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"kind":' || to_json(t2."kind")::text || ',"body":' || coalesce(to_json(t2."body")::text, 'null') || ',"code":' || coalesce(to_json(t2."code")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"phrase","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"kind":' || to_json(t4."kind")::text || ',"body":' || coalesce(to_json(t4."body")::text, 'null') || ',"code":' || coalesce(to_json(t4."code")::text, 'null') || ',"fixed":' || coalesce(to_json(t4."fixed")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
