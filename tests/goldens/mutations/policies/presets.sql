-- insert_articles
with w1 as (insert into "public"."articles" as t1 ("author_id", "title", "slug", "body", "status", "price") values ($1::int4, $3::text, $4::text, $5::text, $2::text::"public"."article_status", $6::text::"pg_catalog"."numeric"), ($1::int4, $7::text, $8::text, default, $2::text::"public"."article_status", default) returning t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"author_id":' || (t2."author_id")::text || ',"status":' || to_json(t2."status")::text || ',"price":' || 'null' || ',"body":' || coalesce(to_json(case when (t2."body")::text is not null then '***' end)::text, 'null') || ',"author":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}', ',' order by t2."narthex ordinal"), '') || ']' from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."author" t3 on t3."id" = t2."author_id") || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($9::text, a.n, a.j) from answer a

-- insert_articles, dry run
with w1 as (insert into "public"."articles" as t1 ("author_id", "title", "slug", "body", "status", "price") values ($1::int4, $3::text, $4::text, $5::text, $2::text::"public"."article_status", $6::text::"pg_catalog"."numeric"), ($1::int4, $7::text, $8::text, default, $2::text::"public"."article_status", default) returning t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"author_id":' || (t2."author_id")::text || ',"status":' || to_json(t2."status")::text || ',"price":' || 'null' || ',"body":' || coalesce(to_json(case when (t2."body")::text is not null then '***' end)::text, 'null') || ',"author":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}', ',' order by t2."narthex ordinal"), '') || ']' from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."author" t3 on t3."id" = t2."author_id") || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t5."id")::text || ',"author_id":' || (t5."author_id")::text || ',"editor_id":' || coalesce((t5."editor_id")::text, 'null') || ',"title":' || to_json(t5."title")::text || ',"slug":' || to_json(t5."slug")::text || ',"body":' || coalesce(to_json(case when (t5."body")::text is not null then '***' end)::text, 'null') || ',"status":' || to_json(t5."status")::text || ',"price":' || 'null' || ',"views":' || (t5."views")::text || ',"score":' || coalesce(to_json(t5."score")::text, 'null') || ',"meta":' || (t5."meta")::text || ',"raw":' || coalesce((t5."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t5."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t5."updated_at")::text, 'null') || ',"body_length":' || coalesce((t5."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t5."title_lower")::text, 'null') || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
