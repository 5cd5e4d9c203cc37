-- insert_folder_one
with w1 as (insert into "public"."folder" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."parent_id", t1."name", t1."folders"), w2 as (insert into "public"."folder" as t2 ("id", "parent_id", "name") 
select $3::int4, w1."id", $4::text from w1 returning t2."id", t2."parent_id", t2."name", t2."folders"), w3 as (insert into "public"."folder" as t3 ("id", "parent_id", "name") 
select $5::int4, w2."id", $6::text from w2 returning t3."id", t3."parent_id", t3."name", t3."folders"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'folder')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'folder')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int from answer a

-- insert_folder_one, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"name":' || to_json(t2."name")::text || ',"folders_by_parent_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁1␂' else ']' end from (
      select '{"name":' || to_json(t3."name")::text || ',"folders_by_parent_id":' || (
        select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
          select '{"name":' || to_json(t4."name")::text || '}' as j from "public"."folder" t4 where t4."parent_id" = t3."id" limit 101) r) || '}' as j from (
        select t3."name", t3."id" from "public"."folder" t3 where t3."parent_id" = t2."id" limit 101) t3) r) || '}' from w1 t2) as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- insert_folder_one, dry run
with w1 as (insert into "public"."folder" as t1 ("id", "name") values ($1::int4, $2::text) returning t1."id", t1."parent_id", t1."name", t1."folders"), w2 as (insert into "public"."folder" as t2 ("id", "parent_id", "name") 
select $3::int4, w1."id", $4::text from w1 returning t2."id", t2."parent_id", t2."name", t2."folders"), w3 as (insert into "public"."folder" as t3 ("id", "parent_id", "name") 
select $5::int4, w2."id", $6::text from w2 returning t3."id", t3."parent_id", t3."name", t3."folders"), answer as materialized (
select null::text as j, case when not exists (
  select 1 from w2) then narthex.refuse('BAD_USER_INPUT', 'folder')::int::int8 when not exists (
  select 1 from w1) then narthex.refuse('BAD_USER_INPUT', 'folder')::int::int8 else (
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3) end as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1) + (
  select count(*) from w2) + (
  select count(*) from w3))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"folder","before":' || 'null' || ',"after":' || '{"id":' || (t7."id")::text || ',"parent_id":' || coalesce((t7."parent_id")::text, 'null') || ',"name":' || to_json(t7."name")::text || ',"folders":' || (t7."folders")::text || '}' || '}' as j from w1 t7 union all 
      select '{"entity":"folder","before":' || 'null' || ',"after":' || '{"id":' || (t8."id")::text || ',"parent_id":' || coalesce((t8."parent_id")::text, 'null') || ',"name":' || to_json(t8."name")::text || ',"folders":' || (t8."folders")::text || '}' || '}' as j from w2 t8 union all 
      select '{"entity":"folder","before":' || 'null' || ',"after":' || '{"id":' || (t9."id")::text || ',"parent_id":' || coalesce((t9."parent_id")::text, 'null') || ',"name":' || to_json(t9."name")::text || ',"folders":' || (t9."folders")::text || '}' || '}' as j from w3 t9) a limit 10000) d) from answer a

-- insert_folder_one, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select (
  select '{"name":' || to_json(t2."name")::text || ',"folders_by_parent_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁1␂' else ']' end from (
      select '{"name":' || to_json(t3."name")::text || ',"folders_by_parent_id":' || (
        select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
          select '{"name":' || to_json(t4."name")::text || '}' as j from "public"."folder" t4 where t4."parent_id" = t3."id" limit 101) r) || '}' as j from (
        select t3."name", t3."id" from "public"."folder" t3 where t3."parent_id" = t2."id" limit 101) t3) r) || '}' from w1 t2) as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
