-- insert_articles
with w1 as (insert into "public"."articles" as t1 ("author_id", "title", "slug") values ($1::int4, $2::text, $3::text) returning t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower"), w2 as (insert into "public"."tag" as t2 ("name", "color") values ($4::text, $5::text::"pg_catalog"."bpchar") on conflict on constraint "tag_pkey" do update set "color" = excluded."color" returning t2."name", t2."color", t2."article_tags"), w3 as (insert into "public"."article_tag" as t3 ("article_id", "tag") 
select w1."id", w2."name" from w1 cross join w2 returning t3."article_id", t3."tag", t3."position"), w4 as (insert into "public"."articles" as t4 ("author_id", "title", "slug") values ($6::int4, $7::text, $8::text) returning t4."id", t4."author_id", t4."editor_id", t4."title", t4."slug", t4."body", t4."status", t4."price", t4."views", t4."score", t4."meta", t4."raw", t4."published_at", t4."updated_at", t4."body_length", t4."title_lower"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'articles')::int::int8 when not exists (
  select 1 from w4) then narthex.refuse('BAD_USER_INPUT', 'articles')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w4."id"::text)), '[]') from w4))::text, 'null') || '}', null::int from answer a

-- insert_articles, then
with carried as materialized (
select $1::text::json as k), w4 as (
select t13."id", t13."author_id", t13."editor_id", t13."title", t13."slug", t13."body", t13."status", t13."price", t13."views", t13."score", t13."meta", t13."raw", t13."published_at", t13."updated_at", t13."body_length", t13."title_lower" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."articles" t13 on t13."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), w5 as (insert into "public"."tag" as t5 ("name", "color") values ($2::text, $3::text::"pg_catalog"."bpchar") on conflict on constraint "tag_pkey" do update set "color" = excluded."color" returning t5."name", t5."color", t5."article_tags"), w6 as (insert into "public"."article_tag" as t6 ("article_id", "tag") 
select w4."id", w5."name" from w4 cross join w5 returning t6."article_id", t6."tag", t6."position"), answer as materialized (
select (
  select k ->> 'j' from carried) as j, case when not exists (
  select 1 from w5) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 else (
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w5) + (
  select count(*) from w6) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select k ->> 'own' from carried)::int8 + (
  select count(*) from w5) + (
  select count(*) from w6))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select k from carried) -> 'w1')::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select k from carried) -> 'w4')::text, 'null') || '}', null::int from answer a

-- insert_articles, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."articles" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), w4 as (
select t2."id", t2."author_id", t2."editor_id", t2."title", t2."slug", t2."body", t2."status", t2."price", t2."views", t2."score", t2."meta", t2."raw", t2."published_at", t2."updated_at", t2."body_length", t2."title_lower" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."articles" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), rows as (
select * from w1 union all 
select * from w4), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"slug":' || to_json(t3."slug")::text || ',"article_tags":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"tag_by_tag":' || case when t5."name" is null then 'null' else '{"name":' || to_json(t5."name")::text || ',"color":' || coalesce(to_json(t5."color")::text, 'null') || '}' end || '}' as j from (
        select t4."tag" from "public"."article_tag" t4 where t4."article_id" = t3."id" limit 101) t4 left join "public"."tag" t5 on t5."name" = t4."tag") r) || '}', ','), '') || ']' from rows t3) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_articles, dry run
