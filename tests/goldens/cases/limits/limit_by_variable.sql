select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"artist_id":' || (t1."artist_id")::text || ',"albums":' || (
      select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
        select q.j from (
          select '{"album_id":' || (t2."album_id")::text || '}' as j from "public"."album" t2 where t2."artist_id" = t1."artist_id" order by t2."album_id" asc nulls last limit 4) q limit $3::int8) r) || '}' as j from (
      select q.* from (
        select t1."artist_id" from "public"."artist" t1 order by t1."artist_id" asc nulls last limit 4 offset $2::int8) q limit $1::int8) t1) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"genre_id":' || (t3."genre_id")::text || '}' as j from "public"."genre" t3 order by t3."genre_id" asc nulls last limit 6) r), 'UTF8')
