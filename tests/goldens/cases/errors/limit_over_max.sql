select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"id":' || (t1."id")::text || '}' as j from "public"."team" t1 limit 16384) q limit $1::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"articles_by_author_id":' || (
      select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
        select q.j from (
          select '{"id":' || (t3."id")::text || '}' as j from "public"."articles" t3 where t3."author_id" = t2."id" limit 131072) q limit $2::int8) r) || '}' as j from (
      select t2."id" from "public"."author" t2 limit 51) t2) r), 'UTF8')
