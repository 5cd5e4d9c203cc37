select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || ('"' || (t1."id")::text || '"') || '}' as j from "public"."comment" t1 where (t1."id") = $1::text::"pg_catalog"."uuid" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || ('"' || (t2."id")::text || '"') || '}' as j from "public"."comment" t2 where (t2."id") > $2::text::"pg_catalog"."uuid" order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || ('"' || (t3."id")::text || '"') || '}' as j from "public"."comment" t3 where (t3."id") = any($3::text[]::"pg_catalog"."uuid"[]) order by t3."id" asc nulls last limit 51) r), 'UTF8')
