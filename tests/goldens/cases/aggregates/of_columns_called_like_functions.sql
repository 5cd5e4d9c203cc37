select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"count":' || coalesce((t1."count")::text, 'null') || ',"sum":' || coalesce((t1."sum")::text, 'null') || ',"aggregate":' || coalesce(to_json(t1."aggregate")::text, 'null') || ',"nodes":' || coalesce(to_json(t1."nodes")::text, 'null') || '}' as j from "public"."dialect" t1 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"count":' || coalesce(to_json(sum(t2."count"))::text, 'null') || ',"sum":' || coalesce(to_json(sum(t2."sum"))::text, 'null') || '},"max":{"aggregate":' || coalesce(to_json(max(t2."aggregate"))::text, 'null') || ',"nodes":' || coalesce(to_json(max(t2."nodes"))::text, 'null') || '}},"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
      select '{"count":' || coalesce((t3."count")::text, 'null') || '}' as j from "public"."dialect" t3 limit 10001) r) || '}' from "public"."dialect" t2), 'UTF8')
