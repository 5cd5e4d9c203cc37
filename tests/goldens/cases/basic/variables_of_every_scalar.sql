select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."team" t1 where (t1."id") = $1::int4 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"source":' || (t2."source")::text || ',"target":' || (t2."target")::text || '}' as j from "public"."link" t2 where (t2."weight") = $2::float4 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."phrase" t3 where (t3."body") = $3::text order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."flag" t4 where (t4."a") = $4::bool order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || '}' as j from "public"."articles" t5 where (t5."views") = $5::int8 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."author" t6 where (t6."rating") = $6::text::"pg_catalog"."numeric" order by t6."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"body":' || to_json(t7."body")::text || '}' as j from "public"."comment" t7 where (t7."id") = $7::text::"pg_catalog"."uuid" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁7␂' else ']' end from (
    select '{"id":' || (t8."id")::text || '}' as j from "public"."author" t8 where (t8."born") = $8::text::"pg_catalog"."date" order by t8."id" asc nulls last limit 51) r), 'UTF8')
