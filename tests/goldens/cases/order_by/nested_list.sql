select convert_to((
  select '{"albums":' || (
    select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
      select '{"title":' || to_json(t2."title")::text || ',"tracks":' || (
        select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
          select q.j from (
            select '{"name":' || to_json(t3."name")::text || '}' as j from "public"."track" t3 where t3."album_id" = t2."album_id" order by t3."milliseconds" desc nulls first limit 2) q limit $3::int8) r) || '}' as j from (
        select q.* from (
          select t2."title", t2."album_id" from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."title" desc nulls first limit 4) q limit $2::int8) t2) r) || '}' from "public"."artist" t1 where t1."artist_id" = $1::int4), 'UTF8')
