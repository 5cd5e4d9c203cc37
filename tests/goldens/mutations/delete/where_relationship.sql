-- delete_article_tag
with w1 as (delete from "public"."article_tag" as t1 where exists (
select 1 from "public"."articles" t2 where (t2."id" = t1."article_id" and (t2."status") = $1::text::"public"."article_status")) returning t1."article_id", t1."tag", t1."position"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"article_id":' || (t3."article_id")::text || ',"tag":' || to_json(t3."tag")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- delete_article_tag, dry run
with w1 as (delete from "public"."article_tag" as t1 where exists (
select 1 from "public"."articles" t2 where (t2."id" = t1."article_id" and (t2."status") = $1::text::"public"."article_status")) returning t1."article_id", t1."tag", t1."position"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"article_id":' || (t3."article_id")::text || ',"tag":' || to_json(t3."tag")::text || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"article_tag","before":' || '{"article_id":' || (t4."article_id")::text || ',"tag":' || to_json(t4."tag")::text || ',"position":' || (t4."position")::text || '}' || ',"after":' || 'null' || '}' as j from w1 t4) a limit 10000) d) from answer a
