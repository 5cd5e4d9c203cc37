select convert_to((
  select '{"name":' || to_json(t1."name")::text || ',"album":' || case when t2."album_id" is null then 'null' else '{"title":' || to_json(t2."title")::text || '}' end || '}' from "public"."track" t1 left join "public"."album" t2 on t2."album_id" = t1."album_id" where t1."track_id" = $1::int4), 'UTF8'), convert_to((
  select '{"name":' || coalesce(to_json(t3."name")::text, 'null') || '}' from "public"."genre" t3 where t3."genre_id" = $2::int4), 'UTF8')
