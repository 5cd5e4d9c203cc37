-- insert_author
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."articles" as t2 ("author_id", "title", "slug") 
select w1."id", u.c0, u.c1 from w1 cross join unnest($2::text[], $3::text[]) with ordinality u(c0, c1, o) order by u.o returning t2."id", t2."author_id", t2."editor_id", t2."title", t2."slug", t2."body", t2."status", t2."price", t2."views", t2."score", t2."meta", t2."raw", t2."published_at", t2."updated_at", t2."body_length", t2."title_lower"), w3 as (insert into "public"."author" as t3 ("name") values ($4::text) returning t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at"), w4 as (insert into "public"."author" as t4 ("name") values ($5::text) returning t4."id", t4."name", t4."email", t4."mood", t4."born", t4."rating", t4."active", t4."tags", t4."attrs", t4."mentor_id", t4."created_at"), w5 as (insert into "public"."articles" as t5 ("author_id", "title", "slug", "body") 
select w4."id", $6::text, $7::text, $8::text from w4 returning t5."id", t5."author_id", t5."editor_id", t5."title", t5."slug", t5."body", t5."status", t5."price", t5."views", t5."score", t5."meta", t5."raw", t5."published_at", t5."updated_at", t5."body_length", t5."title_lower"), w6 as (insert into "public"."articles" as t5 ("author_id", "title", "slug") 
select w4."id", $9::text, $10::text from w4 returning t5."id", t5."author_id", t5."editor_id", t5."title", t5."slug", t5."body", t5."status", t5."price", t5."views", t5."score", t5."meta", t5."raw", t5."published_at", t5."updated_at", t5."body_length", t5."title_lower"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w4) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 else (
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
  select count(*) from w6))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w3":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w3."id"::text)), '[]') from w3))::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w4."id"::text)), '[]') from w4))::text, 'null') || '}', null::int from answer a

