select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"body":' || coalesce((t1."body")::text, 'null') || ',"raw":' || coalesce((t1."raw")::text, 'null') || '}' as j from "public"."document" t1 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"c_json":' || coalesce((t2."c_json")::text, 'null') || ',"c_jsonb":' || coalesce((t2."c_jsonb")::text, 'null') || '}' as j from "public"."scalar_types" t2 order by t2."id" asc nulls last limit 51) r), 'UTF8')
