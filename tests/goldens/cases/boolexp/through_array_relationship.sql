select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' as j from "public"."artist" t1 where exists (
        select 1 from "public"."album" t2 where (t2."artist_id" = t1."artist_id" and (t2."title") ~~* $1::text)) order by t1."artist_id" asc nulls last limit 8) q limit $2::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"artist_id":' || (t3."artist_id")::text || ',"name":' || coalesce(to_json(t3."name")::text, 'null') || '}' as j from "public"."artist" t3 where not (exists (
        select 1 from "public"."album" t4 where t4."artist_id" = t3."artist_id")) order by t3."artist_id" asc nulls last limit 4) q limit $3::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t5."name")::text, 'null') || '}' as j from "public"."artist" t5 where exists (
      select 1 from "public"."album" t6 where (t6."artist_id" = t5."artist_id" and exists (
        select 1 from "public"."track" t7 where (t7."album_id" = t6."album_id" and (t7."milliseconds") > $4::int4)))) order by t5."artist_id" asc nulls last limit 6) r), 'UTF8')
