select convert_to((
  select '{"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
      select '{"name":' || coalesce(to_json(t2."name")::text, 'null') || ',"genre_id":' || (t2."genre_id")::text || '}' as j from "public"."genre" t2 where (t2."name") ~~ $1::text order by t2."name" desc nulls first limit 10001) r) || ',"aggregate":{"count":' || count(*)::text || '}}' from "public"."genre" t1 where (t1."name") ~~ $1::text), 'UTF8'), convert_to((
  select '{"nodes":[' || coalesce(string_agg('{"name":' || coalesce(to_json(t3."name")::text, 'null') || ',"tracks_aggregate":' || (
    select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."track" t4 where t4."media_type_id" = t3."media_type_id") || '}', ',' order by t3."narthex ordinal"), '') || ']}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select q.* from (
        select t3.* from "public"."media_type" t3 order by t3."media_type_id" asc nulls last limit 4) q limit $2::int8) o) t3), 'UTF8')
