select convert_to((
  select '{"albums":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
      select '{"title":' || to_json(t2."title")::text || ',"tracks":' || (
        select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
          select '{"name":' || to_json(t4."name")::text || ',"milliseconds":' || (t4."milliseconds")::text || '}' as j from "public"."track" t4 where t4."album_id" = t2."album_id" and (t4."milliseconds") > $2::int4 order by t4."track_id" asc nulls last limit 6) r) || '}' as j from (
        select t2."title", t2."album_id" from "public"."album" t2 where t2."artist_id" = t1."artist_id" and (exists (
          select 1 from "public"."track" t3 where (t3."album_id" = t2."album_id" and (t3."milliseconds") > $2::int4)) and (t2."title") !~~ $3::text) order by t2."album_id" asc nulls last limit 6) t2) r) || '}' from "public"."artist" t1 where t1."artist_id" = $1::int4), 'UTF8')
