select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '},"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:3], ','), '') || case when count(*) > 3 then ']␁0␂' else ']' end from (
      select '{"track_id":' || (t2."track_id")::text || '}' as j from "public"."track" t2 where (t2."track_id") < $1::int4 order by t2."track_id" asc nulls last limit 4) r) || '}' from "public"."track" t1 where (t1."track_id") < $1::int4), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '},"nodes":' || '[' || coalesce(array_to_string((array_agg('{"track_id":' || (t3."track_id")::text || '}' order by t3."narthex ordinal"))[:3], ','), '') || case when count(*) > 3 then ']␁1␂' else ']' end || '}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select q.* from (
        select t3.* from "public"."track" t3 order by t3."track_id" asc nulls last limit 8) q limit $2::int8) o) t3), 'UTF8')
