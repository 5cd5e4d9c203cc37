select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"albums_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || ',"max":{"title":' || coalesce(to_json(max(t2."title"))::text, 'null') || '}},"nodes":' || (
        select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
          select '{"title":' || to_json(t3."title")::text || ',"tracks_aggregate":' || (
            select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"milliseconds":' || coalesce(to_json(sum(t4."milliseconds"))::text, 'null') || '},"avg":{"unit_price":' || coalesce(to_json(avg(t4."unit_price"))::text, 'null') || '}}}' from "public"."track" t4 where t4."album_id" = t3."album_id") || '}' as j from (
            select t3."title", t3."album_id" from "public"."album" t3 where t3."artist_id" = t1."artist_id" order by t3."album_id" asc nulls last limit 10001) t3) r) || '}' from "public"."album" t2 where t2."artist_id" = t1."artist_id") || '}' as j from (
      select t1."name", t1."artist_id" from "public"."artist" t1 where (t1."artist_id") = any($1::int4[]) order by t1."artist_id" asc nulls last limit 6) t1) r), 'UTF8')
