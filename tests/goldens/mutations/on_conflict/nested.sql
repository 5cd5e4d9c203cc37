-- insert_article_tag_one
with w1 as (insert into "public"."tag" as t1 ("name", "color") values ($1::text, $2::text::"pg_catalog"."bpchar") on conflict on constraint "tag_pkey" do update set "color" = excluded."color" returning t1."name", t1."color", t1."article_tags"), w2 as (insert into "public"."article_tag" as t2 ("article_id", "tag") 
select $3::int8, w1."name" from w1 returning t2."article_id", t2."tag", t2."position"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."article_id"::text, w2."tag"::text)), '[]') from w2))::text, 'null') || '}', null::int from answer a

-- insert_article_tag_one, then
with carried as materialized (
select $1::text::json as k), w2 as (
select t1."article_id", t1."tag", t1."position" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."article_tag" t1 on t1."article_id" = (k.v ->> 0)::"pg_catalog"."int8" and t1."tag" = (k.v ->> 1)::"pg_catalog"."text" order by k.o), answer as materialized (
select (
  select '{"tag":' || to_json(t2."tag")::text || ',"tag_by_tag":' || case when t3."name" is null then 'null' else '{"color":' || coalesce(to_json(t3."color")::text, 'null') || ',"article_tags":' || (t3."article_tags")::text || '}' end || '}' from w2 t2 left join "public"."tag" t3 on t3."name" = t2."tag") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_article_tag_one, dry run
with w1 as (insert into "public"."tag" as t1 ("name", "color") values ($1::text, $2::text::"pg_catalog"."bpchar") on conflict on constraint "tag_pkey" do update set "color" = excluded."color" returning t1."name", t1."color", t1."article_tags"), w2 as (insert into "public"."article_tag" as t2 ("article_id", "tag") 
select $3::int8, w1."name" from w1 returning t2."article_id", t2."tag", t2."position"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w2":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w2."article_id"::text, w2."tag"::text)), '[]') from w2))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"tag","before":' || coalesce((
        select '{"name":' || to_json(t6."name")::text || ',"color":' || coalesce(to_json(t6."color")::text, 'null') || ',"article_tags":' || (t6."article_tags")::text || '}' from "public"."tag" t6 where t6."name" = t5."name" limit 1), 'null') || ',"after":' || '{"name":' || to_json(t5."name")::text || ',"color":' || coalesce(to_json(t5."color")::text, 'null') || ',"article_tags":' || (t5."article_tags")::text || '}' || '}' as j from w1 t5 union all 
      select '{"entity":"article_tag","before":' || 'null' || ',"after":' || '{"article_id":' || (t7."article_id")::text || ',"tag":' || to_json(t7."tag")::text || ',"position":' || (t7."position")::text || '}' || '}' as j from w2 t7) a limit 10000) d) from answer a

-- insert_article_tag_one, dry run
with carried as materialized (
select $1::text::json as k), w2 as (
select t1."article_id", t1."tag", t1."position" from json_array_elements((
  select k from carried) -> 'w2') with ordinality k(v, o) join "public"."article_tag" t1 on t1."article_id" = (k.v ->> 0)::"pg_catalog"."int8" and t1."tag" = (k.v ->> 1)::"pg_catalog"."text" order by k.o), answer as materialized (
select (
  select '{"tag":' || to_json(t2."tag")::text || ',"tag_by_tag":' || case when t3."name" is null then 'null' else '{"color":' || coalesce(to_json(t3."color")::text, 'null') || ',"article_tags":' || (t3."article_tags")::text || '}' end || '}' from w2 t2 left join "public"."tag" t3 on t3."name" = t2."tag") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
