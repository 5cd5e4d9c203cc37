select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"author_id":' || (t1."author_id")::text || ',"id":' || (t1."id")::text || '}' as j from "public"."articles" t1 order by t1."author_id" desc nulls first, t1."id" asc nulls last limit 4) q limit $1::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"author_id":' || (t2."author_id")::text || ',"id":' || (t2."id")::text || '}' as j from "public"."articles" t2 order by t2."id" asc nulls last, t2."author_id" desc nulls first limit 4) q limit $2::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"author_id":' || (t3."author_id")::text || ',"id":' || (t3."id")::text || '}' as j from "public"."articles" t3 order by t3."status" asc nulls last, t3."id" desc nulls first limit 4) q limit $3::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."team" t4 order by t4."id" desc nulls first limit 51) r), 'UTF8')
