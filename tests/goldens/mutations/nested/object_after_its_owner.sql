-- insert_author_one
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."profile" as t2 ("author_id", "bio", "website") 
select w1."id", $2::text, $3::text from w1 returning t2."author_id", t2."bio", t2."avatar", t2."website"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int from answer a

-- insert_author_one, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."author" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"name":' || to_json(t2."name")::text || ',"profile":' || case when t3."author_id" is null then 'null' else '{"bio":' || coalesce(to_json(t3."bio")::text, 'null') || ',"website":' || coalesce(to_json(t3."website")::text, 'null') || '}' end || '}' from w1 t2 left join "public"."profile" t3 on t3."author_id" = t2."id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_author_one, dry run
with w1 as (insert into "public"."author" as t1 ("name") values ($1::text) returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), w2 as (insert into "public"."profile" as t2 ("author_id", "bio", "website") 
select w1."id", $2::text, $3::text from w1 returning t2."author_id", t2."bio", t2."avatar", t2."website"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'author')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"author","before":' || 'null' || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || ',"email":' || coalesce(to_json(t5."email")::text, 'null') || ',"mood":' || coalesce(to_json(t5."mood")::text, 'null') || ',"born":' || coalesce(to_json(t5."born")::text, 'null') || ',"rating":' || coalesce(to_json(t5."rating")::text, 'null') || ',"active":' || (t5."active")::text || ',"tags":' || to_json(t5."tags")::text || ',"attrs":' || coalesce((t5."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t5."mentor_id")::text, 'null') || ',"created_at":' || to_json(t5."created_at")::text || '}' || '}' as j from w1 t5 union all 
      select '{"entity":"profile","before":' || 'null' || ',"after":' || '{"author_id":' || (t6."author_id")::text || ',"bio":' || coalesce(to_json(t6."bio")::text, 'null') || ',"avatar":' || coalesce(to_json(t6."avatar")::text, 'null') || ',"website":' || coalesce(to_json(t6."website")::text, 'null') || '}' || '}' as j from w2 t6) a limit 10000) d) from answer a

-- insert_author_one, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."author" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"name":' || to_json(t2."name")::text || ',"profile":' || case when t3."author_id" is null then 'null' else '{"bio":' || coalesce(to_json(t3."bio")::text, 'null') || ',"website":' || coalesce(to_json(t3."website")::text, 'null') || '}' end || '}' from w1 t2 left join "public"."profile" t3 on t3."author_id" = t2."id") as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
