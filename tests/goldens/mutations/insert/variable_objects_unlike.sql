-- insert_evolved
with w1 as (insert into "public"."evolved" as t1 ("id", "kept", "added") values ($1::int4, default, default), ($2::int4, null, default), ($3::int4, default, $4::int4) returning t1."id", t1."kept", t1."added"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"kept":' || coalesce(to_json(t2."kept")::text, 'null') || ',"added":' || (t2."added")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($5::text, a.n, a.j) from answer a

-- insert_evolved, dry run
with w1 as (insert into "public"."evolved" as t1 ("id", "kept", "added") values ($1::int4, default, default), ($2::int4, null, default), ($3::int4, default, $4::int4) returning t1."id", t1."kept", t1."added"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"id":' || (t2."id")::text || ',"kept":' || coalesce(to_json(t2."kept")::text, 'null') || ',"added":' || (t2."added")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"evolved","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"kept":' || coalesce(to_json(t4."kept")::text, 'null') || ',"added":' || (t4."added")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
