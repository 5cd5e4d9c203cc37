select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"at":' || to_json(t1."at")::text || ',"level":' || to_json(t1."level")::text || ',"message":' || coalesce(to_json(t1."message")::text, 'null') || ',"detail":' || coalesce((t1."detail")::text, 'null') || '}' as j from "public"."log_entry" t1 order by t1."at" asc nulls last, t1."level" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"code":' || to_json(t2."code")::text || ',"other":' || coalesce((t2."other")::text, 'null') || '}' as j from "public"."only_unique" t2 order by t2."code" asc nulls last limit 51) r), 'UTF8')
