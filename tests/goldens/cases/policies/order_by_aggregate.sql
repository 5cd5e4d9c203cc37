select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"artist_id":' || (t1."artist_id")::text || ',"albums_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."album" t3 where t3."artist_id" = t1."artist_id" and not ((t3."title") ~~* $1::text)) || '}' as j from (
      select q.* from (
        select t1."artist_id" from "public"."artist" t1 order by (
          select count(*) from "public"."album" t2 where (t2."artist_id" = t1."artist_id" and not ((t2."title") ~~* $1::text))) desc nulls first, t1."artist_id" asc nulls last limit 4) q limit $2::int8) t1) r), 'UTF8')
