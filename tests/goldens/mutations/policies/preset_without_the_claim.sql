-- insert_articles_one
with w1 as (insert into "public"."articles" as t1 ("author_id", "title", "slug", "status") values ($1::int4, $3::text, $4::text, $2::text::"public"."article_status") returning t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($5::text, a.n, a.j) from answer a

-- insert_articles_one, dry run
with w1 as (insert into "public"."articles" as t1 ("author_id", "title", "slug", "status") values ($1::int4, $3::text, $4::text, $2::text::"public"."article_status") returning t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower"), answer as materialized (
select (
  select '{"id":' || (t2."id")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"author_id":' || (t4."author_id")::text || ',"editor_id":' || coalesce((t4."editor_id")::text, 'null') || ',"title":' || to_json(t4."title")::text || ',"slug":' || to_json(t4."slug")::text || ',"body":' || coalesce(to_json(case when (t4."body")::text is not null then '***' end)::text, 'null') || ',"status":' || to_json(t4."status")::text || ',"price":' || 'null' || ',"views":' || (t4."views")::text || ',"score":' || coalesce(to_json(t4."score")::text, 'null') || ',"meta":' || (t4."meta")::text || ',"raw":' || coalesce((t4."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t4."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t4."updated_at")::text, 'null') || ',"body_length":' || coalesce((t4."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t4."title_lower")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
