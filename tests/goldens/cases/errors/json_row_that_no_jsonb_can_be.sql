select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"raw":' || coalesce((t1."raw")::text, 'null') || '}' as j from "public"."document" t1 where ((t1."raw")::jsonb) = $1::text::"pg_catalog"."jsonb" limit 51) r), 'UTF8')
