select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"exact":' || coalesce(to_json(t1."exact")::text, 'null') || '}' as j from "public"."number_edge" t1 where (t1."exact") = $1::text::"pg_catalog"."numeric" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"double":' || coalesce(to_json(t2."double")::text, 'null') || '}' as j from "public"."number_edge" t2 where (t2."double") >= $2::text::"pg_catalog"."float8" order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."number_edge" t3 where (t3."exact") = $3::text::"pg_catalog"."numeric" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || ',"exact":' || coalesce(to_json(t4."exact")::text, 'null') || '}' as j from "public"."number_edge" t4 where (t4."exact") = $4::text::"pg_catalog"."numeric" order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"big":' || coalesce((t5."big")::text, 'null') || '}' as j from "public"."number_edge" t5 where (t5."big") = $5::int8 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."number_edge" t6 where (t6."big") = $6::int8 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t7."id")::text || ',"double":' || coalesce(to_json(t7."double")::text, 'null') || '}' as j from "public"."number_edge" t7 where (t7."double") = $7::text::"pg_catalog"."float8" order by t7."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁7␂' else ']' end from (
    select '{"id":' || (t8."id")::text || ',"single":' || coalesce(to_json(t8."single")::text, 'null') || '}' as j from "public"."number_edge" t8 where (t8."single") = $8::float4 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁8␂' else ']' end from (
    select '{"id":' || (t9."id")::text || '}' as j from "public"."number_edge" t9 where (t9."small") = any($9::int2[]) order by t9."id" asc nulls last limit 51) r), 'UTF8')
