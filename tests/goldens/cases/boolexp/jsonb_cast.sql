select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."document" t1 where ((t1."body")::text) ~~ $1::text order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"body":' || coalesce((t2."body")::text, 'null') || '}' as j from "public"."document" t2 where ((t2."body")::text) = $2::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"body":' || coalesce((t3."body")::text, 'null') || '}' as j from "public"."document" t3 where (((t3."body")::text) > $3::text and ((t3."body")::text) <> $4::text) order by t3."id" asc nulls last limit 51) r), 'UTF8')
