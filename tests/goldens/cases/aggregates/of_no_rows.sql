select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"named":' || count(distinct t1."name")::text || ',"sum":{"id":' || coalesce(to_json(sum(t1."id"))::text, 'null') || '},"avg":{"id":' || coalesce(to_json(avg(t1."id"))::text, 'null') || '},"min":{"name":' || coalesce(to_json(min(t1."name"))::text, 'null') || '},"max":{"born":' || coalesce(to_json(max(t1."born"))::text, 'null') || '},"stddev":{"id":' || coalesce(to_json(stddev(t1."id"))::text, 'null') || '},"variance":{"id":' || coalesce(to_json(variance(t1."id"))::text, 'null') || '}},"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
      select '{"id":' || (t2."id")::text || '}' as j from "public"."author" t2 where (t2."id") = $1::int4 limit 10001) r) || '}' from "public"."author" t1 where (t1."id") = $1::int4), 'UTF8'), convert_to((
  select '{"items_aggregate":' || (
    select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"stock":' || coalesce(to_json(sum(t4."stock"))::text, 'null') || '}},"nodes":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
        select '{"sku":' || to_json(t5."sku")::text || '}' as j from "shop"."item" t5 where t5."author_id" = t3."id" limit 10001) r) || '}' from "shop"."item" t4 where t4."author_id" = t3."id") || '}' from "public"."author" t3 where t3."id" = $2::int4), 'UTF8')
