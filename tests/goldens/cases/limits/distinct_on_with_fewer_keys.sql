select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select distinct on (t1."status", t1."author_id") '{"status":' || to_json(t1."status")::text || ',"author_id":' || (t1."author_id")::text || '}' as j from "public"."articles" t1 order by t1."author_id" desc nulls first, t1."status" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select distinct on (t2."exact") '{"id":' || (t2."id")::text || ',"exact":' || coalesce(to_json(t2."exact")::text, 'null') || '}' as j from "public"."number_edge" t2 order by t2."exact" asc nulls last, t2."id" desc nulls first limit 51) r), 'UTF8')
