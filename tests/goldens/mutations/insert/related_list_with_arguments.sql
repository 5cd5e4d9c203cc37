-- insert_comment_one
with w1 as (insert into "public"."comment" as t1 ("id", "article_id", "body", "at") values ($1::text::"pg_catalog"."uuid", $2::int8, $3::text, $4::text::"pg_catalog"."timestamptz") returning t1."id", t1."article_id", t1."author_id", t1."parent_id", t1."body", t1."votes", t1."at"), answer as materialized (
select (
  select '{"article":' || case when t3."id" is null then 'null' else '{"title":' || to_json(t3."title")::text || ',"article_tags":' || (
    select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
      select q.j from (
        select '{"tag":' || to_json(t4."tag")::text || '}' as j from "public"."article_tag" t4 where t4."article_id" = t3."id" order by t4."tag" desc nulls first limit 2) q limit $5::int8) r) || ',"article_tags_aggregate":' || (
    select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."article_tag" t5 where t5."article_id" = t3."id") || '}' end || '}' from w1 t2 left join "public"."articles" t3 on t3."id" = t2."article_id") as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_comment_one, dry run
with w1 as (insert into "public"."comment" as t1 ("id", "article_id", "body", "at") values ($1::text::"pg_catalog"."uuid", $2::int8, $3::text, $4::text::"pg_catalog"."timestamptz") returning t1."id", t1."article_id", t1."author_id", t1."parent_id", t1."body", t1."votes", t1."at"), answer as materialized (
select (
  select '{"article":' || case when t3."id" is null then 'null' else '{"title":' || to_json(t3."title")::text || ',"article_tags":' || (
    select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
      select q.j from (
        select '{"tag":' || to_json(t4."tag")::text || '}' as j from "public"."article_tag" t4 where t4."article_id" = t3."id" order by t4."tag" desc nulls first limit 2) q limit $5::int8) r) || ',"article_tags_aggregate":' || (
    select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."article_tag" t5 where t5."article_id" = t3."id") || '}' end || '}' from w1 t2 left join "public"."articles" t3 on t3."id" = t2."article_id") as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"comment","before":' || 'null' || ',"after":' || '{"id":' || ('"' || (t7."id")::text || '"') || ',"article_id":' || (t7."article_id")::text || ',"author_id":' || coalesce((t7."author_id")::text, 'null') || ',"parent_id":' || coalesce(('"' || (t7."parent_id")::text || '"'), 'null') || ',"body":' || to_json(t7."body")::text || ',"votes":' || coalesce((t7."votes")::text, 'null') || ',"at":' || to_json(t7."at")::text || '}' || '}' as j from w1 t7) a limit 10000) d) from answer a
