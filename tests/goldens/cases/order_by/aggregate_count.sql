select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"albums_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."album" t3 where t3."artist_id" = t1."artist_id") || '}' as j from (
      select q.* from (
        select t1."name", t1."artist_id" from "public"."artist" t1 order by (
          select count(*) from "public"."album" t2 where t2."artist_id" = t1."artist_id") desc nulls first, t1."name" asc nulls last limit 8) q limit $1::int8) t1) r), 'UTF8')
