-- insert_articles_one
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."profile" as t2 ("author_id", "bio") 
select w1."id", $2::text from w1 returning t2."author_id", t2."bio", t2."avatar", t2."website"), w3 as (insert into "public"."author" as t3 ("name", "mentor_id") 
select $3::text, w1."id" from w1 returning t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at"), w4 as (insert into "public"."articles" as t4 ("author_id", "title", "slug") 
select w3."id", $4::text, $5::text from w3 returning t4."id", t4."author_id", t4."editor_id", t4."title", t4."slug", t4."body", t4."status", t4."price", t4."views", t4."score", t4."meta", t4."raw", t4."published_at", t4."updated_at", t4."body_length", t4."title_lower"), w5 as (insert into "public"."author" as t5 ("name") values ($6::text) returning t5."id", t5."name", t5."email", t5."mood", t5."born", t5."rating", t5."active", t5."tags", t5."attrs", t5."mentor_id", t5."created_at"), w6 as (insert into "public"."comment" as t6 ("id", "article_id", "author_id", "body", "at") 
select $7::text::"pg_catalog"."uuid", w4."id", w5."id", $8::text, $9::text::"pg_catalog"."timestamptz" from w4 cross join w5 returning t6."id", t6."article_id", t6."author_id", t6."parent_id", t6."body", t6."votes", t6."at"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w3) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w5) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w4) then narthex.refuse('BAD_USER_INPUT', 'articles')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) + (
  select count(*) from w5) + (
  select count(*) from w6) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) + (
  select count(*) from w5) + (
  select count(*) from w6))::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w4."id"::text)), '[]') from w4))::text, 'null') || '}', null::int from answer a

