select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"body":' || coalesce(to_json(t1."body")::text, 'null') || '}' as j from "public"."phrase" t1 where (t1."body") ~~* $1::text order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"body":' || coalesce(to_json(t2."body")::text, 'null') || '}' as j from "public"."phrase" t2 where ((t2."kind") = $2::text and (t2."body") !~~* $3::text) order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"name":' || to_json(t3."name")::text || '}' as j from "public"."author" t3 where (t3."name") ~~* $4::text limit 51) r), 'UTF8')
