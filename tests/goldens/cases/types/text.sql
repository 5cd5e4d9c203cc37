select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"body":' || coalesce(to_json(t1."body")::text, 'null') || ',"code":' || coalesce(to_json(t1."code")::text, 'null') || ',"fixed":' || coalesce(to_json(t1."fixed")::text, 'null') || '}' as j from "public"."phrase" t1 where (t1."kind") <> all($1::text[]) order by t1."id" asc nulls last limit 51) r), 'UTF8')
