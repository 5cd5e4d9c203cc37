-- insert_author
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."articles" as t2 ("author_id", "title", "slug") 
select w1."id", u.c0, u.c1 from w1 cross join unnest($2::text[], $3::text[]) with ordinality u(c0, c1, o) order by u.o returning t2."id", t2."author_id", t2."editor_id", t2."title", t2."slug", t2."body", t2."status", t2."price", t2."views", t2."score", t2."meta", t2."raw", t2."published_at", t2."updated_at", t2."body_length", t2."title_lower"), w3 as (insert into "public"."author" as t3 ("name") values ($4::text) returning t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at"), w4 as (insert into "public"."profile" as t4 ("author_id", "bio") 
select w3."id", $5::text from w3 returning t4."author_id", t4."bio", t4."avatar", t4."website"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w3) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w3":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w3."id"::text)), '[]') from w3))::text, 'null') || '}', null::int from answer a

-- insert_author, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."author" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w3 as (
select t2."id", t2."name", t2."email", t2."mood", t2."born", t2."rating", t2."active", t2."tags", t2."attrs", t2."mentor_id", t2."created_at" from json_array_elements((
  select k from carried) -> 'w3') with ordinality k(v, o) join "public"."author" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), rows as (
select * from w1 union all 
select * from w3), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t3."name")::text || ',"articles_by_author_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"slug":' || to_json(t4."slug")::text || '}' as j from "public"."articles" t4 where t4."author_id" = t3."id" order by t4."slug" asc nulls last limit 101) r) || '}', ','), '') || ']' from rows t3) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_author, dry run
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."articles" as t2 ("author_id", "title", "slug") 
select w1."id", u.c0, u.c1 from w1 cross join unnest($2::text[], $3::text[]) with ordinality u(c0, c1, o) order by u.o returning t2."id", t2."author_id", t2."editor_id", t2."title", t2."slug", t2."body", t2."status", t2."price", t2."views", t2."score", t2."meta", t2."raw", t2."published_at", t2."updated_at", t2."body_length", t2."title_lower"), w3 as (insert into "public"."author" as t3 ("name") values ($4::text) returning t3."id", t3."name", t3."email", t3."mood", t3."born", t3."rating", t3."active", t3."tags", t3."attrs", t3."mentor_id", t3."created_at"), w4 as (insert into "public"."profile" as t4 ("author_id", "bio") 
select w3."id", $5::text from w3 returning t4."author_id", t4."bio", t4."avatar", t4."website"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 when not exists (
  select 1 from w3) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) + (
  select count(*) from w4))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || ',' || '"w3":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w3."id"::text)), '[]') from w3))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t9."id")::text || ',"name":' || to_json(t9."name")::text || ',"email":' || coalesce(to_json(t9."email")::text, 'null') || ',"mood":' || coalesce(to_json(t9."mood")::text, 'null') || ',"born":' || coalesce(to_json(t9."born")::text, 'null') || ',"rating":' || coalesce(to_json(t9."rating")::text, 'null') || ',"active":' || (t9."active")::text || ',"tags":' || to_json(t9."tags")::text || ',"attrs":' || coalesce((t9."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t9."mentor_id")::text, 'null') || ',"created_at":' || to_json(t9."created_at")::text || '}' || '}' as j from w1 t9 union all 
      select '{"entity":"articles","before":' || 'null' || ',"after":' || '{"id":' || (t10."id")::text || ',"author_id":' || (t10."author_id")::text || ',"editor_id":' || coalesce((t10."editor_id")::text, 'null') || ',"title":' || to_json(t10."title")::text || ',"slug":' || to_json(t10."slug")::text || ',"body":' || to_json(t10."body")::text || ',"status":' || to_json(t10."status")::text || ',"price":' || coalesce(to_json(t10."price")::text, 'null') || ',"views":' || (t10."views")::text || ',"score":' || coalesce(to_json(t10."score")::text, 'null') || ',"meta":' || (t10."meta")::text || ',"raw":' || coalesce((t10."raw")::text, 'null') || ',"published_at":' || coalesce(to_json(t10."published_at")::text, 'null') || ',"updated_at":' || coalesce(to_json(t10."updated_at")::text, 'null') || ',"body_length":' || coalesce((t10."body_length")::text, 'null') || ',"title_lower":' || coalesce(to_json(t10."title_lower")::text, 'null') || '}' || '}' as j from w2 t10 union all 
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t11."id")::text || ',"name":' || to_json(t11."name")::text || ',"email":' || coalesce(to_json(t11."email")::text, 'null') || ',"mood":' || coalesce(to_json(t11."mood")::text, 'null') || ',"born":' || coalesce(to_json(t11."born")::text, 'null') || ',"rating":' || coalesce(to_json(t11."rating")::text, 'null') || ',"active":' || (t11."active")::text || ',"tags":' || to_json(t11."tags")::text || ',"attrs":' || coalesce((t11."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t11."mentor_id")::text, 'null') || ',"created_at":' || to_json(t11."created_at")::text || '}' || '}' as j from w3 t11 union all 
      select '{"entity":"profile","before":' || 'null' || ',"after":' || '{"author_id":' || (t12."author_id")::text || ',"bio":' || coalesce(to_json(t12."bio")::text, 'null') || ',"avatar":' || coalesce(to_json(t12."avatar")::text, 'null') || ',"website":' || coalesce(to_json(t12."website")::text, 'null') || '}' || '}' as j from w4 t12) a limit 10000) d) from answer a

-- insert_author, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."author" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), w3 as (
select t2."id", t2."name", t2."email", t2."mood", t2."born", t2."rating", t2."active", t2."tags", t2."attrs", t2."mentor_id", t2."created_at" from json_array_elements((
  select k from carried) -> 'w3') with ordinality k(v, o) join "public"."author" t2 on t2."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), rows as (
select * from w1 union all 
select * from w3), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t3."name")::text || ',"articles_by_author_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"slug":' || to_json(t4."slug")::text || '}' as j from "public"."articles" t4 where t4."author_id" = t3."id" order by t4."slug" asc nulls last limit 101) r) || '}', ','), '') || ']' from rows t3) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
