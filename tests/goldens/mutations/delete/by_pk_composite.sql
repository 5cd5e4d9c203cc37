-- delete_article_tag_by_pk
with w1 as (delete from "public"."article_tag" as t1 where t1."article_id" = $1::int8 and t1."tag" = $2::text returning t1."article_id", t1."tag", t1."position"), answer as materialized (
select (
  select '{"tag":' || to_json(t2."tag")::text || ',"position":' || (t2."position")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- delete_article_tag_by_pk, dry run
with w1 as (delete from "public"."article_tag" as t1 where t1."article_id" = $1::int8 and t1."tag" = $2::text returning t1."article_id", t1."tag", t1."position"), answer as materialized (
select (
  select '{"tag":' || to_json(t2."tag")::text || ',"position":' || (t2."position")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"article_tag","before":' || '{"article_id":' || (t3."article_id")::text || ',"tag":' || to_json(t3."tag")::text || ',"position":' || (t3."position")::text || '}' || ',"after":' || 'null' || '}' as j from w1 t3) a limit 10000) d) from answer a