-- insert_articles_one, then
with carried as materialized (
select $1::text::json as k), w4 as (
select t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."articles" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), answer as materialized (
select (
  select '{"title":' || to_json(t2."title")::text || ',"author":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"mentor":' || case when t4."id" is null then 'null' else '{"name":' || to_json(t4."name")::text || ',"profile":' || case when t5."author_id" is null then 'null' else '{"bio":' || coalesce(to_json(t5."bio")::text, 'null') || '}' end || '}' end || '}' end || ',"comments":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"body":' || to_json(t6."body")::text || ',"author":' || case when t7."id" is null then 'null' else '{"name":' || to_json(t7."name")::text || '}' end || '}' as j from (
        select t6."body", t6."author_id" from "public"."comment" t6 where t6."article_id" = t2."id" limit 101) t6 left join "public"."author" t7 on t7."id" = t6."author_id") r) || '}' from w4 t2 left join "public"."author" t3 on t3."id" = t2."author_id" left join "public"."author" t4 on t4."id" = t3."mentor_id" left join "public"."profile" t5 on t5."author_id" = t4."id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_articles_one, dry run
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."profile" as t2 ("author_id", "bio") 
select w1."id", $2::text from w1 returning t2."author_id", t2."bio", t2."avatar", t2."website"), w3 as (insert into "public"."author" as t3 ("name", "mentor_id") 
select $3::text, w1."id" from w1 returning t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at"), w4 as (insert into "public"."articles" as t4 ("author_id", "title", "slug") 
select w3."id", $4::text, $5::text from w3 returning t4."id", t4."author_id", t4."editor_id", t4."title", t4."slug", t4."body", t4."status", t4."price", t4."views", t4."score", t4."meta", t4."raw", t4."published_at", t4."updated_at", t4."body_length", t4."title_lower"), w5 as (insert into "public"."author" as t5 ("name") values ($6::text) returning t5."id", t5."name", t5."email", t5."mood", t5."born", t5."rating", t5."active", t5."tags", t5."attrs", t5."mentor_id", t5."created_at"), w6 as (insert into "public"."comment" as t6 ("id", "article_id", "author_id", "body", "at") 
select $7::text::"pg_catalog"."uuid", w4."id", w5."id", $8::text, $9::text::"pg_catalog"."timestamptz" from w4 cross join w5 returning t6."id", t6."article_id", t6."author_id", t6."parent_id", t6."body", t6."votes", t6."at"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w3) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w5) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w4) then narthex.refuse('BAD_USER_INPUT', 'articles')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) + (
  select count(*) from w5) + (
  select count(*) from w6) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) + (
  select count(*) from w5) + (
  select count(*) from w6))::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w4."id"::text)), '[]') from w4))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t13."id")::text || ',"name":' || to_json(t13."name")::text || ',"email":' || coalesce(to_json(t13."email")::text, 'null') || ',"mood":' || coalesce(to_json(t13."mood")::text, 'null') || ',"born":' || coalesce(to_json(t13."born")::text, 'null') || ',"rating":' || coalesce(to_json(t13."rating")::text, 'null') || ',"active":' || (t13."active")::text || ',"tags":' || to_json(t13."tags")::text || ',"attrs":' || coalesce((t13."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t13."mentor_id")::text, 'null') || ',"created_at":' || to_json(t13."created_at")::text || '}' || '}' as j from w1 t13 union all 
      select '{"entity":"profile","before":' || 'null' || ',"after":' || '{"author_id":' || (t14."author_id")::text || ',"bio":' || coalesce(to_json(t14."bio")::text, 'null') || ',"avatar":' || coalesce(to_json(t14."avatar")::text, 'null') || ',"website":' || coalesce(to_json(t14."website")::text, 'null') || '}' || '}' as j from w2 t14 union all 
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t15."id")::text || ',"name":' || to_json(t15."name")::text || ',"email":' || coalesce(to_json(t15."email")::text, 'null') || ',"mood":' || coalesce(to_json(t15."mood")::text, 'null') || ',"born":' || coalesce(to_json(t15."born")::text, 'null') || ',"rating":' || coalesce(to_json(t15."rating")::text, 'null') || ',"active":' || (t15."active")::text || ',"tags":' || to_json(t15."tags")::text || ',"attrs":' || coalesce((t15."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t15."mentor_id")::text, 'null') || ',"created_at":' || to_json(t15."created_at")::text || '}' || '}' as j from w3 t15 union all 
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t16."id")::text || ',"author_id":' || (t16."author_id")::text || ',"editor_id":' || coalesce((t16."editor_id")::text, 'null') || ',"title":' || to_json(t16."title")::text || ',"slug":' || to_json(t16."slug")::text || ',"body":' || to_json(t16."body")::text || ',"status":' || to_json(t16."status")::text || ',"price":' || coalesce(to_json(t16."price")::text, 'null') || ',"views":' || (t16."views")::text || ',"score":' || coalesce(to_json(t16."score")::text, 'null') || ',"meta":' || (t16."meta")::text || ',"raw":' || coalesce((t16."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t16."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t16."updated_at")::text, 'null') || ',"body_length":' || coalesce((t16."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t16."title_lower")::text, 'null') || '}' || '}' as j from w4 t16 union all 
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t17."id")::text || ',"name":' || to_json(t17."name")::text || ',"email":' || coalesce(to_json(t17."email")::text, 'null') || ',"mood":' || coalesce(to_json(t17."mood")::text, 'null') || ',"born":' || coalesce(to_json(t17."born")::text, 'null') || ',"rating":' || coalesce(to_json(t17."rating")::text, 'null') || ',"active":' || (t17."active")::text || ',"tags":' || to_json(t17."tags")::text || ',"attrs":' || coalesce((t17."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t17."mentor_id")::text, 'null') || ',"created_at":' || to_json(t17."created_at")::text || '}' || '}' as j from w5 t17 union all 
      select '{"entity":"comment","before":' || 'null' || ',"after":' || '{"id":' || ('"' || (t18."id")::text || '"') || ',"article_id":' || (t18."article_id")::text || ',"author_id":' || coalesce((t18."author_id")::text, 'null') || ',"parent_id":' || coalesce(('"' || (t18."parent_id")::text || '"'), 'null') || ',"body":' || to_json(t18."body")::text || ',"votes":' || coalesce((t18."votes")::text, 'null') || ',"at":' || to_json(t18."at")::text || '}' || '}' as j from w6 t18) a limit 10000) d) from answer a

-- insert_articles_one, dry run
with carried as materialized (
select $1::text::json as k), w4 as (
select t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."articles" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), answer as materialized (
select (
  select '{"title":' || to_json(t2."title")::text || ',"author":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || ',"mentor":' || case when t4."id" is null then 'null' else '{"name":' || to_json(t4."name")::text || ',"profile":' || case when t5."author_id" is null then 'null' else '{"bio":' || coalesce(to_json(t5."bio")::text, 'null') || '}' end || '}' end || '}' end || ',"comments":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"body":' || to_json(t6."body")::text || ',"author":' || case when t7."id" is null then 'null' else '{"name":' || to_json(t7."name")::text || '}' end || '}' as j from (
        select t6."body", t6."author_id" from "public"."comment" t6 where t6."article_id" = t2."id" limit 101) t6 left join "public"."author" t7 on t7."id" = t6."author_id") r) || '}' from w4 t2 left join "public"."author" t3 on t3."id" = t2."author_id" left join "public"."author" t4 on t4."id" = t3."mentor_id" left join "public"."profile" t5 on t5."author_id" = t4."id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
