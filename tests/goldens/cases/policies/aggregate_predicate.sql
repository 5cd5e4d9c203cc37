select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"artist_id":' || (t1."artist_id")::text || ',"albums_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."album" t3 where t3."artist_id" = t1."artist_id" and not ((t3."title") ~~* $1::text)) || '}' as j from (
      select t1."artist_id" from "public"."artist" t1 where (
        select count(*) from "public"."album" t2 where (t2."artist_id" = t1."artist_id" and not ((t2."title") ~~* $1::text) and case when not ((t2."title") ~~* $1::text) then (t2."title") ~~ $2::text else false end)) >= $3::int8 order by t1."artist_id" asc nulls last limit 6) t1) r), 'UTF8')
