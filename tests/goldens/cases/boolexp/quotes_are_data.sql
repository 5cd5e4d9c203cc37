select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."phrase" t1 where (t1."body") = $1::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."phrase" t2 where (t2."body") = $2::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."phrase" t3 where (t3."code") = any($3::text[]) order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."phrase" t4), 'UTF8')
