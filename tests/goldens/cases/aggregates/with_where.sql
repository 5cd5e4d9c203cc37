select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"unit_price":' || coalesce(to_json(sum(t1."unit_price"))::text, 'null') || '}}}' from "public"."track" t1 where ((t1."unit_price") > $1::text::"pg_catalog"."numeric" and exists (
    select 1 from "public"."album" t2 where (t2."album_id" = t1."album_id" and exists (
      select 1 from "public"."artist" t3 where (t3."artist_id" = t2."artist_id" and (t3."name") ~~ $2::text)))))), 'UTF8'), convert_to((
  select '{"tracks_aggregate":' || (
    select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."track" t5 where t5."genre_id" = t4."genre_id" and (t5."composer") is null) || '}' from "public"."genre" t4 where t4."genre_id" = $3::int4), 'UTF8')
