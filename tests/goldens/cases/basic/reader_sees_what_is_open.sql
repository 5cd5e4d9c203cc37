select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"name":' || to_json(t1."name")::text || ',"articles_by_author_id":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"title":' || to_json(t2."title")::text || '}' as j from "public"."articles" t2 where t2."author_id" = t1."id" order by t2."id" asc nulls last limit 51) r) || ',"articles_by_author_id_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."articles" t3 where t3."author_id" = t1."id") || '}' as j from (
      select q.* from (
        select t1."name", t1."id" from "public"."author" t1 order by t1."id" asc nulls last limit 4) q limit $1::int8) t1) r), 'UTF8')
