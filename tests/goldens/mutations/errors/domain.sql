-- insert_author_one
with w1 as (insert into "public"."author" as t1 ("name", "email") values ($1::text, $2::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- insert_author_one, dry run
with w1 as (insert into "public"."author" as t1 ("name", "email") values ($1::text, $2::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || ',"email":' || coalesce(to_json(t4."email")::text, 'null') || ',"mood":' || coalesce(to_json(t4."mood")::text, 'null') || ',"born":' || coalesce(to_json(t4."born")::text, 'null') || ',"rating":' || coalesce(to_json(t4."rating")::text, 'null') || ',"active":' || (t4."active")::text || ',"tags":' || to_json(t4."tags")::text || ',"attrs":' || coalesce((t4."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t4."mentor_id")::text, 'null') || ',"created_at":' || to_json(t4."created_at")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
