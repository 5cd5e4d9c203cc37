-- delete_article_tag
with w1 as (delete from "public"."article_tag" as t1 where (t1."tag") = $1::text returning t1."article_id", t1."tag", t1."position"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"article":' || case when t3."id" is null then 'null' else '{"title":' || to_json(t3."title")::text || '}' end || ',"tag_by_tag":' || case when t4."name" is null then 'null' else '{"name":' || to_json(t4."name")::text || ',"article_tags_by_tag":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"article_id":' || (t5."article_id")::text || '}' as j from "public"."article_tag" t5 where t5."tag" = t4."name" order by t5."article_id" asc nulls last limit 101) r) || '}' end || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."articles" t3 on t3."id" = t2."article_id" left join "public"."tag" t4 on t4."name" = t2."tag") || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- delete_article_tag, dry run
with w1 as (delete from "public"."article_tag" as t1 where (t1."tag") = $1::text returning t1."article_id", t1."tag", t1."position"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"article":' || case when t3."id" is null then 'null' else '{"title":' || to_json(t3."title")::text || '}' end || ',"tag_by_tag":' || case when t4."name" is null then 'null' else '{"name":' || to_json(t4."name")::text || ',"article_tags_by_tag":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"article_id":' || (t5."article_id")::text || '}' as j from "public"."article_tag" t5 where t5."tag" = t4."name" order by t5."article_id" asc nulls last limit 101) r) || '}' end || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."articles" t3 on t3."id" = t2."article_id" left join "public"."tag" t4 on t4."name" = t2."tag") || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"article_tag","before":' || '{"article_id":' || (t6."article_id")::text || ',"tag":' || to_json(t6."tag")::text || ',"position":' || (t6."position")::text || '}' || ',"after":' || 'null' || '}' as j from w1 t6) a limit 10000) d) from answer a
