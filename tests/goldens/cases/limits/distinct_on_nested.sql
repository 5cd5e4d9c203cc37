select convert_to((
  select '{"tracks":' || (
    select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
      select q.j from (
        select distinct on (t2."composer") '{"composer":' || coalesce(to_json(t2."composer")::text, 'null') || ',"track_id":' || (t2."track_id")::text || '}' as j from "public"."track" t2 where t2."album_id" = t1."album_id" order by t2."composer" asc nulls last, t2."track_id" asc nulls last limit 8) q limit $2::int8) r) || '}' from "public"."album" t1 where t1."album_id" = $1::int4), 'UTF8')
