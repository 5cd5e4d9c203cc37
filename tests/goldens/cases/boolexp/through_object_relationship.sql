select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"track_id":' || (t1."track_id")::text || ',"name":' || to_json(t1."name")::text || '}' as j from "public"."track" t1 where (exists (
        select 1 from "public"."album" t2 where (t2."album_id" = t1."album_id" and exists (
          select 1 from "public"."artist" t3 where (t3."artist_id" = t2."artist_id" and (t3."name") = $1::text)))) and exists (
        select 1 from "public"."genre" t4 where (t4."genre_id" = t1."genre_id" and (t4."name") = $2::text))) order by t1."track_id" asc nulls last limit 4) q limit $3::int8) r), 'UTF8')
