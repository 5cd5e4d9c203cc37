select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"artist_id":' || (t1."artist_id")::text || '}' as j from "public"."artist" t1 order by t1."artist_id" asc nulls last limit 4) q limit $1::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"artist_id":' || (t2."artist_id")::text || '}' as j from (
      select q.* from (
        select t2."artist_id" from "public"."artist" t2 order by t2."artist_id" asc nulls last limit 4 offset $3::int8) q limit $2::int8) t2) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"artist_id":' || (t3."artist_id")::text || '}' as j from "public"."artist" t3 order by t3."artist_id" asc nulls last limit 2) q limit $4::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"artist_id":' || (t4."artist_id")::text || '}' as j from (
      select q.* from (
        select t4."artist_id" from "public"."artist" t4 order by t4."artist_id" asc nulls last limit 4 offset $6::int8) q limit $5::int8) t4) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"media_type_id":' || (t5."media_type_id")::text || '}' as j from "public"."media_type" t5 order by t5."media_type_id" asc nulls last limit 16384) q limit $7::int8) r), 'UTF8')
