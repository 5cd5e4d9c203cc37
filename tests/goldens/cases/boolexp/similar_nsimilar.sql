select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"body":' || coalesce(to_json(t1."body")::text, 'null') || '}' as j from "public"."phrase" t1 where (t1."body") ~ similar_to_escape($1::text) order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"body":' || coalesce(to_json(t2."body")::text, 'null') || '}' as j from "public"."phrase" t2 where ((t2."kind") = any($2::text[]) and (t2."body") !~ similar_to_escape($3::text)) order by t2."id" asc nulls last limit 51) r), 'UTF8')
