select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"milliseconds":' || coalesce(to_json(sum(t1."milliseconds"))::text, 'null') || '}},"nodes":[' || coalesce(string_agg('{"name":' || to_json(t1."name")::text || ',"milliseconds":' || (t1."milliseconds")::text || '}', ',' order by t1."narthex ordinal"), '') || ']}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select q.* from (
        select t1.* from "public"."track" t1 order by t1."milliseconds" desc nulls first, t1."track_id" asc nulls last limit 4) q limit $1::int8) o) t1), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"min":{"track_id":' || coalesce(to_json(min(t2."track_id"))::text, 'null') || '},"max":{"track_id":' || coalesce(to_json(max(t2."track_id"))::text, 'null') || '}},"nodes":[' || coalesce(string_agg('{"track_id":' || (t2."track_id")::text || '}', ',' order by t2."narthex ordinal"), '') || ']}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select q.* from (
        select t2.* from "public"."track" t2 order by t2."track_id" asc nulls last limit 4 offset $3::int8) q limit $2::int8) o) t2), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '}}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select t3.* from "public"."track" t3 order by t3."track_id" asc nulls last offset $4::int8) o) t3), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"bytes":' || coalesce(to_json(sum(t4."bytes"))::text, 'null') || '}},"nodes":[' || coalesce(string_agg('{"track_id":' || (t4."track_id")::text || '}', ',' order by t4."narthex ordinal"), '') || ']}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select q.* from (
        select t4.* from "public"."track" t4 order by t4."track_id" asc nulls last limit 2) q limit $5::int8) o) t4), 'UTF8')