with w1 as (insert into "public"."articles" as t1 ("author_id", "title", "slug") values ($1::int4, $2::text, $3::text) returning t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower"), w2 as (insert into "public"."tag" as t2 ("name", "color") values ($4::text, $5::text::"pg_catalog"."bpchar") on conflict on constraint "tag_pkey" do update set "color" = excluded."color" returning t2."name", t2."color", t2."article_tags"), w3 as (insert into "public"."article_tag" as t3 ("article_id", "tag") 
select w1."id", w2."name" from w1 cross join w2 returning t3."article_id", t3."tag", t3."position"), w4 as (insert into "public"."articles" as t4 ("author_id", "title", "slug") values ($6::int4, $7::text, $8::text) returning t4."id", t4."author_id", t4."editor_id", t4."title", t4."slug", t4."body", t4."status", t4."price", t4."views", t4."score", t4."meta", t4."raw", t4."published_at", t4."updated_at", t4."body_length", t4."title_lower"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'articles')::int::int8 when not exists (
  select 1 from w4) then narthex.refuse('BAD_USER_INPUT', 'articles')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w4."id"::text)), '[]') from w4))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t13."id")::text || ',"author_id":' || (t13."author_id")::text || ',"editor_id":' || coalesce((t13."editor_id")::text, 'null') || ',"title":' || to_json(t13."title")::text || ',"slug":' || to_json(t13."slug")::text || ',"body":' || to_json(t13."body")::text || ',"status":' || to_json(t13."status")::text || ',"price":' || coalesce(to_json(t13."price")::text, 'null') || ',"views":' || (t13."views")::text || ',"score":' || coalesce(to_json(t13."score")::text, 'null') || ',"meta":' || (t13."meta")::text || ',"raw":' || coalesce((t13."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t13."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t13."updated_at")::text, 'null') || ',"body_length":' || coalesce((t13."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t13."title_lower")::text, 'null') || '}' || '}' as j from w1 t13 union all 
      select '{"entity":"tag","before":' || coalesce((
        select '{"name":' || to_json(t15."name")::text || ',"color":' || coalesce(to_json(t15."color")::text, 'null') || ',"article_tags":' || (t15."article_tags")::text || '}' from "public"."tag" t15 where t15."name" = t14."name" limit 1), 'null') || ',"after":' || '{"name":' || to_json(t14."name")::text || ',"color":' || coalesce(to_json(t14."color")::text, 'null') || ',"article_tags":' || (t14."article_tags")::text || '}' || '}' as j from w2 t14 union all 
      select '{"entity":"article_tag","before":' || 'null' || ',"after":' || '{"article_id":' || (t16."article_id")::text || ',"tag":' || to_json(t16."tag")::text || ',"position":' || (t16."position")::text || '}' || '}' as j from w3 t16 union all 
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t17."id")::text || ',"author_id":' || (t17."author_id")::text || ',"editor_id":' || coalesce((t17."editor_id")::text, 'null') || ',"title":' || to_json(t17."title")::text || ',"slug":' || to_json(t17."slug")::text || ',"body":' || to_json(t17."body")::text || ',"status":' || to_json(t17."status")::text || ',"price":' || coalesce(to_json(t17."price")::text, 'null') || ',"views":' || (t17."views")::text || ',"score":' || coalesce(to_json(t17."score")::text, 'null') || ',"meta":' || (t17."meta")::text || ',"raw":' || coalesce((t17."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t17."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t17."updated_at")::text, 'null') || ',"body_length":' || coalesce((t17."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t17."title_lower")::text, 'null') || '}' || '}' as j from w4 t17) a limit 10000) d) from answer a

-- insert_articles, dry run
with carried as materialized (
select $1::text::json as k), w4 as (
select t18."id", t18."author_id", t18."editor_id", t18."title", t18."slug", t18."body", t18."status", t18."price", t18."views", t18."score", t18."meta", t18."raw", t18."published_at", t18."updated_at", t18."body_length", t18."title_lower" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."articles" t18 on t18."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), w5 as (insert into "public"."tag" as t5 ("name", "color") values ($2::text, $3::text::"pg_catalog"."bpchar") on conflict on constraint "tag_pkey" do update set "color" = excluded."color" returning t5."name", t5."color", t5."article_tags"), w6 as (insert into "public"."article_tag" as t6 ("article_id", "tag") 
select w4."id", w5."name" from w4 cross join w5 returning t6."article_id", t6."tag", t6."position"), answer as materialized (
select (
  select k ->> 'j' from carried) as j, case when not exists (
  select 1 from w5) then narthex.refuse('BAD_USER_INPUT', 'tag')::int::int8 else (
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w5) + (
  select count(*) from w6) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select k ->> 'own' from carried)::int8 + (
  select count(*) from w5) + (
  select count(*) from w6))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select k from carried) -> 'w1')::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select k from carried) -> 'w4')::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"tag","before":' || coalesce((
        select '{"name":' || to_json(t20."name")::text || ',"color":' || coalesce(to_json(t20."color")::text, 'null') || ',"article_tags":' || (t20."article_tags")::text || '}' from "public"."tag" t20 where t20."name" = t19."name" limit 1), 'null') || ',"after":' || '{"name":' || to_json(t19."name")::text || ',"color":' || coalesce(to_json(t19."color")::text, 'null') || ',"article_tags":' || (t19."article_tags")::text || '}' || '}' as j from w5 t19 union all 
      select '{"entity":"article_tag","before":' || 'null' || ',"after":' || '{"article_id":' || (t21."article_id")::text || ',"tag":' || to_json(t21."tag")::text || ',"position":' || (t21."position")::text || '}' || '}' as j from w6 t21) a limit 10000) d) from answer a

-- insert_articles, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."author_id", t1."editor_id", t1."title", t1."slug", t1."body", t1."status", t1."price", t1."views", t1."score", t1."meta", t1."raw", t1."published_at", t1."updated_at", t1."body_length", t1."title_lower" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."articles" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), w4 as (
select t2."id", t2."author_id", t2."editor_id", t2."title", t2."slug", t2."body", t2."status", t2."price", t2."views", t2."score", t2."meta", t2."raw", t2."published_at", t2."updated_at", t2."body_length", t2."title_lower" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."articles" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int8" order by k.o), rows as (
select * from w1 union all 
select * from w4), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"slug":' || to_json(t3."slug")::text || ',"article_tags":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"tag_by_tag":' || case when t5."name" is null then 'null' else '{"name":' || to_json(t5."name")::text || ',"color":' || coalesce(to_json(t5."color")::text, 'null') || '}' end || '}' as j from (
        select t4."tag" from "public"."article_tag" t4 where t4."article_id" = t3."id" limit 101) t4 left join "public"."tag" t5 on t5."name" = t4."tag") r) || '}', ','), '') || ']' from rows t3) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
