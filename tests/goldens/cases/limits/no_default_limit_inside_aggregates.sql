select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '},"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from (
      select '{"genre_id":' || (t2."genre_id")::text || '}' as j from "public"."genre" t2 order by t2."genre_id" asc nulls last limit 10001) r) || '}' from "public"."genre" t1), 'UTF8'), convert_to((
  select '{"albums_aggregate":' || (
    select '{"aggregate":{"count":' || count(*)::text || '},"nodes":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁2␂' else ']' end from (
        select '{"album_id":' || (t5."album_id")::text || ',"tracks":' || (
          select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
            select '{"track_id":' || (t6."track_id")::text || '}' as j from "public"."track" t6 where t6."album_id" = t5."album_id" order by t6."track_id" asc nulls last limit 6) r) || '}' as j from (
          select t5."album_id" from "public"."album" t5 where t5."artist_id" = t3."artist_id" order by t5."album_id" asc nulls last limit 10001) t5) r) || '}' from "public"."album" t4 where t4."artist_id" = t3."artist_id") || '}' from "public"."artist" t3 where t3."artist_id" = $1::int4), 'UTF8')
