select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"raw":' || coalesce((t1."raw")::text, 'null') || '}' as j from "public"."articles" t1 where ((t1."raw")::jsonb) = $1::text::"pg_catalog"."jsonb" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"raw":' || coalesce((t2."raw")::text, 'null') || '}' as j from "public"."articles" t2 where ((t2."raw")::jsonb) = any($2::text[]::"pg_catalog"."jsonb"[]) order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."document" t3 where (t3."raw") is null limit 51) r), 'UTF8')
