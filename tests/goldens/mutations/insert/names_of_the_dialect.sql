-- insert_dialect
with w1 as (insert into "public"."dialect" as t1 ("id", "count", "returning", "where", "on_conflict", "desc", "asc") values ($1::int4, $2::int4, $3::text, $4::text, $5::text, $6::text, $7::text) returning t1."id", t1."count", t1."sum", t1."aggregate", t1."nodes", t1."returning", t1."path", t1."where", t1."on_conflict", t1."desc", t1."asc", t1."null", t1."true"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"count":' || coalesce((t2."count")::text, 'null') || ',"returning":' || coalesce(to_json(t2."returning")::text, 'null') || ',"where":' || coalesce(to_json(t2."where")::text, 'null') || ',"on_conflict":' || coalesce(to_json(t2."on_conflict")::text, 'null') || ',"desc":' || coalesce(to_json(t2."desc")::text, 'null') || ',"asc":' || coalesce(to_json(t2."asc")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($8::text, a.n, a.j) from answer a

-- insert_dialect, dry run
with w1 as (insert into "public"."dialect" as t1 ("id", "count", "returning", "where", "on_conflict", "desc", "asc") values ($1::int4, $2::int4, $3::text, $4::text, $5::text, $6::text, $7::text) returning t1."id", t1."count", t1."sum", t1."aggregate", t1."nodes", t1."returning", t1."path", t1."where", t1."on_conflict", t1."desc", t1."asc", t1."null", t1."true"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"count":' || coalesce((t2."count")::text, 'null') || ',"returning":' || coalesce(to_json(t2."returning")::text, 'null') || ',"where":' || coalesce(to_json(t2."where")::text, 'null') || ',"on_conflict":' || coalesce(to_json(t2."on_conflict")::text, 'null') || ',"desc":' || coalesce(to_json(t2."desc")::text, 'null') || ',"asc":' || coalesce(to_json(t2."asc")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"dialect","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"count":' || coalesce((t4."count")::text, 'null') || ',"sum":' || coalesce((t4."sum")::text, 'null') || ',"aggregate":' || coalesce(to_json(t4."aggregate")::text, 'null') || ',"nodes":' || coalesce(to_json(t4."nodes")::text, 'null') || ',"returning":' || coalesce(to_json(t4."returning")::text, 'null') || ',"path":' || coalesce((t4."path")::text, 'null') || ',"where":' || coalesce(to_json(t4."where")::text, 'null') || ',"on_conflict":' || coalesce(to_json(t4."on_conflict")::text, 'null') || ',"desc":' || coalesce(to_json(t4."desc")::text, 'null') || ',"asc":' || coalesce(to_json(t4."asc")::text, 'null') || ',"null_":' || coalesce(to_json(t4."null")::text, 'null') || ',"true_":' || coalesce((t4."true")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
