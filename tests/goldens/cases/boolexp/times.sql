select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"day":' || coalesce(to_json(t1."day")::text, 'null') || '}' as j from "public"."time_edge" t1 where ((t1."day") >= $1::text::"pg_catalog"."date" and (t1."day") < $2::text::"pg_catalog"."date") order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"instant":' || coalesce(to_json(t2."instant")::text, 'null') || '}' as j from "public"."time_edge" t2 where (t2."instant") = $3::text::"pg_catalog"."timestamptz" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"instant":' || coalesce(to_json(t3."instant")::text, 'null') || '}' as j from "public"."time_edge" t3 where (t3."instant") = $4::text::"pg_catalog"."timestamptz" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || ',"span":' || coalesce(to_json(t4."span")::text, 'null') || '}' as j from "public"."time_edge" t4 where (t4."span") = $5::text::"pg_catalog"."interval" order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"clock":' || coalesce(to_json(t5."clock")::text, 'null') || '}' as j from "public"."time_edge" t5 where (t5."clock") > $6::text::"pg_catalog"."time" order by t5."id" asc nulls last limit 51) r), 'UTF8')
