select convert_to((
  select '{"albums":' || (
    select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
      select '{"title":' || to_json(t2."title")::text || ',"tracks_aggregate":' || (
        select '{"aggregate":{"sum":{"milliseconds":' || coalesce(to_json(sum(t4."milliseconds"))::text, 'null') || '}}}' from "public"."track" t4 where t4."album_id" = t2."album_id") || '}' as j from (
        select q.* from (
          select t2."title", t2."album_id" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by (
            select sum(t3."milliseconds") from "public"."track" t3 where t3."album_id" = t2."album_id") desc nulls first, t2."album_id" asc nulls last limit 4) q limit $2::int8) t2) r) || '}' from "public"."artist" t1 where t1."artist_id" = $1::int4), 'UTF8')
