select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"playlist_tracks":' || (
      select '[' || coalesce(string_agg(r.j, ',' order by r."narthex ordinal"), '') || ']' from (
        select '{"track":' || case when t4."track_id" is null then 'null' else '{"name":' || to_json(t4."name")::text || ',"album":' || case when t5."album_id" is null then 'null' else '{"artist":' || case when t6."artist_id" is null then 'null' else '{"name":' || coalesce(to_json(t6."name")::text, 'null') || '}' end || '}' end || '}' end || '}' as j, t2."narthex ordinal" from (
          select q.*, row_number() over () as "narthex ordinal" from (
            select t2."track_id" from "public"."playlist_track" t2 where t2."playlist_id" = t1."playlist_id" order by (
              select t3."name" from "public"."track" t3 where t3."track_id" = t2."track_id" limit 1) asc nulls last limit 4) q limit $2::int8) t2 left join "public"."track" t4 on t4."track_id" = t2."track_id" left join "public"."album" t5 on t5."album_id" = t4."album_id" left join "public"."artist" t6 on t6."artist_id" = t5."artist_id") r) || ',"playlist_tracks_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."playlist_track" t7 where t7."playlist_id" = t1."playlist_id") || '}' as j from (
      select t1."name", t1."playlist_id" from "public"."playlist" t1 where (t1."name") = $1::text limit 6) t1) r), 'UTF8')
