-- insert_folder
with w1 as (insert into "public"."folder" as t1 ("id", "parent_id", "name") 
select u.c0, u.c1, u.c2 from unnest($1::int4[], $2::int4[], $3::text[]) with ordinality u(c0, c1, c2, o) order by u.o returning t1."id", t1."parent_id", t1."name", t1."folders"), answer as materialized (
select null::text as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int from answer a

-- insert_folder, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || ',"parent":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || ',"folders_by_parent_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"name":' || to_json(t4."name")::text || '}' as j from "public"."folder" t4 where t4."parent_id" = t2."id" limit 101) r) || '}', ',' order by t2."narthex ordinal"), '') || ']' from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."folder" t3 on t3."id" = t2."parent_id") || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_folder, dry run
with w1 as (insert into "public"."folder" as t1 ("id", "parent_id", "name") 
select u.c0, u.c1, u.c2 from unnest($1::int4[], $2::int4[], $3::text[]) with ordinality u(c0, c1, c2, o) order by u.o returning t1."id", t1."parent_id", t1."name", t1."folders"), answer as materialized (
select null::text as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"folder","before":' || 'null' || ',"after":' || '{"id":' || (t3."id")::text || ',"parent_id":' || coalesce((t3."parent_id")::text, 'null') || ',"name":' || to_json(t3."name")::text || ',"folders":' || (t3."folders")::text || '}' || '}' as j from w1 t3) a limit 10000) d) from answer a

-- insert_folder, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || ',"parent":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || ',"folders_by_parent_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"name":' || to_json(t4."name")::text || '}' as j from "public"."folder" t4 where t4."parent_id" = t2."id" limit 101) r) || '}', ',' order by t2."narthex ordinal"), '') || ']' from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."folder" t3 on t3."id" = t2."parent_id") || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
