select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"articles_by_author_id_aggregate":' || (
      select '{"aggregate":{"max":{"views":' || coalesce(to_json(max(t3."views"))::text, 'null') || '}}}' from "public"."articles" t3 where t3."author_id" = t1."id") || '}' as j from (
      select t1."id" from "public"."author" t1 order by (
        select max(t2."views") from "public"."articles" t2 where t2."author_id" = t1."id") desc nulls last, t1."id" asc nulls last limit 51) t1) r), 'UTF8')