-- insert_author, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."author" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w3 as (
select t2."id", t2."name", t2."email", t2."mood", t2."born", t2."rating", t2."active", t2."tags", t2."attrs", t2."mentor_id", t2."created_at" from json_array_elements((
  select k from carried) -> 'w3') with ordinality k(v, o) join "public"."author" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w4 as (
select t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."author" t3 on t3."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), rows as (
select * from w1 union all 
select * from w3 union all 
select * from w4), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t4."name")::text || ',"articles_by_author_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"slug":' || to_json(t5."slug")::text || ',"body":' || to_json(t5."body")::text || '}' as j from "public"."articles" t5 where t5."author_id" = t4."id" order by t5."slug" asc nulls last limit 101) r) || '}', ','), '') || ']' from rows t4) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_author, dry run
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."articles" as t2 ("author_id", "title", "slug") 
select w1."id", u.c0, u.c1 from w1 cross join unnest($2::text[], $3::text[]) with ordinality u(c0, c1, o) order by u.o returning t2."id", t2."author_id", t2."editor_id", t2."title", t2."slug", t2."body", t2."status", t2."price", t2."views", t2."score", t2."meta", t2."raw", t2."published_at", t2."updated_at", t2."body_length", t2."title_lower"), w3 as (insert into "public"."author" as t3 ("name") values ($4::text) returning t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at"), w4 as (insert into "public"."author" as t4 ("name") values ($5::text) returning t4."id", t4."name", t4."email", t4."mood", t4."born", t4."rating", t4."active", t4."tags", t4."attrs", t4."mentor_id", t4."created_at"), w5 as (insert into "public"."articles" as t5 ("author_id", "title", "slug", "body") 
select w4."id", $6::text, $7::text, $8::text from w4 returning t5."id", t5."author_id", t5."editor_id", t5."title", t5."slug", t5."body", t5."status", t5."price", t5."views", t5."score", t5."meta", t5."raw", t5."published_at", t5."updated_at", t5."body_length", t5."title_lower"), w6 as (insert into "public"."articles" as t5 ("author_id", "title", "slug") 
select w4."id", $9::text, $10::text from w4 returning t5."id", t5."author_id", t5."editor_id", t5."title", t5."slug", t5."body", t5."status", t5."price", t5."views", t5."score", t5."meta", t5."raw", t5."published_at", t5."updated_at", t5."body_length", t5."title_lower"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w4) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 else (
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
  select count(*) from w6))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w3":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w3."id"::text)), '[]') from w3))::text, 'null') || ',' || '"w4":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w4."id"::text)), '[]') from w4))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t12."id")::text || ',"name":' || to_json(t12."name")::text || ',"email":' || coalesce(to_json(t12."email")::text, 'null') || ',"mood":' || coalesce(to_json(t12."mood")::text, 'null') || ',"born":' || coalesce(to_json(t12."born")::text, 'null') || ',"rating":' || coalesce(to_json(t12."rating")::text, 'null') || ',"active":' || (t12."active")::text || ',"tags":' || to_json(t12."tags")::text || ',"attrs":' || coalesce((t12."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t12."mentor_id")::text, 'null') || ',"created_at":' || to_json(t12."created_at")::text || '}' || '}' as j from w1 t12 union all 
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t13."id")::text || ',"author_id":' || (t13."author_id")::text || ',"editor_id":' || coalesce((t13."editor_id")::text, 'null') || ',"title":' || to_json(t13."title")::text || ',"slug":' || to_json(t13."slug")::text || ',"body":' || to_json(t13."body")::text || ',"status":' || to_json(t13."status")::text || ',"price":' || coalesce(to_json(t13."price")::text, 'null') || ',"views":' || (t13."views")::text || ',"score":' || coalesce(to_json(t13."score")::text, 'null') || ',"meta":' || (t13."meta")::text || ',"raw":' || coalesce((t13."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t13."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t13."updated_at")::text, 'null') || ',"body_length":' || coalesce((t13."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t13."title_lower")::text, 'null') || '}' || '}' as j from w2 t13 union all 
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t14."id")::text || ',"name":' || to_json(t14."name")::text || ',"email":' || coalesce(to_json(t14."email")::text, 'null') || ',"mood":' || coalesce(to_json(t14."mood")::text, 'null') || ',"born":' || coalesce(to_json(t14."born")::text, 'null') || ',"rating":' || coalesce(to_json(t14."rating")::text, 'null') || ',"active":' || (t14."active")::text || ',"tags":' || to_json(t14."tags")::text || ',"attrs":' || coalesce((t14."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t14."mentor_id")::text, 'null') || ',"created_at":' || to_json(t14."created_at")::text || '}' || '}' as j from w3 t14 union all 
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t15."id")::text || ',"name":' || to_json(t15."name")::text || ',"email":' || coalesce(to_json(t15."email")::text, 'null') || ',"mood":' || coalesce(to_json(t15."mood")::text, 'null') || ',"born":' || coalesce(to_json(t15."born")::text, 'null') || ',"rating":' || coalesce(to_json(t15."rating")::text, 'null') || ',"active":' || (t15."active")::text || ',"tags":' || to_json(t15."tags")::text || ',"attrs":' || coalesce((t15."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t15."mentor_id")::text, 'null') || ',"created_at":' || to_json(t15."created_at")::text || '}' || '}' as j from w4 t15 union all 
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t16."id")::text || ',"author_id":' || (t16."author_id")::text || ',"editor_id":' || coalesce((t16."editor_id")::text, 'null') || ',"title":' || to_json(t16."title")::text || ',"slug":' || to_json(t16."slug")::text || ',"body":' || to_json(t16."body")::text || ',"status":' || to_json(t16."status")::text || ',"price":' || coalesce(to_json(t16."price")::text, 'null') || ',"views":' || (t16."views")::text || ',"score":' || coalesce(to_json(t16."score")::text, 'null') || ',"meta":' || (t16."meta")::text || ',"raw":' || coalesce((t16."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t16."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t16."updated_at")::text, 'null') || ',"body_length":' || coalesce((t16."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t16."title_lower")::text, 'null') || '}' || '}' as j from w5 t16 union all 
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t17."id")::text || ',"author_id":' || (t17."author_id")::text || ',"editor_id":' || coalesce((t17."editor_id")::text, 'null') || ',"title":' || to_json(t17."title")::text || ',"slug":' || to_json(t17."slug")::text || ',"body":' || to_json(t17."body")::text || ',"status":' || to_json(t17."status")::text || ',"price":' || coalesce(to_json(t17."price")::text, 'null') || ',"views":' || (t17."views")::text || ',"score":' || coalesce(to_json(t17."score")::text, 'null') || ',"meta":' || (t17."meta")::text || ',"raw":' || coalesce((t17."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t17."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t17."updated_at")::text, 'null') || ',"body_length":' || coalesce((t17."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t17."title_lower")::text, 'null') || '}' || '}' as j from w6 t17) a limit 10000) d) from answer a

-- insert_author, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."author" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w3 as (
select t2."id", t2."name", t2."email", t2."mood", t2."born", t2."rating", t2."active", t2."tags", t2."attrs", t2."mentor_id", t2."created_at" from json_array_elements((
  select k from carried) -> 'w3') with ordinality k(v, o) join "public"."author" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w4 as (
select t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at" from json_array_elements((
  select k from carried) -> 'w4') with ordinality k(v, o) join "public"."author" t3 on t3."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), rows as (
select * from w1 union all 
select * from w3 union all 
select * from w4), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t4."name")::text || ',"articles_by_author_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"slug":' || to_json(t5."slug")::text || ',"body":' || to_json(t5."body")::text || '}' as j from "public"."articles" t5 where t5."author_id" = t4."id" order by t5."slug" asc nulls last limit 101) r) || '}', ','), '') || ']' from rows t4) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
