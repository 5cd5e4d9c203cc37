-- update_folder_many
with w1 as (update "public"."folder" as t1 set "name" = $1::text where (t1."id") = $2::int4 returning t1."id", t1."parent_id", t1."name", t1."folders"), answer as materialized (
select null::text as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int from answer a

-- update_folder_many, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || ',"folders":' || (t2."folders")::text || ',"parent":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."folder" t3 on t3."id" = t2."parent_id") || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || '}', null::int from answer a

-- update_folder_many, then
with carried as materialized (
select $1::text::json as k), w1 as (update "public"."folder" as t1 set "name" = $2::text, "folders" = t1."folders" + $3::int4 where exists (
select 1 from "public"."folder" t2 where (t2."id" = t1."parent_id" and (t2."name") = $4::text)) returning t1."id", t1."parent_id", t1."name", t1."folders"), answer as materialized (
select (
  select k ->> 'j' from carried) as j, ((
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int from answer a

-- update_folder_many, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select '[' || (
  select k ->> 'j' from carried) || ',' || '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || ',"folders":' || (t2."folders")::text || ',"parent":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."folder" t3 on t3."id" = t2."parent_id") || '}' || ']' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- update_folder_many, dry run
with w1 as (update "public"."folder" as t1 set "name" = $1::text from "public"."folder" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."id") = $2::int4 returning t1."id", t1."parent_id", t1."name", t1."folders", t2."id" as "narthex was 0", t2."parent_id" as "narthex was 1", t2."name" as "narthex was 2", t2."folders" as "narthex was 3"), answer as materialized (
select null::text as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"folder","before":' || '{"id":' || (t4."narthex was 0")::text || ',"parent_id":' || coalesce((t4."narthex was 1")::text, 'null') || ',"name":' || to_json(t4."narthex was 2")::text || ',"folders":' || (t4."narthex was 3")::text || '}' || ',"after":' || '{"id":' || (t4."id")::text || ',"parent_id":' || coalesce((t4."parent_id")::text, 'null') || ',"name":' || to_json(t4."name")::text || ',"folders":' || (t4."folders")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a

-- update_folder_many, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || ',"folders":' || (t2."folders")::text || ',"parent":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."folder" t3 on t3."id" = t2."parent_id") || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || '}', null::int, ('[]') from answer a

-- update_folder_many, dry run
with carried as materialized (
select $1::text::json as k), w1 as (update "public"."folder" as t1 set "name" = $2::text, "folders" = t1."folders" + $3::int4 from "public"."folder" t3 where t3.ctid = t1.ctid and t3.tableoid = t1.tableoid and exists (
select 1 from "public"."folder" t2 where (t2."id" = t1."parent_id" and (t2."name") = $4::text)) returning t1."id", t1."parent_id", t1."name", t1."folders", t3."id" as "narthex was 0", t3."parent_id" as "narthex was 1", t3."name" as "narthex was 2", t3."folders" as "narthex was 3"), answer as materialized (
select (
  select k ->> 'j' from carried) as j, ((
  select k ->> 'n' from carried)::int8 + (
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."id"::text)), '[]') from w1))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"folder","before":' || '{"id":' || (t5."narthex was 0")::text || ',"parent_id":' || coalesce((t5."narthex was 1")::text, 'null') || ',"name":' || to_json(t5."narthex was 2")::text || ',"folders":' || (t5."narthex was 3")::text || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"parent_id":' || coalesce((t5."parent_id")::text, 'null') || ',"name":' || to_json(t5."name")::text || ',"folders":' || (t5."folders")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a

-- update_folder_many, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."id", t1."parent_id", t1."name", t1."folders" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."folder" t1 on t1."id" = (k.v ->> 0)::"pg_catalog"."int4" order by k.o), answer as materialized (
select '[' || (
  select k ->> 'j' from carried) || ',' || '{"affected_rows":' || ((
  select k ->> 'own' from carried)::int8)::text || ',"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || ',"folders":' || (t2."folders")::text || ',"parent":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' order by t2."narthex ordinal"))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
    select s.*, row_number() over () as "narthex ordinal" from w1 s) t2 left join "public"."folder" t3 on t3."id" = t2."parent_id") || '}' || ']' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
