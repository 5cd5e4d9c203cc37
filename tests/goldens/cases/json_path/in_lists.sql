select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"a":' || coalesce((t1."body" #> $2::text[])::text, 'null') || ',"first":' || coalesce((t1."body" #> $3::text[])::text, 'null') || '}' as j from "public"."document" t1 where (t1."body") ? $1::text order by t1."id" asc nulls last limit 51) r), 'UTF8')
