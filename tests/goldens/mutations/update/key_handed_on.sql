-- update_tag
with w1 as (update "public"."tag" as t1 set "name" = $1::text where (t1."name") = $2::text returning t1."name", t1."color", t1."article_tags"), answer as materialized (
select null::text as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."name"::text)), '[]') from w1))::text, 'null') || '}', null::int from answer a

-- update_tag, then
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."name", t1."color", t1."article_tags" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."tag" t1 on t1."name" = (k.v ->> 0)::"pg_catalog"."text" order by k.o), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || ',"article_tags_by_tag":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"tag":' || to_json(t3."tag")::text || '}' as j from "public"."article_tag" t3 where t3."tag" = t2."name" order by t3."article_id" asc nulls last limit 101) r) || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from w1 t2) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int from answer a

-- update_tag, dry run
with w1 as (update "public"."tag" as t1 set "name" = $1::text from "public"."tag" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."name") = $2::text returning t1."name", t1."color", t1."article_tags", t2."name" as "narthex was 0", t2."color" as "narthex was 1", t2."article_tags" as "narthex was 2"), answer as materialized (
select null::text as j, ((
  select count(*) from w1)) as n) 
select null::bytea, a.n, '{' || '"n":' || coalesce(to_json(a.n)::text, 'null') || ',' || '"j":' || coalesce(to_json(a.j)::text, 'null') || ',' || '"own":' || coalesce(to_json((
  select count(*) from w1))::text, 'null') || ',' || '"w1":' || coalesce(to_json((
  select coalesce(json_agg(json_build_array(w1."name"::text)), '[]') from w1))::text, 'null') || '}', null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"tag","before":' || '{"name":' || to_json(t4."narthex was 0")::text || ',"color":' || coalesce(to_json(t4."narthex was 1")::text, 'null') || ',"article_tags":' || (t4."narthex was 2")::text || '}' || ',"after":' || '{"name":' || to_json(t4."name")::text || ',"color":' || coalesce(to_json(t4."color")::text, 'null') || ',"article_tags":' || (t4."article_tags")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a

-- update_tag, dry run
with carried as materialized (
select $1::text::json as k), w1 as (
select t1."name", t1."color", t1."article_tags" from json_array_elements((
  select k from carried) -> 'w1') with ordinality k(v, o) join "public"."tag" t1 on t1."name" = (k.v ->> 0)::"pg_catalog"."text" order by k.o), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"name":' || to_json(t2."name")::text || ',"article_tags_by_tag":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:100], ','), '') || case when count(*) > 100 then ']␁0␂' else ']' end from (
      select '{"tag":' || to_json(t3."tag")::text || '}' as j from "public"."article_tag" t3 where t3."tag" = t2."name" order by t3."article_id" asc nulls last limit 101) r) || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from w1 t2) || '}' as j, ((
  select k ->> 'n' from carried)::int8) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
