select convert_to((
  select '{"id":' || (t1."id")::text || '}' from "public"."vehicle" t1 where t1."id" = $1::int4 limit 1), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"wheels":' || (t2."wheels")::text || ',"name":' || coalesce(to_json(t2."name")::text, 'null') || '}' as j from "public"."vehicle" t2 where (t2."id") = $2::int4 order by t2."wheels" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '{"id":' || (t3."id")::text || ',"name":' || coalesce(to_json(t3."name")::text, 'null') || ',"doors":' || coalesce((t3."doors")::text, 'null') || '}' from "public"."car" t3 where t3."id" = $3::int4), 'UTF8')
