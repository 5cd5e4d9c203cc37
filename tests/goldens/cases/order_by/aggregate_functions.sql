select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' as j from "public"."genre" t1 order by (
        select max(t2."milliseconds") from "public"."track" t2 where t2."genre_id" = t1."genre_id") desc nulls first, t1."genre_id" asc nulls last limit 4) q limit $1::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"name":' || coalesce(to_json(t3."name")::text, 'null') || '}' as j from "public"."genre" t3 order by (
        select sum(t4."bytes") from "public"."track" t4 where t4."genre_id" = t3."genre_id") asc nulls last, t3."genre_id" asc nulls last limit 4) q limit $2::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"name":' || coalesce(to_json(t5."name")::text, 'null') || '}' as j from "public"."media_type" t5 order by (
        select avg(t6."unit_price") from "public"."track" t6 where t6."media_type_id" = t5."media_type_id") desc nulls first limit 2) q limit $3::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"playlist_id":' || (t7."playlist_id")::text || ',"name":' || coalesce(to_json(t7."name")::text, 'null') || '}' as j from "public"."playlist" t7 order by (
        select count(*) from "public"."playlist_track" t8 where t8."playlist_id" = t7."playlist_id") asc nulls last, t7."playlist_id" desc nulls first limit 4) q limit $4::int8) r), 'UTF8')
