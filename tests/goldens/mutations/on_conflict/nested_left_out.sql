-- insert_article_tag_one
with w1 as (insert into "public"."tag" as t1 ("name") values ($1::text) on conflict on constraint "tag_pkey" do nothing returning t1."name", t1."color", t1."article_tags"), w2 as (insert into "public"."article_tag" as t2 ("article_id", "tag") 
select $2::int8, w1."name" from w1 returning t2."article_id", t2."tag", t2."position"), answer as materialized (
select (
  select '{"tag":' || to_json(t3."tag")::text || '}' from w2 t3) as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- insert_article_tag_one, dry run
with w1 as (insert into "public"."tag" as t1 ("name") values ($1::text) on conflict on constraint "tag_pkey" do nothing returning t1."name", t1."color", t1."article_tags"), w2 as (insert into "public"."article_tag" as t2 ("article_id", "tag") 
select $2::int8, w1."name" from w1 returning t2."article_id", t2."tag", t2."position"), answer as materialized (
select (
  select '{"tag":' || to_json(t3."tag")::text || '}' from w2 t3) as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"tag","before":' || 'null' || ',"after":' || '{"name":' || to_json(t6."name")::text || ',"color":' || coalesce(to_json(t6."color")::text, 'null') || ',"article_tags":' || (t6."article_tags")::text || '}' || '}' as j from w1 t6 union all 
      select '{"entity":"article_tag","before":' || 'null' || ',"after":' || '{"article_id":' || (t7."article_id")::text || ',"tag":' || to_json(t7."tag")::text || ',"position":' || (t7."position")::text || '}' || '}' as j from w2 t7) a limit 10000) d) from answer a
